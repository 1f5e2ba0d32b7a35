#!/bin/sh
# Keeps the index of published integrations: static JSON, on a branch of its own.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/index.sh build OUT [--ocean PROGRAM] INTEGRATION…
       scripts/index.sh publish REMOTE BRANCH [--ocean PROGRAM] INTEGRATION…

build    adds to the folder OUT what these integrations say of themselves, with the program ocean (the newest in build/*/bin):
           <type>/<version>/spec.json               each version that was ever added
           <type>/<version>/port_app_config.json    the schema of its mapping
           <type>/spec.json, <type>/port_app_config.json, <type>/examples/<kind>/*.json, and an entry of index.json: the newest
           one; a beta is never newer than a stable version, -dev is left out
publish  does so on a branch of a git remote. Whoever pushed in between is never overwritten: it is done again on top

Exit codes: 0, 1 what was built is not right, 2 wrong usage, 3 the remote did not take it.
TEXT
}

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh
# shellcheck source=scripts/config.env
. scripts/config.env

# is_newest NAME VERSION OUT: may it be what index.json shows?
is_newest() {
  shown=$(jq -r --arg type "$1" '.[] | select(.type == $type) | .version' "$3/index.json")
  case $shown in "" | "$2") return 0 ;; esac
  case $2 in *-*) case $shown in *-*) ;; *) return 1 ;; esac ;; esac
  case $shown in *-*) case $2 in *-*) ;; *) return 0 ;; esac ;; esac
  is_newer "$2" "$shown"
}

# add NAME OUT
add() {
  version=$(spec_version <"integrations/$1/.port/spec.yaml")
  is_version "$version" || refuse "integrations/$1: '$version' is no version"
  case $version in *-dev) return 0 ;; esac
  mkdir -p "$2/$1/$version"
  "$ocean" spec json "integrations/$1" |
    jq --arg type "$1" --arg version "$version" --arg image "${IMAGE_REGISTRY#*://}/$IMAGE_NAMESPACE/ocean-$1:$version" \
      --arg sdk "$(cat sdk/VERSION)" '. + {type: $type, version: $version, image: $image, sdkVersion: $sdk}' >"$2/$1/$version/spec.json"
  schema=integrations/$1/tests/data/port-app-config.schema.json
  [ ! -f "$schema" ] || cp "$schema" "$2/$1/$version/port_app_config.json"
  is_newest "$1" "$version" "$2" || return 0
  cp "$2/$1/$version/"*.json "$2/$1/"
  rm -rf "$2/$1/examples"
  [ ! -d "integrations/$1/.port/examples" ] || cp -r "integrations/$1/.port/examples" "$2/$1/examples"
  jq --slurpfile spec "$2/$1/spec.json" --arg type "$1" 'map(select(.type != $type)) + $spec | sort_by(.type)' "$2/index.json" >"$2/index.new"
  mv "$2/index.new" "$2/index.json"
}

build() {
  out=$1
  shift
  mkdir -p "$out"
  [ -f "$out/index.json" ] || echo '[]' >"$out/index.json"
  for name; do add "$name" "$out"; done
}

# publish REMOTE BRANCH NAME…
publish() {
  remote=$1
  branch=$2
  shift 2
  for _ in 1 2 3 4 5; do
    rm -rf "$work/index"
    git init --quiet "$work/index"
    if git -C "$work/index" fetch --quiet --depth 1 "$remote" "$branch" 2>/dev/null; then
      git -C "$work/index" checkout --quiet FETCH_HEAD
    elif ! git ls-remote --quiet "$remote" >/dev/null 2>&1; then
      unreachable "$remote does not answer"
    fi
    build "$work/index" "$@"
    git -C "$work/index" add --all
    if git -C "$work/index" diff --cached --quiet; then
      echo "index: nothing new"
      return
    fi
    git -C "$work/index" -c user.name=ocean -c user.email=ocean@example.com commit --quiet --message "Index: $*"
    if git -C "$work/index" push --quiet "$remote" "HEAD:refs/heads/$branch" 2>"$work/push"; then
      echo "index: published $*"
      return
    fi
  done
  cat "$work/push" >&2
  unreachable "$remote did not take the branch $branch"
}

verb=${1:-}
case $verb in
  -h | --help) usage && exit 0 ;;
  build) [ $# -ge 3 ] || refuse "build OUT INTEGRATION…" ;;
  publish) [ $# -ge 4 ] || refuse "publish REMOTE BRANCH INTEGRATION…" ;;
  *) usage >&2 && exit 2 ;;
esac
place=$2
[ ! -d "$place" ] || place=$(realpath "$place")
shift 2
branch=
[ "$verb" != publish ] || {
  branch=$1
  shift
}
# shellcheck disable=SC2012  # names of presets hold no blanks
ocean=$(ls -t build/*/bin/ocean 2>/dev/null | head -n 1)
if [ "$1" = --ocean ]; then
  ocean=$(realpath "$2")
  shift 2
fi
[ -x "$ocean" ] || refuse "there is no program ocean; make build makes it"
known_integrations "$@" >/dev/null || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $verb in
  build) build "$place" "$@" ;;
  publish) publish "$place" "$branch" "$@" ;;
esac
