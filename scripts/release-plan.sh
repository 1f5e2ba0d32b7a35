#!/bin/sh
# Says which integrations are to be released: those whose version is not in the registry yet.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/release-plan.sh [--rebuild] [INTEGRATION…]

Prints {"release": [{"integration", "version", "tag"}], "count": N}. The registry is that of scripts/config.env.

  V10  a version that is there was made of the same sources: its label org.opencontainers.image.revision is a commit since which
       nothing release-affecting changed
  --rebuild  also what was built with an older SDK, under the next tag <version>-rN

Exit codes: 0, 1 V10 is violated, 2 wrong usage, 3 the registry does not say (nothing is planned then).
TEXT
}

rebuild=no
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --rebuild) rebuild=yes ;;
    -*) usage >&2 && exit 2 ;;
    *) break ;;
  esac
  shift
done

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh
# shellcheck source=scripts/lib/registry.sh
. scripts/lib/registry.sh
names=$(known_integrations "$@") || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/plan"

plan() { jq -nc --arg integration "$1" --arg version "$2" --arg tag "$3" '{$integration, $version, $tag}' >>"$work/plan"; }

# changed_since COMMIT NAME: the commits that changed what is in the image.
changed_since() {
  git log --oneline "$1..HEAD" -- "integrations/$2" ":!integrations/$2/tests" ":!integrations/$2/changelog" \
    ":!integrations/$2/.port/examples" ":!integrations/$2/*.md"
}

# check_same NAME VERSION: V10
check_same() {
  revision=$(jq -r '."org.opencontainers.image.revision" // empty' "$work/labels")
  git cat-file -e "$revision^{commit}" 2>/dev/null || refuse "the image of $1 $2 was made of commit '$revision', which is not here"
  changed_since "$revision" "$1" >"$work/commits"
  [ -s "$work/commits" ] || return 0
  violation "integrations/$1/.port/spec.yaml" 1 V10 \
    "version $2 is published, and was changed since: $(tr '\n' ';' <"$work/commits")" "make bump/$1 TYPE=… MSG=…"
}

# next_rebuild NAME VERSION: the first -rN that is free.
next_rebuild() {
  number=1
  while registry_has "ocean-$1" "$2-r$number"; do number=$((number + 1)); done
  echo "$2-r$number"
}

for name in $names; do
  version=$(spec_version <"integrations/$name/.port/spec.yaml")
  is_version "$version" || refuse "integrations/$name: '$version' is no version"
  if ! registry_has "ocean-$name" "$version"; then
    plan "$name" "$version" "$version"
    continue
  fi
  # A -dev image is made anew each time.
  case $version in *-dev) plan "$name" "$version" "$version" && continue ;; esac
  registry_labels "ocean-$name" "$version" "$work/labels" || exit $?
  check_same "$name" "$version"
  [ $rebuild = yes ] || continue
  [ "$(jq -r '."dev.ocean.sdk.version"' "$work/labels")" != "$(cat sdk/VERSION)" ] || continue
  tag=$(next_rebuild "$name" "$version") || exit 3
  plan "$name" "$version" "$tag"
done
[ "$violations" -eq 0 ] || finish
jq -sc '{release: ., count: length}' "$work/plan"
