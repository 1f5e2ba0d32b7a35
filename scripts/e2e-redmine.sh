#!/bin/sh
# Syncs a real Redmine into the embedded catalog: installs Debian's package, serves it on loopback with a database of its own, changes
# what is in it through its API, and checks after each step that the catalog followed.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/e2e-redmine.sh [BIN]

BIN is the folder of the built programs (default: build/dev/bin). Installs the packages redmine, redmine-sqlite and puma (about 107 with
what they need) where they are missing, as root; fails when they cannot be had. No configured instance of Redmine is touched.
TEXT
}

case ${1:-} in
  -h | --help) usage && exit 0 ;;
esac

cd "$(dirname "$0")/.."
bin=$(cd "${1:-build/dev/bin}" 2>/dev/null && pwd) || {
  echo "e2e: ${1:-build/dev/bin} is not there; build it first" >&2
  exit 1
}
redmine=/usr/share/redmine
work=$(mktemp -d)
instance=ocean-$$
server_pid=

cleanup() {
  [ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null || true
  rm -rf "$work" "$redmine/instances/$instance"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n== %s\n' "$*"; }

# A check that holds; CI counts them.
ok() { echo "ok: $*"; }

fail() {
  echo "e2e: $*" >&2
  exit 1
}

install_redmine() {
  dpkg-query -W -f '${db:Status-Status}\n' redmine redmine-sqlite puma 2>/dev/null | grep -c '^installed$' | grep -qx 3 && return
  [ "$(id -u)" -eq 0 ] || fail "redmine is not installed, and only root can install it: apt-get install redmine redmine-sqlite puma"
  export DEBIAN_FRONTEND=noninteractive
  # The instance is made below; the package is to make none.
  echo 'redmine redmine/instances/default/dbconfig-install boolean false' | debconf-set-selections
  if ! apt-get install -y --no-install-recommends redmine redmine-sqlite puma >"$work/apt.log" 2>&1; then
    apt-get update >>"$work/apt.log" 2>&1 || true
    apt-get install -y --no-install-recommends redmine redmine-sqlite puma >>"$work/apt.log" 2>&1 || {
      tail -n 20 "$work/apt.log" >&2
      fail "the package redmine cannot be had"
    }
  fi
}

# in_redmine COMMAND…: as Redmine runs its own.
in_redmine() {
  (cd "$redmine" && REDMINE_INSTANCE=$instance RAILS_ENV=production "$@")
}

make_instance() {
  mkdir -p "$work/site/config" "$work/site/log" "$work/site/files" "$work/site/tmp/cache" "$work/site/public/plugin_assets"
  printf 'production:\n  adapter: sqlite3\n  database: %s\n  encoding: utf8\n' "$work/site/redmine.sqlite" >"$work/site/config/database.yml"
  od -An -tx1 -N32 /dev/urandom | tr -d ' \n' >"$work/site/config/secret_key.txt"
  ln -s "$work/site" "$redmine/instances/$instance"
  in_redmine rake db:migrate >"$work/migrate.log" 2>&1 || {
    tail -n 20 "$work/migrate.log" >&2
    fail "Redmine's database cannot be made"
  }
  cat >"$work/seed.rb" <<'RUBY'
Redmine::DefaultData::Loader.load('en')
Setting.rest_api_enabled = '1'
File.write(ENV.fetch('KEY_FILE'), User.find_by(login: 'admin').api_key)
RUBY
  in_redmine env KEY_FILE="$work/key" bin/rails runner "$work/seed.rb" >"$work/seed.log" 2>&1 || {
    tail -n 20 "$work/seed.log" >&2
    fail "Redmine's database cannot be filled"
  }
  key=$(cat "$work/key")
}

start_server() {
  (cd "$redmine" && REDMINE_INSTANCE=$instance RAILS_ENV=production exec puma -t 4:4 -b tcp://127.0.0.1:0 config.ru) >"$work/server.log" 2>&1 &
  server_pid=$!
  # Ends with the first such line, with the server, or when it takes too long.
  timeout 120 tail -n +1 -f --pid="$server_pid" "$work/server.log" | grep -q -m 1 'Listening on' || {
    tail -n 20 "$work/server.log" >&2
    fail "Redmine does not start"
  }
  url=$(sed -n 's/.*Listening on \(http[^ ]*\).*/\1/p' "$work/server.log")
}

# api METHOD PATH [JSON]: one request to Redmine; prints the answer.
api() {
  curl -sS --fail -X "$1" -H "X-Redmine-API-Key: $key" -H 'Content-Type: application/json' ${3:+-d "$3"} "$url/$2"
}

# issue PROJECT SUBJECT: makes an issue; prints its number.
issue() {
  api POST issues.json "{\"issue\": {\"project_id\": $1, \"subject\": \"$2\", \"tracker_id\": 1, \"priority_id\": $priority}}" | jq .issue.id
}

fill_redmine() {
  priority=$(api GET enumerations/issue_priorities.json | jq '.issue_priorities[0].id')
  activity=$(api GET enumerations/time_entry_activities.json | jq '.time_entry_activities[0].id')
  project=$(api POST projects.json '{"project": {"name": "Ledger", "identifier": "ledger", "tracker_ids": [1, 2, 3], "enabled_module_names": ["issue_tracking", "time_tracking"]}}' |
    jq .project.id)
  api POST "projects/$project/versions.json" '{"version": {"name": "2026.08"}}' >/dev/null
  first=$(issue "$project" 'Refunds are booked twice')
  second=$(issue "$project" 'Größen und 数')
  api POST time_entries.json "{\"time_entry\": {\"issue_id\": $first, \"hours\": 2, \"activity_id\": $activity}}" >/dev/null
}

# sync WRITTEN UNCHANGED DELETED: one run, which must report these figures. Written is what is created or updated: an entity that another
# one relates to is made as a placeholder, if it is not there yet, and updated when its own turn comes.
sync() {
  "$bin/ocean" sail "$work/redmine" --local --once --report "$work/report.json" >"$work/run.log" 2>&1 || {
    cat "$work/run.log" >&2
    fail "the sync ended with exit code $?"
  }
  reported=$(jq -r '[([.blocks[].upserted | .created + .updated] | add), ([.blocks[].unchanged] | add),
      ([.blueprints[].deleted] | add // 0)] | map(tostring) | join(" ")' "$work/report.json")
  [ "$reported" = "$*" ] || fail "written, unchanged, deleted: the changes demand $*, the run reports $reported"
  ok "written, unchanged, deleted: $reported"
}

# entity NUMBER: the issue in the catalog.
entity() {
  "$bin/ocean" catalog get redmineIssue "$1" --path "$work/redmine"
}

for program in ocean ocean-redmine; do
  [ -x "$bin/$program" ] || fail "$bin/$program is not built"
done
say "Redmine, from Debian's package"
install_redmine
make_instance
start_server
fill_redmine
echo "Redmine is at $url"
mkdir "$work/redmine"
cp -r integrations/redmine/.port "$work/redmine/"
export OCEAN__INTEGRATION__CONFIG__REDMINE_URL="$url" OCEAN__INTEGRATION__CONFIG__REDMINE_API_KEY="$key"

say "The first sync brings a project, a version, two issues, an account and the time spent"
sync 6 0 0
say "The second changes nothing"
sync 0 6 0
say "An issue more"
third=$(issue "$project" 'One more')
sync 1 6 0
entity "$third" | grep -q 'One more' || fail "the new issue is not in the catalog"
ok "the new issue is in the catalog"
say "An issue edited"
api PUT "issues/$second.json" '{"issue": {"subject": "Größen und 数, edited"}}' >/dev/null
sync 1 6 0
entity "$second" | grep -q 'edited' || fail "the edit is not in the catalog"
ok "the edit is in the catalog"
say "An issue deleted"
api DELETE "issues/$third.json" >/dev/null
sync 0 6 1
if entity "$third" >/dev/null 2>&1; then fail "the deleted issue is still in the catalog"; fi
ok "the deleted issue is not in the catalog"
say "The catalog has followed Redmine."
