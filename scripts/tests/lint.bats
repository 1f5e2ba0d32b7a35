#!/usr/bin/env bats
# scripts/lint.sh on a throwaway repository: which files it reads, and what it finds in texts.

load throwaway

setup() {
  throwaway
  printf '#!/bin/sh\n' >scripts/deps.sh
  cp "$BATS_TEST_DIRNAME/../../.yamllint.yaml" .
  echo /build/ >.gitignore
  commit "lint"
  git update-ref refs/remotes/origin/main HEAD
}

@test "a last commit without any text file is fine" {
  mkdir .ci
  printf '#!/bin/sh\necho fine\n' >.ci/run
  commit "only the run"
  run scripts/lint.sh changed
  [ "$status" -eq 0 ]
  [[ $output == *"lint: 1 files, all fine"* ]]
}

@test "nothing but what differs from origin/main is read" {
  printf '# A title\n' >a.md
  commit "one"
  printf 'key: value\n' >b.yaml
  commit "two"
  run scripts/lint.sh changed
  [ "$status" -eq 0 ]
  [[ $output == *"lint: 2 files, all fine"* ]]
}

@test "blanks at the end of a line and a missing last line end are told with their place" {
  printf '# A title \n' >a.md
  printf 'text' >b.md
  commit "bad texts"
  run scripts/lint.sh changed
  [ "$status" -eq 1 ]
  [[ $output == *"a.md:1:# A title"* ]]
  [[ $output == *"b.md: the last line has no end"* ]]
  [[ $output == *"failed: text"* ]]
}

@test "a link that leads nowhere is told" {
  printf '[there](missing.md)\n' >a.md
  commit "a link"
  run scripts/lint.sh changed
  [ "$status" -eq 1 ]
  [[ $output == *"a.md: the link to missing.md leads nowhere"* ]]
}

@test "what does not exist is refused" {
  run scripts/lint.sh nowhere
  [ "$status" -eq 2 ]
  [[ $output == *"no files for 'nowhere'"* ]]
}
