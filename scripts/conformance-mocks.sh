#!/bin/sh
# Runs the Jira integration against mock servers that know nothing of this project: a second opinion on what is sent to Port
# and read from Jira. FOLDER holds measure.py, which says whether a run ended as it should, and mocks/ with the two servers.
set -eu

case ${1:-} in
  --help | '')
    echo "usage: scripts/conformance-mocks.sh FOLDER [PRESET]   (prints one line: conformance mocks: PASSED/TOTAL)"
    [ -n "${1:-}" ] && exit 0 || exit 2
    ;;
esac
mocks=$(cd "$1" && pwd)
preset=${2:-dev}
cd "$(dirname "$0")/.."
work=$PWD/build/conformance/mocks
rm -rf "$work"
mkdir -p "$work/state"
cp -r "$mocks/mocks" "$mocks/measure.py" "$work/"
exec 3>"$work/log"

# serve NAME PORT: starts a mock and waits for the line that says it listens.
pids=
trap 'kill $pids 2>/dev/null || true' EXIT
serve() {
  mkfifo "$work/$1.ready"
  node "$work/mocks/$1_mock.js" "$2" >"$work/$1.ready" 2>&3 &
  pids="$pids $!"
  read -r line <"$work/$1.ready" || { echo "mocks: $1 did not start; see $work/log" >&2 && exit 1; }
  echo "$line" >&3
}
serve port 5555
serve jira 5556

export OCEAN__PORT__BASE_URL=http://127.0.0.1:5555 OCEAN__PORT__CLIENT_ID=id OCEAN__PORT__CLIENT_SECRET=secret
export OCEAN__INTEGRATION__IDENTIFIER=my-jira OCEAN__INTEGRATION__CONFIG__JIRA_HOST=http://127.0.0.1:5556
export OCEAN__INTEGRATION__CONFIG__ATLASSIAN_USER_EMAIL=a@example.com
export OCEAN__INTEGRATION__CONFIG__ATLASSIAN_USER_TOKEN=token OCEAN__STATE__PATH="$work/state"
set -- first second change delete
passed=0
for scenario; do
  python3 "$work/measure.py" --name "$scenario" --scenario "$scenario" --issues 500 --runs 1 \
    --cmd "$PWD/build/$preset/bin/ocean-jira sail --once $PWD/integrations/jira" >&3 2>&3 || true
  if jq -es 'last.ok' "$work/results/$scenario.jsonl" >/dev/null; then
    passed=$((passed + 1))
  else
    echo "mocks: $scenario: not as it should be; see $work/results/$scenario.*" >&2
  fi
done
echo "conformance mocks: $passed/$#"
[ "$passed" -eq $# ]
