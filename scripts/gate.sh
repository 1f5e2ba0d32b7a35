#!/bin/sh
# The one required check: fails unless every job succeeded, or was skipped because the plan said so.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/gate.sh NEEDS [SKIPPABLE…]

NEEDS is GitHub's `needs` context as JSON: {"JOB": {"result": "success|failure|cancelled|skipped"}}.
SKIPPABLE names the jobs that the plan left out: these, and no others, may be skipped.

Exit codes: 0 all well, 1 some job is not, 2 wrong usage.
TEXT
}

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh
case ${1:-} in
  -h | --help) usage && exit 0 ;;
  '') usage >&2 && exit 2 ;;
esac
needs=$1
shift

echo "$needs" | jq -e 'type == "object" and length > 0 and all(.[]; .result | type == "string")' >/dev/null 2>&1 ||
  refuse "NEEDS is not the object of jobs and results that it should be"
echo "$needs" | jq -r 'to_entries[] | "\(.key) \(.value.result)"' >"${TMPDIR:-/tmp}/gate.$$"
trap 'rm -f "${TMPDIR:-/tmp}/gate.$$"' EXIT
while read -r job result; do
  case $result in
    success) ;;
    skipped)
      case " $* " in
        *" $job "*) echo "gate: $job: skipped: nothing of it changed" ;;
        *) violation "$job" 1 G1 "was skipped, although the plan wants it" ;;
      esac
      ;;
    *) violation "$job" 1 G1 "ended with $result" ;;
  esac
done <"${TMPDIR:-/tmp}/gate.$$"
finish
