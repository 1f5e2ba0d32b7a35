#!/bin/sh
# Installs the package into a clean root, and does there what docs/getting-started.md tells a stranger: makes a private integration, builds
# and tests it, syncs.
set -eu

usage() {
  echo "usage: scripts/package-test.sh FILE.deb [BASE]   (with BASE, an image of Debian 12: builds the integration's own image on it, too)"
}

case ${1:-} in -h | --help) usage && exit 0 ;; esac
[ -f "${1:-}" ] || {
  usage >&2
  exit 2
}
package=$(realpath "$1")
base=${2:-}
repository=$(realpath "$(dirname "$0")/..")
# shellcheck source=scripts/lib/containers.sh
. "$repository/scripts/lib/containers.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

fail() {
  echo "package-test: $*" >&2
  exit 1
}

dpkg-deb --extract "$package" "$root"
PATH=$root/usr/bin:$PATH
apt-get install --simulate --no-install-recommends "$package" >"$work/simulation" 2>&1 || {
  cat "$work/simulation" >&2
  fail "apt cannot install it"
}

cd "$work"
[ "$(command -v ocean)" = "$root/usr/bin/ocean" ] || fail "ocean is not the installed one"
ocean version
awk -f "$repository/scripts/lib/marked.awk" "$repository/docs/getting-started.md" >commands
grep -q '^ocean new .*"Acme Tracker"' commands || fail "the guide does not make an integration"
CMAKE_PREFIX_PATH=$root/usr sh -eux commands >"$work/output" 2>&1 || {
  cat "$work/output" >&2
  fail "what the guide shows does not work"
}
grep 'tests passed' "$work/output"
grep 'acmeTrackerItem .* 25' "$work/output" || fail "the items are not in the catalog"

if [ -n "$base" ]; then
  rm -rf acme-tracker/build
  cp "$package" acme-tracker/
  build_image --build-arg "BASE=$base" --tag localhost/ocean-acme-tracker:private acme-tracker >"$work/image" 2>&1 || {
    tail -n 40 "$work/image" >&2
    fail "its Dockerfile does not build"
  }
  run_image localhost/ocean-acme-tracker:private --version | grep -F "$(sed -n 's/^version: *//p' acme-tracker/.port/spec.yaml)" ||
    fail "its image does not run"
fi
echo "package-test: ok"
