#!/usr/bin/env bats
# The Makefile, and what its scripts do with their arguments.

setup() {
  root=$BATS_TEST_DIRNAME/../..
  scripts=$BATS_TEST_DIRNAME/..
}

@test "make without a verb shows all verbs" {
  run make -C "$root" --no-print-directory
  [ "$status" -eq 0 ]
  for verb in setup build 'build/<n>' 'run/<n>' test 'test/<n>' test-long test-crash lint 'lint/<n>' fix demo new 'debug/<n>' bench conformance 'fuzz/<n>' \
    check changed check/version check/changelog check/contract check/deps check/title check/repo road 'bump/<n>' changelog clean; do
    [[ $output == *"make $verb "* ]]
  done
}

@test "unknown integrations are refused with the known ones, before anything is done" {
  for verb in build test lint run bump changelog debug; do
    run make -C "$root" --no-print-directory "$verb/no-such-thing"
    [ "$status" -ne 0 ]
    [[ $output == *"unknown integration"*"'no-such-thing'; there are:"* ]]
  done
}

@test "an unknown benchmark is refused with the known ones" {
  run make -C "$root" --no-print-directory bench/no-such-thing
  [ "$status" -ne 0 ]
  [[ $output == *"unknown benchmark 'no-such-thing'; there are:"* ]]
}

@test "tests build for development, programs for release, and PRESET decides" {
  run make -C "$root" -n test
  [[ $output == *"--preset dev all"* ]]
  run make -C "$root" -n build
  [[ $output == *"build/release"* ]]
  run make -C "$root" -n test/sdk PRESET=tsan
  [[ $output == *"setup.sh sanitize"*"--preset tsan sdk"* ]]
}

@test "the verbs of an integration's folder are those of the repository" {
  mkdir -p "$BATS_TEST_TMPDIR/acme"
  echo "include $root/integrations/_infra/integration.mk" >"$BATS_TEST_TMPDIR/acme/Makefile"
  run make -C "$BATS_TEST_TMPDIR/acme" --no-print-directory test
  [[ $output == *"unknown integration or room 'acme'"* ]]
}

@test "every script explains itself" {
  for script in "$scripts"/*.sh; do
    run "$script" --help
    [ "$status" -eq 0 ]
    [[ $output == *usage:* ]]
  done
}

@test "lint refuses what is neither a verb of its own nor an integration" {
  run "$scripts/lint.sh" no-such-thing
  [ "$status" -eq 2 ]
  [[ $output == *"no files for 'no-such-thing'"* ]]
  run "$scripts/lint.sh" --no-such-option
  [ "$status" -eq 2 ]
}

@test "test wants to know what" {
  run "$scripts/test.sh"
  [ "$status" -eq 2 ]
  [[ $output == *usage:* ]]
}

@test "conformance without the suites says that it is skipped, and why" {
  OCEAN_SHARED=$BATS_TEST_TMPDIR run "$scripts/conformance.sh"
  [ "$status" -eq 0 ]
  [[ $output == *"skipped"*"$BATS_TEST_TMPDIR"* ]]
}

@test "fuzz wants to know a room that has fuzzers" {
  run "$scripts/fuzz.sh" --seconds 1
  [ "$status" -eq 2 ]
  run "$scripts/fuzz.sh" no-such-thing
  [ "$status" -eq 2 ]
  [[ $output == *usage:* ]]
  run make -C "$root" --no-print-directory fuzz/no-such-thing
  [ "$status" -ne 0 ]
  [[ $output == *"unknown room 'no-such-thing'; there are: jq"* ]]
}

@test "fuzz runs for as long and with the seed that it is told" {
  run make -C "$root" -n fuzz/jq FUZZ_SECONDS=7 FUZZ_SEED=3
  [[ $output == *"setup.sh fuzz"*"fuzz.sh --seconds 7 --seed 3 jq"* ]]
}

@test "debug starts the development build under gdb in the integration's folder" {
  run make -C "$root" -n debug/jira ARGS=--once
  [[ $output == *"cd integrations/jira && gdb"*"build/dev/bin/ocean-jira sail --once"* ]]
}

@test "a bump takes its words from the environment, whatever is in them" {
  run make -C "$root" --no-print-directory bump/jira TYPE=nonsense MSG="it's \$HOME"
  [ "$status" -ne 0 ]
  [[ $output == *"unknown type 'nonsense'"* ]]
}
