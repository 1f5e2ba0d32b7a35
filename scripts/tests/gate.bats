#!/usr/bin/env bats

gate() { run "$BATS_TEST_DIRNAME/../gate.sh" "$@"; }

@test "all jobs succeeded" {
  gate '{"plan": {"result": "success"}, "build": {"result": "success"}}'
  [ "$status" -eq 0 ]
}

@test "a job that failed, was cancelled, or was skipped without leave" {
  for result in failure cancelled skipped; do
    gate '{"plan": {"result": "success"}, "build": {"result": "'$result'"}}'
    [ "$status" -eq 1 ]
    [[ $output == *"build:1: G1"* ]]
  done
}

@test "a job that the plan left out may be skipped, but not fail" {
  gate '{"build": {"result": "skipped"}, "image": {"result": "skipped"}}' build image
  [ "$status" -eq 0 ]
  gate '{"build": {"result": "failure"}}' build
  [ "$status" -eq 1 ]
  gate '{"build-more": {"result": "skipped"}}' build
  [ "$status" -eq 1 ]
}

@test "what is no list of jobs is refused, and never passes" {
  for needs in '' '{}' '[]' 'null' '{"a": 1}' '{"a": {}}' 'not json'; do
    gate "$needs"
    [ "$status" -eq 2 ]
  done
}
