#!/usr/bin/env bats
# The commands of a guide that `<!-- run -->` marks, one after the other as a reader types them. Without a built program they are left out.

setup() {
  root=$BATS_TEST_DIRNAME/..
  bin=$root/build/dev/bin
  [ -x "$bin/ocean" ] || skip "there is no program ocean: make build PRESET=dev"
  PATH=$(realpath "$bin"):$PATH
  # As much of a checkout as the program looks for.
  cd "$BATS_TEST_TMPDIR" || return
  mkdir -p sdk/app integrations
  touch CMakePresets.json
}

marked() { awk '/^<!-- run -->$/ { marked = 1; next } /^```sh$/ && marked { inside = 1; next } /^```/ { inside = marked = 0 } inside' "$root/$1"; }

@test "docs/integration.md" {
  ocean new --public --name "Acme Tracker" --yes
  marked docs/integration.md >commands
  grep -c '^ocean ' commands
  sh -eux commands
  ocean spec check integrations/acme-tracker
}
