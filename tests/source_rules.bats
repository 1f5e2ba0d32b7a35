#!/usr/bin/env bats
# The rules must be able to fail: each is shown a small repository that breaks it.

setup() {
  rules=$BATS_TEST_DIRNAME
  repo=$BATS_TEST_TMPDIR/repo
  mkdir -p "$repo/sdk/base/include/ocean/base" "$repo/sdk/base/src" "$repo/sdk/http/tests" \
    "$repo/integrations/acme/.port" "$repo/integrations/acme/src" "$repo/integrations/jira"
  touch "$repo/integrations/acme/.port/spec.yaml"
  echo 'ocean_integration()' >"$repo/integrations/acme/CMakeLists.txt"
  echo 'ocean_library(base PUBLIC Threads::Threads)' >"$repo/sdk/base/CMakeLists.txt"
  echo '#include <string>' >"$repo/sdk/base/include/ocean/base/text.hpp"
}

@test "a repository that keeps the rules passes" {
  printf '#include "ocean/base/text.hpp"\n#include "ocean/testing/clock.hpp"\n' >"$repo/sdk/http/tests/a_test.cpp"
  "$rules/dependency_direction.sh" "$repo"
  "$rules/source_rules.sh" "$repo"
}

@test "an include of a higher room is named with its line" {
  printf '\n#include "ocean/http/client.hpp"\n' >"$repo/sdk/base/src/text.cpp"
  run "$rules/dependency_direction.sh" "$repo"
  [ "$status" -eq 1 ]
  [[ $output == *'sdk/base/src/text.cpp:2:#include "ocean/http/client.hpp"'* ]]
}

@test "a link to a higher room is named with its line" {
  printf 'ocean_library(\n  base\n  PRIVATE ocean::sync)\n' >"$repo/sdk/base/CMakeLists.txt"
  run "$rules/dependency_direction.sh" "$repo"
  [ "$status" -eq 1 ]
  [[ $output == *'sdk/base/CMakeLists.txt:3:'*'ocean::sync'* ]]
}

@test "testing may be linked by tests, and by nothing else" {
  printf 'ocean_library(\n  http\n  TEST_DEPENDS ocean::testing)\n' >"$repo/sdk/http/CMakeLists.txt"
  "$rules/dependency_direction.sh" "$repo"
  printf 'ocean_library(\n  http\n  PUBLIC ocean::testing)\n' >"$repo/sdk/http/CMakeLists.txt"
  run "$rules/dependency_direction.sh" "$repo"
  [ "$status" -eq 1 ]
}

@test "an unknown room is asked for its place" {
  mkdir -p "$repo/sdk/attic"
  echo "ocean_library(attic)" >"$repo/sdk/attic/CMakeLists.txt"
  run "$rules/dependency_direction.sh" "$repo"
  [ "$status" -eq 1 ]
  [[ $output == *'sdk/attic is a new room'* ]]
}

@test "an integration that looks into the engine is named" {
  echo '#include "ocean/port/client.hpp"' >"$repo/integrations/acme/src/client.cpp"
  run "$rules/dependency_direction.sh" "$repo"
  [ "$status" -eq 1 ]
  [[ $output == *'integrations/acme/src/client.cpp:1:'* ]]
}

@test "an integration that uses a sibling is named" {
  echo '#include "../../jira/src/client.hpp"' >"$repo/integrations/acme/src/client.cpp"
  run "$rules/dependency_direction.sh" "$repo"
  [ "$status" -eq 1 ]
  [[ $output == *'integrations/acme/src/client.cpp:1:'* ]]
}

@test "a public header that shows a third party is named" {
  echo '#include <curl/curl.h>' >>"$repo/sdk/base/include/ocean/base/text.hpp"
  run "$rules/source_rules.sh" "$repo"
  [ "$status" -eq 1 ]
  [[ $output == *'sdk/base/include/ocean/base/text.hpp:2:#include <curl/curl.h>'* ]]
}

@test "a sleep is named" {
  echo 'std::this_thread::sleep_for(std::chrono::seconds(1));' >"$repo/sdk/http/tests/a_test.cpp"
  run "$rules/source_rules.sh" "$repo"
  [ "$status" -eq 1 ]
  [[ $output == *'sdk/http/tests/a_test.cpp:1:'* ]]
}
