#!/bin/sh
# Runs the JQ engine on jq's own test suites and on the expressions of known mappings, and the verifiers of webhooks on signatures
# that vendors publish, the Jira integration against mock servers, and what Jira and Octopus are asked on their descriptions. Prints one line
# per file: "conformance jq-1.8.1/jq.test: PASSED/TOTAL". The suites lie beside the repository; without them it says so and passes.
set -eu

if [ "${1:-}" = --help ]; then
  echo "usage: scripts/conformance.sh [PRESET]   (default dev; OCEAN_SHARED names the folder with data/jq-tests)"
  exit 0
fi
preset=${1:-dev}

cd "$(dirname "$0")/.."
shared=${OCEAN_SHARED:-../shared}
suites=$shared/data/jq-tests
if [ ! -d "$suites" ]; then
  echo "conformance: skipped: the suites of jq are not in $suites"
  exit 0
fi

[ -f "build/$preset/build.ninja" ] || scripts/configure.sh "$preset"
cmake --build "build/$preset" -j "${JOBS:-2}" --target bin/jq_conformance >&2
program=build/$preset/bin/jq_conformance

status=0
"$program" "$suites"/*/tests/*.test || status=1
expressions=$shared/data/mappings/jq-expressions.tsv
if [ -f "$expressions" ]; then
  # A mapping may name a file to embed instead of an expression: those rows are no JQ.
  mkdir -p build/conformance/mappings
  grep -v '"file://' "$expressions" >build/conformance/mappings/jq-expressions.tsv
  "$program" --compile-only build/conformance/mappings/jq-expressions.tsv || status=1
fi
vectors=$shared/data/webhook-signatures/vectors.json
if [ -f "$vectors" ]; then
  cmake --build "build/$preset" -j "${JOBS:-2}" --target bin/signature_conformance >&2
  "build/$preset/bin/signature_conformance" "$vectors" || status=1
fi
if ! command -v node >/dev/null || ! command -v python3 >/dev/null; then
  echo "conformance: mocks: skipped: they need node and python3"
elif [ -d "$shared/bench/mocks" ]; then
  cmake --build "build/$preset" -j "${JOBS:-2}" --target bin/ocean-jira >&2
  scripts/conformance-mocks.sh "$shared/bench" "$preset" || status=1
fi
if ! command -v npm >/dev/null; then
  echo "conformance: openapi: skipped: it needs npm"
elif [ -f "$shared/data/jira/platform.openapi.json" ]; then
  cmake --build "build/$preset" -j "${JOBS:-2}" --target bin/jira_tests bin/octopus_tests >&2
  scripts/conformance-openapi.sh "$shared/data" "$preset" || status=1
fi
exit $status
