#!/bin/sh
# Builds, tries and publishes the image of an integration, with docker or, where there is none, with buildah and podman.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/image.sh build INTEGRATION [--arch amd64|arm64] [--base IMAGE]
       scripts/image.sh smoke INTEGRATION
       scripts/image.sh size  INTEGRATION
       scripts/image.sh push  INTEGRATION [--tag TAG] [--dry-run]
       scripts/image.sh tags  INTEGRATION

build  makes localhost/ocean-<type>:<version> by integrations/_infra/Dockerfile, or the integration's own
smoke  runs it: version, spec, as any user, on a read-only root, stopped by SIGTERM
size   prints what it weighs, compressed; more than IMAGE_LIMIT_MIB (25) is a violation
push   publishes it (scripts/config.env says where). X.Y.Z and X.Y.Z-beta are written once, then the floating tags move
tags   prints the tags that push would write

Exit codes: 0 fine, 1 violated or failed, 2 wrong usage, 3 the registry does not say. OCEAN_IMAGE_TOOL=docker|buildah chooses.
TEXT
}

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh
# shellcheck source=scripts/lib/registry.sh
. scripts/lib/registry.sh
# shellcheck source=scripts/lib/containers.sh
. scripts/lib/containers.sh

verb=${1:-}
case $verb in
  -h | --help) usage && exit 0 ;;
  build | smoke | size | push | tags) ;;
  *) usage >&2 && exit 2 ;;
esac
[ $# -ge 2 ] || {
  usage >&2
  exit 2
}
name=$2
shift 2
arch=
base=
tag=
dry_run=no
while [ $# -gt 0 ]; do
  case $1 in
    --arch) need_value "$1" $# && arch=$2 && shift ;;
    --base) need_value "$1" $# && base=$2 && shift ;;
    --tag) need_value "$1" $# && tag=$2 && shift ;;
    --dry-run) dry_run=yes ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
known_integrations "$name" >/dev/null || exit 2
version=$(spec_version <"integrations/$name/.port/spec.yaml")
is_version "$version" || refuse "integrations/$name: '$version' is no version"
image=localhost/ocean-$name:$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The arguments are what the Dockerfile wants to know; the time is the commit's, so that a build can be repeated.
build() {
  dockerfile=integrations/_infra/Dockerfile
  [ ! -f "integrations/$name/Dockerfile" ] || dockerfile=integrations/$name/Dockerfile
  build_image --build-arg "INTEGRATION=$name" --build-arg "VERSION=$version" --build-arg "REVISION=$(git rev-parse HEAD)" \
    --build-arg "CREATED=$(TZ=UTC git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ)" \
    --build-arg "SOURCE=$SOURCE_URL" --build-arg "SDK_VERSION=$(cat sdk/VERSION)" \
    ${base:+--build-arg "BASE=$base"} ${arch:+--platform "linux/$arch"} --tag "$image" --file "$dockerfile" .
  echo "image: built $image"
}

# expect WHAT PATTERN COMMAND…
expect() {
  what=$1
  pattern=$2
  shift 2
  "$@" >"$work/out" 2>&1 || true
  if grep -qE "$pattern" "$work/out"; then
    echo "image: $what: ok"
  else
    violation "$image" 1 I1 "$what: expected '$pattern', got: $(head -c 400 "$work/out" | tr '\n' ' ')"
  fi
}

smoke() {
  expect "the version" "$version" run_image "$image" --version
  expect "the spec" '"kind"' run_image "$image" spec json
  expect "any user of group 0" "$version" run_image --user 123456:0 "$image" --version
  expect "a configuration that is missing is told" 'OCEAN__|port\.clientId|clientId' run_image "$image" sail --once
  finish
}

# size: the sum of the compressed layers.
size() {
  case $tool in
    docker) bytes=$(docker save "$image" | gzip -6 | wc -c) ;;
    buildah)
      buildah push --quiet "$image" "oci:$work/oci:image" >/dev/null
      manifest=$(jq -r '.manifests[0].digest' "$work/oci/index.json" | sed 's|:|/|')
      bytes=$(jq '[.layers[].size] | add' "$work/oci/blobs/$manifest")
      ;;
  esac
  limit=${IMAGE_LIMIT_MIB:-25}
  echo "$bytes" | awk -v image="$image" '{ printf "image: %s: %.1f MiB compressed (%d bytes)\n", image, $1 / 1048576, $1 }'
  [ "$bytes" -le $((limit * 1048576)) ] || violation "$image" 1 I2 "more than $limit MiB"
  finish
}

# list_tags: what is written once comes first.
list_tags() {
  [ -z "$tag" ] || {
    # A rebuild or a preview: of these only rebuilds move what floats.
    echo "$tag"
    case $tag in "$version"-r[0-9]*) ;; *) return ;; esac
  }
  [ -n "$tag" ] || echo "$version"
  case $version in
    *-dev) ;;
    *-beta)
      echo beta
      has_stable || echo latest
      ;;
    *) echo "${version%.*}" && echo latest ;;
  esac
}

# has_stable: did a version without -beta move latest already? Then a beta does not.
has_stable() {
  registry_has "ocean-$name" latest || return 1
  registry_labels "ocean-$name" latest "$work/labels"
  case $(jq -r '.INTEGRATION_VERSION' "$work/labels") in *-beta | *-dev | null) return 1 ;; esac
}

# push_tag TAG
push_tag() {
  target=${IMAGE_REGISTRY#*://}/$IMAGE_NAMESPACE/ocean-$name:$1
  echo "image: push $target"
  [ $dry_run = no ] || return 0
  case $tool in
    docker) docker tag "$image" "$target" && docker push --quiet "$target" ;;
    buildah)
      case $IMAGE_REGISTRY in http://*) verify=false ;; *) verify=true ;; esac
      buildah push --quiet --tls-verify="$verify" "$image" "docker://$target" >/dev/null
      ;;
  esac
}

push() {
  tags=$(list_tags) || exit $?
  first=$(echo "$tags" | head -n 1)
  case $first in
    *-dev) ;;
    *) ! registry_has "ocean-$name" "$first" || {
      violation "ocean-$name:$first" 1 I3 "is published already, and is written once" "make bump/$name TYPE=… MSG=…"
      finish
    } ;;
  esac
  for each in $tags; do push_tag "$each"; done
}

case $verb in
  tags) list_tags ;;
  *) "$verb" ;;
esac
