#!/bin/sh
# Measures whole resyncs between a source and a catalog in processes of their own: CPU, memory, requests, latency.
set -eu

if [ $# -lt 1 ] || [ "$1" = --help ]; then
  echo "usage: scripts/bench/sync.sh PRESET [ENTITIES...]   (TMPDIR names where the catalog lies, 2 GB for a million)"
  [ "${1:-}" = --help ] && exit 0 || exit 2
fi
preset=$1
shift

cd "$(dirname "$0")/../.."
cmake --build "build/$preset" -j "${JOBS:-2}" --target bin/sync_bench >&2
exec "build/$preset/bin/sync_bench" "$@"
