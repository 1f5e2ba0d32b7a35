#!/bin/sh
# Measures the intake of live events: signed webhooks from a separate process, answered once they are on disk.
set -eu

if [ $# -ne 1 ] || [ "$1" = --help ]; then
  echo "usage: scripts/bench/live.sh PRESET   (TMPDIR names where the journal lies)"
  [ "${1:-}" = --help ] && exit 0 || exit 2
fi
preset=$1

cd "$(dirname "$0")/../.."
cmake --build "build/$preset" -j "${JOBS:-2}" --target bin/live_bench >&2
exec "build/$preset/bin/live_bench"
