#!/usr/bin/env bats
# The GitHub Action's script, with a docker that the test makes up.

setup() {
  script=$BATS_TEST_DIRNAME/../../deploy/github-action/sail.sh
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  # shellcheck disable=SC2016  # for the fake command
  printf '#!/bin/sh\necho "$*"\nenv | grep ^OCEAN__INTEGRATION__CONFIG\nexit ${CODE:-0}\n' >"$BATS_TEST_TMPDIR/bin/docker"
  chmod +x "$BATS_TEST_TMPDIR/bin/docker"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH
  export GITHUB_OUTPUT=$BATS_TEST_TMPDIR/output IMAGE=house/ocean-acme:1.2.0 OCEAN__PORT__CLIENT_SECRET=hush-hush
}

@test "options become variables, whatever is in them, and secrets stay out of the command" {
  # shellcheck disable=SC2016  # taken as it is
  CONFIG='acmeHost=https://acme.example?a=b
acme_token=$(id) `id` "quoted"' run sh "$script"
  [ "$status" -eq 0 ]
  [[ $output == *'OCEAN__INTEGRATION__CONFIG__ACME_HOST=https://acme.example?a=b'* ]]
  # shellcheck disable=SC2016
  [[ $output == *'OCEAN__INTEGRATION__CONFIG__ACME_TOKEN=$(id) `id` "quoted"'* ]]
  [[ ${lines[0]} == *"--env OCEAN__PORT__CLIENT_SECRET"*"house/ocean-acme:1.2.0 sail --once" ]]
  [[ $output != *hush-hush* ]]
  [ "$(cat "$GITHUB_OUTPUT")" = exit_code=0 ]
}

@test "the exit code of the sync is the step's, and an output" {
  CODE=2 run sh "$script"
  [ "$status" -eq 2 ]
  [ "$(cat "$GITHUB_OUTPUT")" = exit_code=2 ]
}

@test "what is no option is refused" {
  for line in 'just words' 'a b=c' '=c'; do
    CONFIG=$line run sh "$script"
    [ "$status" -eq 2 ]
  done
}
