#!/bin/sh
# The steps of the release workflows.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/ci-release.sh plan [INTEGRATION]       what is due, for $GITHUB_OUTPUT
       scripts/ci-release.sh publish INTEGRATION TAG  push the built image; the version gets its tag and its release
       scripts/ci-release.sh sdk                      tag and release the SDK, unless its version is unreleased or was released

GITHUB_TOKEN is what the registry and GitHub are asked with; with DRY_RUN=true nothing is written.
TEXT
}

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh
# ghcr.io takes the token, encoded, as a bearer's.
[ -z "${GITHUB_TOKEN:-}" ] || REGISTRY_TOKEN=$(printf '%s' "$GITHUB_TOKEN" | base64 -w0) && export REGISTRY_TOKEN

publish() {
  . scripts/config.env
  [ "${DRY_RUN:-}" != true ] || exec scripts/image.sh push "$1" --tag "$2" --dry-run
  printf '%s' "$GITHUB_TOKEN" | docker login --username "$GITHUB_ACTOR" --password-stdin "${IMAGE_REGISTRY#*://}"
  version=$(spec_version <"integrations/$1/.port/spec.yaml")
  if [ "$2" = "$version" ]; then
    scripts/image.sh push "$1"
    GH_TOKEN=$GITHUB_TOKEN gh release create "$1/v$version" --target "$(git rev-parse HEAD)" --title "ocean-$1 $version" \
      --notes-file "integrations/$1/changelog/$version.md"
  else
    scripts/image.sh push "$1" --tag "$2"
  fi
}

sdk() {
  version=$(cat sdk/VERSION)
  if grep -qxF "## $version (unreleased)" CHANGELOG.md; then
    echo "ci-release: $version is unreleased"
  elif git rev-parse --quiet --verify "refs/tags/sdk/v$version" >/dev/null; then
    echo "ci-release: $version was released"
  else
    awk -v header="## $version (" '/^## / { inside = index($0, header) == 1 } inside' CHANGELOG.md >build/notes.md
    (cd build/package && sha256sum ./*.deb >SHA256SUMS)
    gh release create "sdk/v$version" --target "$(git rev-parse HEAD)" --title "Ocean SDK $version" --notes-file build/notes.md \
      build/package/*
  fi
}

verb=${1:-}
[ $# -eq 0 ] || shift
case $verb in
  -h | --help) usage ;;
  plan) scripts/release-plan.sh "$@" | jq -r '"release=\(.release | tojson)", "count=\(.count)"' ;;
  publish) [ $# -eq 2 ] && publish "$@" ;;
  sdk) sdk ;;
  *) usage >&2 && exit 2 ;;
esac
