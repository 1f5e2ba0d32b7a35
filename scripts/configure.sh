#!/bin/sh
# Configures a preset; prints CMake's report only when that fails.
set -eu

if [ $# -eq 0 ] || [ "$1" = --help ]; then
  echo "usage: scripts/configure.sh PRESET [CMAKE_OPTION…]   (presets: cmake --list-presets)"
  [ $# -gt 0 ] || exit 2
  exit 0
fi
preset=$1
shift

cd "$(dirname "$0")/.."
mkdir -p build
if ! cmake --preset "$preset" "$@" >"build/configure-$preset.log" 2>&1; then
  cat "build/configure-$preset.log" >&2
  echo "configure: preset '$preset' failed; libraries are installed by: make setup" >&2
  exit 1
fi
