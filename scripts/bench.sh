#!/bin/sh
# Builds and runs one benchmark: scripts/bench/NAME.sh, or the program NAME_bench of the room sdk/NAME.
set -eu

if [ $# -ne 2 ]; then
  echo "usage: scripts/bench.sh PRESET NAME"
  [ "${1:-}" = --help ] && exit 0 || exit 2
fi
preset=$1
name=$2

cd "$(dirname "$0")/.."
if [ -x "scripts/bench/$name.sh" ]; then
  exec "scripts/bench/$name.sh" "$preset"
fi
# The room of JQ has more to measure where these are: a library to compare with, which may have been installed after the
# folder was configured, and the expressions of known mappings.
if [ "$name" = jq ]; then
  if grep -q '^LIBJQ:.*-NOTFOUND$' "build/$preset/CMakeCache.txt"; then
    cmake -B "build/$preset" -U LIBJQ >&2
  fi
  expressions=${OCEAN_SHARED:-../shared}/data/mappings/jq-expressions.tsv
  if [ -z "${OCEAN_JQ_EXPRESSIONS:-}" ] && [ -f "$expressions" ]; then
    export OCEAN_JQ_EXPRESSIONS="$expressions"
  fi
fi
cmake --build "build/$preset" -j "${JOBS:-2}" --target "bin/${name}_bench" >&2
exec "build/$preset/bin/${name}_bench"
