#!/usr/bin/env bats

setup() {
  script=$BATS_TEST_DIRNAME/../count-results.sh
  cd "$BATS_TEST_TMPDIR" || return
}

@test "reports of CTest and Bats are summed; skipped and disabled cases are in neither number" {
  printf '<testsuite name="ctest"\n\ttests="10"\n\tfailures="2"\n\tdisabled="1"\n\tskipped="1"\n>' >ctest.xml
  {
    echo '<testsuites time="1"><testsuite name="a.bats" tests="3" failures="1" errors="0" skipped="1" time="1">'
    echo '</testsuite><testsuite name="b.bats" tests="2" failures="0" errors="0" skipped="0"></testsuite></testsuites>'
  } >bats.xml
  run "$script" ctest.xml bats.xml
  [ "$status" -eq 0 ]
  [ "$output" = "9 passed, 3 failed" ]
}

@test "a report that is missing or tells of no tests is a failure" {
  echo '<testsuite tests="0" failures="0">' >empty.xml
  run "$script" empty.xml nowhere.xml
  [[ $output == *"0 passed, 2 failed" ]]
}
