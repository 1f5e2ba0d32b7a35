#!/bin/sh
# Holds every request that the tests of Jira and Octopus make against the vendors' OpenAPI descriptions. The tests' scripted servers log
# what they are asked; a validating proxy (npm installs it once, in the version that scripts/lib/prism/package.json pins) says what does
# not fit. FOLDER holds jira/platform.openapi.json, jira/software.openapi.json and octopus/octopus.swagger2.json.
set -eu

case ${1:-} in
  --help | '')
    echo "usage: scripts/conformance-openapi.sh FOLDER [PRESET]   (prints one line per description: conformance NAME: PASSED/TOTAL)"
    [ -n "${1:-}" ] && exit 0 || exit 2
    ;;
esac
data=$(cd "$1" && pwd)
preset=${2:-dev}
cd "$(dirname "$0")/.."
work=$PWD/build/conformance/openapi
tool=$PWD/build/conformance/prism
mkdir -p "$work" "$tool"
rm -f "$work"/*.jsonl

cmp -s scripts/lib/prism/package.json "$tool/installed.json" || {
  cp scripts/lib/prism/package.json "$tool/package.json"
  npm install --prefix "$tool" --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel error >&2
  cp scripts/lib/prism/package.json "$tool/installed.json"
}

# adapt DESCRIPTION FILTER REASON: what a description does not say any more, or not yet; nothing else is let through.
adapt() {
  jq "$2" "$data/$1" >"$work/$(basename "$1")"
  echo "adapted $1: $3"
}
adapt jira/platform.openapi.json 'del(.components.schemas.WebhookDetails.properties.events.items.enum)' \
  'it knows the events of issues and comments only; apps may have those of versions, sprints, boards and worklogs too'
adapt jira/software.openapi.json 'del(.security, .components.securitySchemes, .paths[][].security?)' \
  'it knows OAuth only; Jira takes the credentials of an account too'
cp "$data/octopus/octopus.swagger2.json" "$work/"

pids=
trap 'kill $pids 2>/dev/null || true' EXIT
# serve NAME READY COMMAND…: starts a server, and waits for the line that says it listens.
serve() {
  name=$1
  ready=$2
  shift 2
  : >"$work/$name.log"
  "$@" >"$work/$name.log" 2>&1 &
  pids="$pids $!"
  timeout 300 tail -n +1 -f --pid=$! "$work/$name.log" | grep -q -m 1 "$ready" || {
    echo "conformance: the server $name did not start; see $work/$name.log" >&2
    exit 1
  }
}
# Behind the proxies: what it answers is of no interest.
serve vendor listens node -e 'require("http").createServer((request, answer) => request.resume().on("end", () =>
  answer.end())).listen(4800, "127.0.0.1", () => console.log("listens"))'
prism() { serve "$1" 'is listening' "$tool/node_modules/.bin/prism" proxy "$work/$2" http://127.0.0.1:4800 --host 127.0.0.1 --port "$3"; }
prism jira-platform platform.openapi.json 4801
prism jira-software software.openapi.json 4802
prism octopus octopus.swagger2.json 4803

status=0
# check INTEGRATION NAME=PREFIX=URL…
check() {
  OCEAN_TEST_REQUESTS=$work/$1.jsonl "build/$preset/bin/$1_tests" >"$work/$1_tests.log" 2>&1 || {
    echo "conformance: the tests of $1 fail; see $work/$1_tests.log" >&2
    status=1
  }
  requests=$work/$1.jsonl
  shift
  node scripts/lib/prism/replay.mjs "$requests" "$@" || status=1
}
check jira jira-platform=/rest/api/=http://127.0.0.1:4801 jira-software=/rest/agile/=http://127.0.0.1:4802
check octopus octopus=/=http://127.0.0.1:4803
exit $status
