#!/bin/sh
# Checks what a compiler does not: what public headers show, and how code waits. Prints each offence as path:line.
set -eu

if [ "${1:-}" = --help ]; then
  echo "usage: tests/source_rules.sh [REPOSITORY]"
  exit 0
fi
cd "${1:-$(dirname "$0")/..}"
status=0

report() {
  [ -n "$2" ] || return 0
  echo "$2"
  echo "  ^ $1"
  status=1
}

report "public headers show the standard library, nlohmann/json and ocean/ only" "$(
  grep -rnE '^[[:space:]]*#[[:space:]]*include' sdk/*/include |
    grep -vE '#[[:space:]]*include ("ocean/[a-z_/]+\.hpp"|<[a-z_]+>|<nlohmann/[a-z_]+\.hpp>)' || true
)"

report "code waits with Clock, a condition or a deadline, and tests do not sleep" "$(
  grep -rnE '(sleep_for|sleep_until|[^A-Za-z_]u?sleep|nanosleep) *\(' sdk integrations --include='*.?pp' |
    grep -vE '^sdk/base/src/clock.cpp:|^[^:]*:[0-9]*: *//' || true
)"

report "no process-wide or thread-wide state: pass it" "$(
  grep -rnE '(^|[^A-Za-z_])thread_local[^A-Za-z_]' sdk integrations --include='*.?pp' || true
)"

exit $status
