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

@test "docs/integration.md" {
  ocean new --public --name "Acme Tracker" --yes
  awk -f "$root/scripts/lib/marked.awk" "$root/docs/integration.md" >commands
  grep -c '^ocean ' commands
  sh -eux commands
  ocean spec check integrations/acme-tracker
}
