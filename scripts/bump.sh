#!/bin/sh
# Declares a change: raises the version of an integration, or of the SDK, and writes the line for its changelog.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/bump.sh [--base REF] [--level patch|minor|major|stable] NAME TYPE MESSAGE

NAME     an integration, or sdk
TYPE     breaking, deprecation, security, feature, improvement, bugfix or doc; unless --level says it, breaking makes a major version
         (before 1.0.0 a minor one), feature a minor one, everything else a patch; stable only takes -beta or -dev away
MESSAGE  one line for users

The next version is counted from the tip of BASE (default origin/main, or else HEAD). Running it again, after a rebase too, adds to the same
entry, and raises the version only as far as it must.

Exit codes: 0, or 2 for wrong usage.
TEXT
}

base=
level=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --base) base=${2:?--base needs a commit} && shift ;;
    --level) level=${2:?--level needs a name} && shift ;;
    -*) usage >&2 && exit 2 ;;
    *) break ;;
  esac
  shift
done
[ $# -eq 3 ] || {
  usage >&2
  exit 2
}
name=$1
type=$2
message=$3

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh

[ -n "$base" ] || base=$(git rev-parse --quiet --verify 'origin/main^{commit}' || echo HEAD)
base=$(commit_of "$base") || exit 2
fork=$(merge_base_of "$base" HEAD) || exit 2

# level_for VERSION: what the type asks for when nothing else is said.
level_for() {
  case $type in
    breaking) case $1 in 0.*) echo minor ;; *) echo major ;; esac ;;
    feature) echo minor ;;
    deprecation | security | improvement | bugfix | doc) echo patch ;;
    *) refuse "unknown type '$type'; there are: breaking deprecation security feature improvement bugfix doc" ;;
  esac
}

# next_version VERSION LEVEL: the suffix stays.
next_version() {
  echo "$1" | awk -F '[.-]' -v level="$2" '{
    if (level == "major") { $1++; $2 = 0; $3 = 0 } else if (level == "minor") { $2++; $3 = 0 } else if (level == "patch") $3++
    if (level == "stable") $4 = ""
    print $1 "." $2 "." $3 ($4 == "" ? "" : "-" $4)
  }'
}

# wanted_version OLD CURRENT: CURRENT when it is step enough from OLD.
wanted_version() {
  step=${level:-$(level_for "$1")} || exit 2
  case $step in patch | minor | major | stable) ;; *) refuse "unknown level '$step'; there are: patch minor major stable" ;; esac
  wanted=$(next_version "$1" "$step")
  if is_newer "$2" "$wanted"; then echo "$2"; else echo "$wanted"; fi
}

# is_pending FILE: is it of this branch alone?
is_pending() { [ -f "$1" ] && ! exists_at "$fork" "$1" && ! exists_at "$base" "$1"; }

bump_integration() {
  spec=integrations/$name/.port/spec.yaml
  current=$(spec_version <"$spec")
  is_version "$current" || refuse "$spec: '$current' is no version"
  old=$(blob "$base" "$spec" | spec_version)
  new=$current
  if [ -n "$old" ]; then new=$(wanted_version "$old" "$current") || exit 2; fi
  entry=integrations/$name/changelog/$new.md
  # An entry of this branch under another version, as it was before a rebase, moves along.
  for pending in "integrations/$name"/changelog/*.md; do
    if [ -n "$old" ] && [ "$pending" != "$entry" ] && is_pending "$pending"; then
      sed "1s/.*/## $new ($(date -u +%F))/" "$pending" >"$entry"
      rm "$pending"
    fi
  done
  sed -i "s/^version:.*/version: $new/" "$spec"
  scripts/changelog.sh add "$entry" "$type" "$message"
  scripts/changelog.sh render "$name"
  echo "bump: $name ${old:+$old -> }$new: $entry"
}

# The SDK collects changes in one section of CHANGELOG.md until somebody dates it.
bump_sdk() {
  new=$(cat sdk/VERSION)
  level_for "$new" >/dev/null || exit 2
  if ! grep -qxF "## $new (unreleased)" CHANGELOG.md; then
    new=$(wanted_version "$new" "$new") || exit 2
    echo "$new" >sdk/VERSION
    awk -v header="## $new (unreleased)" '/^## / && !done { print header "\n"; done = 1 } { print }' CHANGELOG.md >CHANGELOG.new
    mv CHANGELOG.new CHANGELOG.md
  fi
  # The section by itself is an entry like those of integrations.
  work=$(mktemp -d)
  entry=$work/$new.md
  awk -v header="## $new (unreleased)" '/^## / { inside = $0 == header } inside' CHANGELOG.md >"$entry"
  scripts/changelog.sh add "$entry" "$type" "$message"
  awk -v header="## $new (unreleased)" -v entry="$entry" '
    /^## / { inside = $0 == header; if (inside) { while ((getline line <entry) > 0) print line; open = 1; next } else if (open) { print ""; open = 0 } }
    !inside' CHANGELOG.md >CHANGELOG.new
  mv CHANGELOG.new CHANGELOG.md
  rm -r "$work"
  echo "bump: sdk $new: CHANGELOG.md"
}

if [ "$name" = sdk ]; then
  bump_sdk
else
  known_integrations "$name" >/dev/null || exit 2
  bump_integration
fi
