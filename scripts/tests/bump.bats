#!/usr/bin/env bats
load throwaway

setup() { throwaway; }

version() { sed -n 's/^version: //p' integrations/acme/.port/spec.yaml; }

@test "types and levels decide the step" {
  while read -r old type level new; do
    git checkout -q --force work
    git clean -qfd
    set_version acme "$old"
    git commit -q -a --allow-empty -m "$old"
    git update-ref refs/remotes/origin/main HEAD
    if [ "$level" = - ]; then level=; fi
    scripts/bump.sh ${level:+--level "$level"} acme "$type" "A change." || return
    [ "$(version)" = "$new" ] || {
      echo "$old $type $level: $(version), not $new"
      return 1
    }
  done <<TEXT
1.2.3 bugfix - 1.2.4
1.2.3 improvement - 1.2.4
1.2.3 feature - 1.3.0
1.2.3 breaking - 2.0.0
0.2.3 breaking - 0.3.0
0.2.3-beta bugfix - 0.2.4-beta
0.2.3-beta feature stable 0.2.3
1.2.9 bugfix - 1.2.10
1.2.3 bugfix minor 1.3.0
TEXT
}

@test "it writes the entry and the changelog, and what it writes passes the checks" {
  echo x >>integrations/acme/src/client.cpp
  scripts/bump.sh acme bugfix "Retry the search when it answers with an empty page."
  commit ours
  [ "$(cat integrations/acme/changelog/1.2.1.md)" = "## 1.2.1 ($(date -u +%F))

### Bug Fixes

- Retry the search when it answers with an empty page." ]
  grep -q '^## 1.2.1 ' integrations/acme/CHANGELOG.md
  scripts/version-check.sh
  scripts/changelog.sh check
}

@test "again adds to the same entry, once, and raises only as far as it must" {
  scripts/bump.sh acme bugfix "One."
  scripts/bump.sh acme bugfix "One."
  scripts/bump.sh acme improvement "Two."
  [ "$(version)" = 1.2.1 ]
  [ "$(grep -c '^- ' integrations/acme/changelog/1.2.1.md)" -eq 2 ]
  scripts/bump.sh acme feature "Three."
  [ "$(version)" = 1.3.0 ]
  [ ! -e integrations/acme/changelog/1.2.1.md ]
  [ "$(grep -c '^- ' integrations/acme/changelog/1.3.0.md)" -eq 3 ]
  scripts/bump.sh acme bugfix "Four."
  [ "$(version)" = 1.3.0 ]
}

@test "after main has moved, the entry moves to the next version" {
  scripts/bump.sh acme bugfix "Ours."
  echo x >>integrations/acme/src/client.cpp
  commit ours
  on_main released_change 1.2.4
  git rebase -q -X theirs origin/main
  scripts/bump.sh acme bugfix "Ours."
  commit again
  [ "$(version)" = 1.2.5 ]
  [ ! -e integrations/acme/changelog/1.2.1.md ]
  scripts/version-check.sh
  scripts/changelog.sh check
}

@test "a new integration keeps its first version" {
  write_integration other 0.1.0-beta
  scripts/bump.sh other feature "More."
  grep -qx 'version: 0.1.0-beta' integrations/other/.port/spec.yaml
  grep -qx -- '- More.' integrations/other/changelog/0.1.0-beta.md
}

@test "the SDK collects its changes in one section until it is dated" {
  scripts/bump.sh sdk bugfix "One."
  [ "$(cat sdk/VERSION)" = 0.3.1 ]
  scripts/bump.sh sdk feature "Two."
  [ "$(cat sdk/VERSION)" = 0.3.1 ]
  [ "$(cat CHANGELOG.md)" = "# Changelog of the SDK

## 0.3.1 (unreleased)

### Features

- Two.

### Bug Fixes

- One.

## 0.3.0 (2026-01-02)

### Features

- It works." ]
}

@test "unknown integrations, types and levels are refused, and nothing is changed" {
  for arguments in "nobody bugfix x" "acme fix x" "--level huge acme bugfix x" "acme bugfix" "sdk fix x"; do
    # shellcheck disable=SC2086  # several arguments
    run scripts/bump.sh $arguments
    [ "$status" -eq 2 ]
  done
  run scripts/bump.sh acme bugfix "two
lines"
  [ "$status" -eq 2 ]
  git diff --quiet -- sdk CHANGELOG.md
  [ ! -e integrations/acme/changelog/1.2.1.md ]
}
