#!/bin/sh
# Builds and runs tests, leaves their results as JUnit files in build/results, and ends with one line that counts them.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/test.sh [--preset PRESET] WHAT

WHAT is all, sdk, scripts, a room of the SDK, or an integration. PRESET is dev (default), asan, tsan, release or coverage.
TEXT
}

preset=dev
what=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --preset) preset=${2:?--preset needs a name} && shift ;;
    -*) usage >&2 && exit 2 ;;
    *) what=$1 ;;
  esac
  shift
done
if [ -z "$what" ]; then
  usage >&2
  exit 2
fi

cd "$(dirname "$0")/.."
jobs=${JOBS:-$(nproc)}
results=$PWD/build/results
mkdir -p "$results"

# build_and_run TARGET [CTEST_OPTION…]
build_and_run() {
  target=$1
  shift
  [ -f "build/$preset/build.ninja" ] || scripts/configure.sh "$preset"
  cmake --build "build/$preset" -j "$jobs" --target "$target" || return 1
  ctest --test-dir "build/$preset" -j "$jobs" --output-on-failure --no-tests=error "$@" \
    --output-junit "$results/$preset.xml"
}

run_script_tests() {
  bats --recursive --report-formatter junit --output "$results" scripts/tests tests &&
    bats_status=0 || bats_status=1
  mv "$results/report.xml" "$results/scripts.xml"
  return "$bats_status"
}

case $what in
  all) reports="$results/$preset.xml $results/scripts.xml" ;;
  scripts) reports=$results/scripts.xml ;;
  *) reports=$results/$preset.xml ;;
esac
# shellcheck disable=SC2086  # one word per report
rm -f $reports

status=0
case $what in
  all)
    build_and_run all || status=1
    run_script_tests || status=1
    ;;
  scripts) run_script_tests || status=1 ;;
  sdk) build_and_run sdk_tests -L '^sdk$' || status=1 ;;
  *) build_and_run "bin/${what}_tests" -R "^${what}_tests:" || status=1 ;;
esac

# shellcheck disable=SC2086  # one word per report
counts=$(scripts/count-results.sh $reports)
if [ $status -eq 0 ]; then
  echo "test: $counts"
else
  echo "test: FAILED: $counts; the details are above" >&2
fi
exit $status
