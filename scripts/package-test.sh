#!/bin/sh
# Installs the package into a clean root, and does there what a stranger would: makes a private integration, builds and tests it, syncs.
set -eu

usage() { echo "usage: scripts/package-test.sh FILE.deb"; }

case ${1:-} in -h | --help) usage && exit 0 ;; esac
[ -f "${1:-}" ] || {
  usage >&2
  exit 2
}
package=$(realpath "$1")
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
ocean new . --private --name "Acme Tracker" --yes >/dev/null
cd acme-tracker
cmake --preset dev -DCMAKE_PREFIX_PATH="$root/usr" >"$work/configure" 2>&1 || {
  cat "$work/configure" >&2
  fail "the private integration could not be configured"
}
make --no-print-directory test
make --no-print-directory run ARGS="--local --once --report $work/report.json"
[ "$(jq -r .outcome "$work/report.json")" = complete ] || fail "the sync was not complete"
ocean catalog list | grep -q 'acmeTrackerItem .* 25' || fail "the items are not in the catalog"
echo "package-test: ok"
