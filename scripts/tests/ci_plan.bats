#!/usr/bin/env bats
# What the workflows ask of scripts: the plan of a pull request, and of a release.
load throwaway

setup() { throwaway; }

@test "jobs that have nothing to do may be skipped, and only those" {
  echo x >>integrations/acme/src/client.cpp
  commit ours
  run scripts/ci-plan.sh origin/main
  [[ $output == *'count=1'* && $output == *'skippable=package'* ]]
  echo x >sdk/base/src/a.cpp
  commit sdk
  run scripts/ci-plan.sh origin/main
  [[ $output == *"skippable="$'\n'* || $output == *"skippable=" ]]
  git update-ref refs/remotes/origin/main HEAD
  echo x >README.md
  commit docs
  run scripts/ci-plan.sh origin/main
  [[ $output == *'skippable=integration image package'* ]]
}

@test "the SDK is released once, when its version has a date" {
  mkdir -p bin build/package
  echo x >build/package/ocean.deb
  # shellcheck disable=SC2016  # for the fake command
  printf '#!/bin/sh\necho "gh $*"\n' >bin/gh
  chmod +x bin/gh
  PATH=$PWD/bin:$PATH
  run scripts/ci-release.sh sdk
  [ "$status" -eq 0 ]
  [[ $output == *"gh release create sdk/v0.3.0"*"ocean.deb"* ]]
  [ "$(cat build/notes.md)" = "$(sed 1,2d CHANGELOG.md)" ]
  git tag sdk/v0.3.0
  run scripts/ci-release.sh sdk
  [[ $output == *"was released"* ]]
  scripts/bump.sh sdk feature "New."
  run scripts/ci-release.sh sdk
  [[ $output == *"0.4.0 is unreleased"* ]]
}
