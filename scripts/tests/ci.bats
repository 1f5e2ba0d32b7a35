#!/usr/bin/env bats
# .ci/run with stages that the tests make up: what it counts, and when it fails.

setup() {
  repo=$BATS_TEST_TMPDIR/repo
  mkdir -p "$repo/.ci" "$repo/scripts" "$repo/bin"
  cp "$BATS_TEST_DIRNAME/../../.ci/run" "$repo/.ci/run"
  cp "$BATS_TEST_DIRNAME/../count-results.sh" "$BATS_TEST_DIRNAME/../failed-cases.sh" "$repo/scripts/"
  mkdir -p "$repo/integrations/acme/.port"
  touch "$repo/integrations/acme/.port/spec.yaml"
  for script in setup lint version-check contract reference deps; do printf '#!/bin/sh\n' >"$repo/scripts/$script.sh"; done
  git init -q "$repo"
  cat >"$repo/bin/make" <<'TEXT'
#!/bin/sh
report() { echo "<testsuite tests=\"$2\" failures=\"$3\">" >"build/results/$1.xml"; }
case $* in
  *conformance*) echo 'conformance a/b.test: 5/5 (2 of 7 excluded)' && echo 'compiled c.tsv: 3/3' ;;
  *PRESET=asan*) report asan 2 0 ;;
  *PRESET=tsan*) report tsan 2 0 ;;
  *e2e/redmine*) echo 'ok: a' && echo 'no check' && echo 'ok: b' ;;
  *) report dev 10 0 && report scripts 1 0 ;;
esac
TEXT
  chmod +x "$repo"/scripts/* "$repo/bin/make"
  PATH=$repo/bin:$PATH
}

# make_does PATTERN COMMANDS: changes what one call of make does.
make_does() {
  sed -i "s#^case .*#&\n  $1) $2 ;;#" "$repo/bin/make"
}

last_line() { echo "${lines[-1]}"; }

@test "the last line sums the cases of all stages" {
  run sh "$repo/.ci/run"
  [ "$status" -eq 0 ]
  [ "$(last_line)" = "25 passed, 0 failed" ]
  [[ $output == *"=== stages"*set-up*declared*lint*test*contract*reference*asan*tsan*conformance*redmine*total* ]]
}

@test "failed cases are counted once" {
  make_does '*PRESET=tsan*' 'report tsan 2 1; exit 1'
  run sh "$repo/.ci/run"
  [ "$status" -eq 1 ]
  [ "$(last_line)" = "24 passed, 1 failed" ]
}

@test "failed cases are told again at the end, with what they said" {
  printf '%s\n' '<testsuite tests="2" failures="1"><testcase name="tea">' '<failure>it was cold</failure>' '</testcase>' >"$repo/cold.xml"
  make_does '*PRESET=tsan*' 'cp cold.xml build/results/tsan.xml; exit 1'
  run sh "$repo/.ci/run"
  [ "$status" -eq 1 ]
  [[ $output == *"=== failed cases"*"failed: tsan: tea"*"  it was cold"*"=== stages"* ]]
}

@test "conformance cases count too" {
  make_does '*conformance*' 'echo "conformance a/b.test: 4/6"; exit 1'
  run sh "$repo/.ci/run"
  [ "$status" -eq 1 ]
  [ "$(last_line)" = "21 passed, 2 failed" ]
}

@test "a skipped conformance is no failure" {
  make_does '*conformance*' 'echo "conformance: skipped: no suites"'
  run sh "$repo/.ci/run"
  [ "$status" -eq 0 ]
  [ "$(last_line)" = "17 passed, 0 failed" ]
}

@test "a build that fails leaves no report, and is a failure" {
  make_does '*PRESET=asan*' 'exit 2'
  run sh "$repo/.ci/run"
  [ "$status" -eq 1 ]
  [ "$(last_line)" = "23 passed, 1 failed" ]
}

@test "a lint that fails is a failure, and the other stages run all the same" {
  printf '#!/bin/sh\nexit 1\n' >"$repo/scripts/lint.sh"
  run sh "$repo/.ci/run"
  [ "$status" -eq 1 ]
  [ "$(last_line)" = "25 passed, 1 failed" ]
}

@test "what is not declared is a failure, and without a main to compare with it is skipped" {
  printf '#!/bin/sh\nexit 1\n' >"$repo/scripts/version-check.sh"
  run sh "$repo/.ci/run"
  [ "$status" -eq 0 ]
  [[ $output == *"version-check: skipped"* ]]
  git -C "$repo" -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m first
  git -C "$repo" update-ref refs/remotes/origin/main HEAD
  run sh "$repo/.ci/run"
  [ "$status" -eq 1 ]
  [ "$(last_line)" = "25 passed, 1 failed" ]
}

@test "the contract is checked with what was built" {
  # shellcheck disable=SC2016  # for the script
  printf '#!/bin/sh\necho "deps $*"\n' >"$repo/scripts/deps.sh"
  run sh "$repo/.ci/run"
  [[ $output == *"deps linked build/dev/bin/ocean build/dev/bin/ocean-acme"* ]]
}

@test "a Redmine that cannot be had, or is not followed, is a failure" {
  make_does '*e2e/redmine*' 'echo "ok: a"; exit 2'
  run sh "$repo/.ci/run"
  [ "$status" -eq 1 ]
  [ "$(last_line)" = "24 passed, 1 failed" ]
}
