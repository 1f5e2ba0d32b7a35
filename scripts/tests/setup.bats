#!/usr/bin/env bats
# setup.sh on machines that the tests make up: a folder of commands is all that it finds.

setup() {
  script=$BATS_TEST_DIRNAME/../setup.sh
  bin=$BATS_TEST_TMPDIR/bin
  log=$BATS_TEST_TMPDIR/log
  installed=$BATS_TEST_TMPDIR/installed
  mkdir -p "$bin"
  : >"$log"
  : >"$installed"
  for command in cat sed grep sort tr env; do
    ln -s "$(command -v $command)" "$bin/$command"
  done
}

# fake NAME SCRIPT: puts a command on the machine.
fake() {
  printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"
  chmod +x "$bin/$1"
}

debian_with_user_id() {
  fake id "echo $1"
  fake dpkg-query "cat '$installed'"
  fake apt-get "echo \"apt-get \$*\" >>'$log'"
}

run_setup() {
  run env -i PATH="$bin" /bin/sh "$script" "$@" </dev/null
}

@test "--print lists the packages of a group, each once and alone on its line" {
  run_setup --print lint sanitize
  [ "$status" -eq 0 ]
  [ "$(echo "$output" | grep -c '^clang-19$')" -eq 1 ]
  [[ $output != *catch2* ]]
}

@test "all is every group but repo, debug, image, fuzz and bench, and what is installed without a name" {
  run_setup --print
  everything=$output
  run_setup --print build test lint sanitize
  [ "$output" = "$everything" ]
}

@test "fuzz asks for npm only where nodejs did not bring it" {
  run_setup --print fuzz
  [[ $output == *libclang-rt-19-dev*nodejs*npm* ]]
  fake npm :
  run_setup --print fuzz
  [[ $output == *nodejs* && $output != *npm* ]]
}

@test "an unknown group is refused with the known ones" {
  run_setup kitchen
  [ "$status" -eq 2 ]
  [[ $output == *"unknown group 'kitchen'"*"build test lint sanitize repo debug image fuzz bench all"* ]]
}

@test "an unknown option is refused with the usage" {
  run_setup --quick
  [ "$status" -eq 2 ]
  [[ $output == *usage:* ]]
}

@test "nothing is done when everything is there" {
  debian_with_user_id 0
  run_setup --print build
  # shellcheck disable=SC2086  # one word per package
  printf '%s installed\n' $output >"$installed"
  run_setup build
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  [ ! -s "$log" ]
}

@test "root installs what is missing, and only that, without being asked" {
  debian_with_user_id 0
  run_setup --print test
  echo "$output" | grep -v '^bats$' | sed 's/$/ installed/' >"$installed"
  run_setup test
  [ "$status" -eq 0 ]
  grep -qx 'apt-get -q update' "$log"
  grep -qx 'apt-get -q install -y --no-install-recommends bats' "$log"
}

@test "a package that was removed but left its settings is missing" {
  debian_with_user_id 0
  run_setup --print test
  echo "$output" | sed 's/$/ installed/; s/^jq installed/jq config-files/' >"$installed"
  run_setup test
  grep -q 'install -y --no-install-recommends jq$' "$log"
}

@test "a user goes through sudo" {
  debian_with_user_id 1000
  # shellcheck disable=SC2016  # for the fake command
  fake sudo 'echo sudo >>'"'$log'"'; "$@"'
  run_setup test
  [ "$status" -eq 0 ]
  grep -qx sudo "$log"
  grep -q 'install -y --no-install-recommends bats curl jq' "$log"
}

@test "without root and sudo it says what root should run" {
  debian_with_user_id 1000
  run_setup test
  [ "$status" -eq 1 ]
  [[ $output == *"root or sudo"*"apt-get install --no-install-recommends bats curl jq"* ]]
}

@test "a system without apt is told what to install" {
  run_setup test
  [ "$status" -eq 1 ]
  [[ $output == *"no apt"*bats*curl*jq* ]]
}

@test "a failing installation fails" {
  debian_with_user_id 0
  # shellcheck disable=SC2016  # for the fake command
  fake apt-get 'case $* in *install*) exit 100 ;; esac'
  run_setup test
  [ "$status" -eq 1 ]
  [[ $output == *"Debian 12"* ]]
}
