#!/bin/sh
# Syncs a Jira-shaped server into the embedded catalog, changes the source, syncs again, and checks that the catalog followed. Every
# figure shown comes from a run's report.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/demo.sh [BIN]

BIN is the folder of the built programs (default: build/release/bin). The demo's catalog is integrations/jira/.ocean; one that is
there already is kept as integrations/jira/.ocean-before-demo.
TEXT
}

case ${1:-} in
  -h | --help) usage && exit 0 ;;
esac

cd "$(dirname "$0")/.."
bin=${1:-build/release/bin}
work=$(mktemp -d)
data=integrations/jira/.ocean
upstream_pid=
email=demo@acme.example
token=demo-token-of-no-value

cleanup() {
  [ -z "$upstream_pid" ] || kill "$upstream_pid" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n== %s\n' "$*"; }

fail() {
  echo "demo: $*" >&2
  exit 1
}

# run COMMAND…: shows a command and runs it.
run() {
  printf '$ %s\n' "$*"
  "$@"
}

for tool in curl jq; do
  command -v "$tool" >/dev/null || fail "$tool is missing; make setup installs it"
done
for program in ocean ocean-jira ocean-jira-upstream; do
  [ -x "$bin/$program" ] || fail "$bin/$program is not built; make build builds it"
done

# A catalog that someone else filled is put aside, the one of the last demo goes.
start_afresh() {
  if [ -e "$data" ] && [ ! -e "$data/of-the-demo" ]; then
    kept=$data-before-demo
    while [ -e "$kept" ]; do kept=$kept+; done
    mv "$data" "$kept"
    echo "What was in $data is now in $kept."
  fi
  rm -rf "$data"
  mkdir -p "$data"
  : >"$data/of-the-demo"
}

start_upstream() {
  "$bin/ocean-jira-upstream" --port 0 --email "$email" --token "$token" >"$work/upstream" &
  upstream_pid=$!
  tries=0
  until grep -q '^Jira-shaped server' "$work/upstream"; do
    kill -0 "$upstream_pid" 2>/dev/null || fail "the Jira-shaped server did not start"
    tries=$((tries + 1))
    [ $tries -lt 100 ] || fail "the Jira-shaped server does not answer"
    sleep 0.1
  done
  cat "$work/upstream"
  url=$(sed 's/^.* on \([^ ]*\) .*$/\1/' "$work/upstream")
}

# jira METHOD PATH [JSON]: one request to the source; prints the answer.
jira() {
  curl -sS --fail -u "$email:$token" -X "$1" -H 'Content-Type: application/json' ${3:+-d "$3"} "$url/rest/api/3/$2"
}

sync() {
  run "$bin/ocean" sail integrations/jira --local --once --report "$work/$1.json" || fail "the sync ended with exit code $?"
}

# Bugs have no sub-tasks and are nobody's parent: what happens to one of them happens to no other issue.
find_bugs() {
  jira POST search/jql '{"jql": "issuetype = Bug", "fields": ["summary"], "maxResults": 8}' |
    jq -r '.issues[].key' >"$work/bugs"
  edited=$(sed -n 1,5p "$work/bugs")
  deleted=$(sed -n 6,8p "$work/bugs")
}

change_source() {
  for key in $edited; do
    jira PUT "issue/$key" "{\"fields\": {\"summary\": \"$key, edited ✏️\"}}"
    echo "edited   $key"
  done
  for key in $deleted; do
    jira DELETE "issue/$key"
    echo "deleted  $key"
  done
  added=
  for summary in 'First new bug 🐛' 'Second new bug 🐛'; do
    key=$(jira POST issue "{\"fields\": {\"project\": {\"key\": \"PAY\"}, \"issuetype\": {\"name\": \"Bug\"}, \"summary\": \"$summary\"}}" |
      jq -r .key)
    echo "added    $key"
    added="$added $key"
  done
}

# figures REPORT: "CREATED UPDATED UNCHANGED DELETED"
figures() {
  jq -r '[([.blocks[].upserted.created] | add), ([.blocks[].upserted.updated] | add),
          ([.blocks[].unchanged] | add), ([.blueprints[].deleted] | add // 0)] | map(tostring) | join(" ")' "$1"
}

show_figures() {
  figures "$1" | {
    read -r created updated unchanged gone
    printf '%-30s %s updated, %s created, %s deleted, %s unchanged\n' "$2" "$updated" "$created" "$gone" "$unchanged"
  }
}

# check_figures: does the second run say what was done to the source?
check_figures() {
  before=$(jq '[.blocks[].mapped] | add' "$work/first.json")
  edits=$(echo "$edited" | wc -w)
  deletions=$(echo "$deleted" | wc -w)
  additions=$(echo "$added" | wc -w)
  demanded="$((additions)) $((edits)) $((before - edits - deletions)) $((deletions))"
  reported=$(figures "$work/second.json")
  [ "$reported" = "$demanded" ] ||
    fail "created, updated, unchanged, deleted: the changes demand $demanded, the run reports $reported"
}

say "A Jira-shaped server with a made-up site"
start_upstream
export OCEAN__INTEGRATION__CONFIG__JIRA_HOST="$url"
export OCEAN__INTEGRATION__CONFIG__ATLASSIAN_USER_EMAIL="$email"
export OCEAN__INTEGRATION__CONFIG__ATLASSIAN_USER_TOKEN="$token"

say "The first sync, into the embedded catalog"
start_afresh
sync first

say "What is in the catalog"
find_bugs
sample=$(echo "$edited" | head -1)
run "$bin/ocean" catalog list --path integrations/jira
run "$bin/ocean" catalog get jiraIssue "$sample" --path integrations/jira

say "The source changes"
change_source

say "The second sync"
sync second

say "What the runs report"
show_figures "$work/first.json" "first run:"
echo "  (what others point at is made as a placeholder first, and counts as updated when its own turn comes)"
show_figures "$work/second.json" "second run, after the changes:"
run "$bin/ocean" catalog get jiraIssue "$sample" --path integrations/jira
check_figures
say "The catalog has followed the source."
