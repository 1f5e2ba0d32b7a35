#!/bin/sh
# Builds and runs the fuzzers of a room of the SDK. Exit status 1 when they find something; the last line counts.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/fuzz.sh [--seconds N] [--seed S] [--index I] ROOM

ROOM is jq. Half of the time goes to each of two fuzzers:

  jq_fuzzer        libFuzzer makes up programs and inputs; what it looks for are crashes, hangs and sanitizer reports
  jq_differential  a grammar makes pairs of a program and an input; what it looks for are results that differ from those
                   of the reference jq, which npm installs into build/fuzz/oracle

  --seconds N  for both together (default 60)
  --seed S     the same seed makes the same pairs (default 1)
  --index I    compares pair I of the seed only, and tells both results

What makes jq_fuzzer stop is left in build/fuzz/findings; build/fuzz/bin/jq_fuzzer FILE runs it again.
TEXT
}

seconds=60
seed=1
index=
room=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --seconds) seconds=${2:?--seconds needs a number} && shift ;;
    --seed) seed=${2:?--seed needs a number} && shift ;;
    --index) index=${2:?--index needs a number} && shift ;;
    -*) usage >&2 && exit 2 ;;
    *) room=$1 ;;
  esac
  shift
done
if [ "$room" != jq ]; then
  usage >&2
  exit 2
fi

cd "$(dirname "$0")/.."
source=sdk/jq/fuzz
work=build/fuzz

build() {
  [ -f "$work/build.ninja" ] || scripts/configure.sh fuzz
  cmake --build "$work" -j "${JOBS:-2}" --target bin/jq_fuzzer bin/jq_differential
}

# The version is pinned in package.json; npm is asked again only when that changes.
install_oracle() {
  mkdir -p "$work/oracle"
  cmp -s $source/package.json "$work/oracle/installed.json" && return
  cp $source/package.json "$work/oracle/package.json"
  npm install --prefix "$work/oracle" --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel error
  cp $source/package.json "$work/oracle/installed.json"
}

# Each case of the tests as a file: the program, a zero byte, the input.
write_seeds() {
  rm -rf "$work/seeds"
  mkdir -p "$work/seeds" "$work/corpus" "$work/findings"
  for cases in sdk/jq/tests/cases/*.test; do
    awk -v stem="$work/seeds/$(basename "$cases" .test)" '
      /^#/ { next }
      /^$/ { line = 0; next }
      ++line == 1 { program = $0 }
      line == 2 { file = stem "-" ++count; printf "%s%c%s", program, 0, $0 >file; close(file) }' "$cases"
  done
}

run_fuzzer() {
  "$work/bin/jq_fuzzer" "$work/corpus" "$work/seeds" -dict=$source/jq.dict -seed="$seed" \
    -max_total_time="$1" -max_len=2048 -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=512 \
    -artifact_prefix="$work/findings/" -print_final_stats=1 -verbosity=0 2>&1
}

run_differential() {
  "$work/bin/jq_differential" "$@" node $source/oracle.mjs "$work/oracle"
}

# number_in FILE NAME: the number after NAME in the last line that has it; 0 without one.
number_in() {
  sed -n "s/.*$2[^0-9]*\([0-9][0-9]*\).*/\1/p" "$1" | tail -n 1 | grep . || echo 0
}

build >&2
install_oracle >&2
if [ -n "$index" ]; then
  run_differential --seed "$seed" --index "$index"
  exit
fi

write_seeds
status=0
findings=0
if ! run_fuzzer $(((seconds + 1) / 2)) >"$work/fuzzer.log"; then
  cat "$work/fuzzer.log"
  status=1
  findings=1
fi
run_differential --seed "$seed" --seconds $((seconds / 2)) >"$work/differential.log" 2>&1 || status=1
cat "$work/differential.log"

executed=$(number_in "$work/differential.log" 'differential:')
compared=$(sed -n 's/^differential:.* \([0-9]*\) compared.*/\1/p' "$work/differential.log" | grep . || echo 0)
different=$(sed -n 's/^differential:.* \([0-9]*\) findings.*/\1/p' "$work/differential.log" | grep . || echo 0)
# Without that line it did not get to its end.
grep -q '^differential:' "$work/differential.log" || different=1
percent=$((executed == 0 ? 0 : 100 * compared / executed))
if [ $percent -lt 90 ]; then
  echo "fuzz jq: too few pairs were compared" >&2
  status=1
fi
runs=$(number_in "$work/fuzzer.log" 'number_of_executed_units:')
echo "fuzz jq: $((runs + executed)) executions, $compared pairs compared ($percent %), $((findings + different)) findings"
exit $status
