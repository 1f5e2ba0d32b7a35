#!/usr/bin/env bats
# Each rule is shown a branch that breaks it, and one that does not.
load throwaway

setup() { throwaway; }

check() { run scripts/version-check.sh "$@"; }

passes() {
  check "$@"
  [ "$status" -eq 0 ] || {
    echo "$output"
    return 1
  }
}

# violates RULE TEXT [OPTION…]
violates() {
  rule=$1
  text=$2
  shift 2
  check "$@"
  if [ "$status" -ne 1 ] || [[ $output != *" $rule "*"$text"* ]]; then
    echo "$status: $output"
    return 1
  fi
}

@test "a change with a greater version and its entry passes" {
  released_change 1.2.1
  commit ours
  passes
}

@test "nothing, documentation, tests and examples need no version" {
  passes
  mkdir -p integrations/acme/.port/examples/widget docs
  for file in README.md tests/a_test.cpp .port/examples/widget/a.json changelog/1.2.0.md; do
    echo x >>"integrations/acme/$file"
  done
  echo x >docs/a.md
  commit ours
  passes
}

@test "V1: no version, or two" {
  sed -i '/^version:/d' integrations/acme/.port/spec.yaml
  commit ours
  violates V1 "exactly one"
  printf 'version: 1.3.0\nversion: 1.4.0\n' >>integrations/acme/.port/spec.yaml
  commit ours
  violates V1 "exactly one"
}

@test "V2: forms of versions" {
  released_change 1.2.1
  for version in 1.2 1.02.0 v1.3.0 1.3.0-rc1 1.3.0-beta2; do
    set_version acme "$version"
    commit ours
    violates V2 "is none of"
  done
  for version in 1.3.0-beta '"1.3.1"' "'1.3.2'" '1.3.3  # with a reason'; do
    bare=$(echo "$version" | tr -d "\"'" | cut -d' ' -f1)
    released_change "$bare"
    set_version acme "$version"
    commit ours
    passes
  done
}

@test "V3: a change without a greater version, and the remedy" {
  echo x >>integrations/acme/src/client.cpp
  commit ours
  violates V3 "greater than 1.2.0 on origin/main, and is 1.2.0 (fix: make bump/acme"
  set_version acme 1.1.9
  commit lowered
  violates V3 "is 1.1.9"
}

@test "V3: the spec alone is a change too" {
  sed -i 's/^title:.*/title: Acme/' integrations/acme/.port/spec.yaml
  commit ours
  violates V3 greater
}

@test "V3: numbers are compared as numbers, and dev < beta < none" {
  while read -r old new verdict; do
    git switch -q -C work origin/main
    set_version acme "$old"
    commit old
    git update-ref refs/remotes/compared/main HEAD
    released_change "$new"
    commit new
    if [ "$verdict" = greater ]; then passes --base compared/main; else violates V3 greater --base compared/main; fi
  done <<TEXT
1.2.9 1.2.10 greater
1.2.10 1.2.9 smaller
1.9.0 1.10.0 greater
2.0.0-dev 2.0.0-beta greater
2.0.0-beta 2.0.0 greater
2.0.0 2.0.0-beta smaller
2.0.0-beta 2.0.0-dev smaller
2.0.0 2.0.1-beta greater
TEXT
}

@test "V3: the tip of main counts, not where the branch began" {
  released_change 1.2.1
  commit ours
  on_main released_change 1.2.2
  violates V3 "greater than 1.2.2"
}

@test "two branches that take the same version conflict in git, and the second is refused" {
  released_change 1.2.1
  commit ours
  theirs() { released_change 1.2.1 && echo '- And more.' >>integrations/acme/changelog/1.2.1.md; }
  on_main theirs
  violates V3 "greater than 1.2.1"
  run git merge origin/main
  [ "$status" -ne 0 ]
  [[ $output == *"CONFLICT (add/add)"*"changelog/1.2.1.md"* ]]
}

@test "V4: no entry, one that is already there, one with a wrong header" {
  released_change 1.2.1
  rm integrations/acme/changelog/1.2.1.md
  commit ours
  violates V4 "has no changelog entry"
  for header in '## 1.2.2 (2026-02-03)' '## 1.2.1 (2026-02-30)' '## 1.2.1' '## v1.2.1 (2026-02-03)' 'Changes'; do
    printf '%s\n\n### Features\n\n- x\n' "$header" >integrations/acme/changelog/1.2.1.md
    commit "$header"
    violates V4 "the first line is"
  done
}

@test "V4: an entry that main has is not of this branch" {
  on_main write_entry acme 1.2.1
  git rebase -q origin/main
  echo x >>integrations/acme/src/client.cpp
  set_version acme 1.2.1
  commit ours
  violates V4 "already on origin/main"
}

@test "V5: a new integration starts at 0.1.0-beta with a feature" {
  write_integration other 0.1.0-beta
  commit ours
  passes
  sed -i 's/Features/Bug Fixes/' integrations/other/changelog/0.1.0-beta.md
  commit ours
  violates V5 "section Features"
  rm -r integrations/other
  write_integration other 1.0.0
  commit ours
  violates V5 "starts at 0.1.0-beta"
}

@test "V6: a break shows in the title" {
  released_change 2.0.0 "Breaking Changes"
  commit ours
  violates V6 "title" --title "feat(acme): drop it"
  passes --title "feat(acme)!: drop it"
  passes --title "feat(acme): drop it" --labels "size/S breaking"
}

@test "V7: what users lose takes a greater step" {
  spec=integrations/acme/.port/spec.yaml
  while IFS='|' read -r change told; do
    git switch -q -C work origin/main
    released_change 1.3.0
    sed -i "$change" $spec
    commit ours
    violates V7 "$told"
    set_version acme 2.0.0
    write_entry acme 2.0.0 "Breaking Changes"
    commit ours
    passes --title "feat(acme)!: x"
  done <<'TEXT'
/kind: gadget/d|kind gadget is gone
s/acmeHost/acmeUrl/|option acmeHost is gone
s/required: false/required: true/|option acmeHost became required
s/type: url/type: string/|option acmeHost changed its type from url to string
TEXT
}

@test "V7: before 1.0.0 a minor step does" {
  set_version acme 0.2.0
  commit old
  git update-ref refs/remotes/origin/main HEAD
  released_change 0.2.1
  sed -i '/kind: gadget/d' integrations/acme/.port/spec.yaml
  commit ours
  violates V7 "gadget"
  set_version acme 0.3.0
  write_entry acme 0.3.0 "Breaking Changes"
  commit ours
  passes
}

@test "V8: the SDK declares its changes too; its tests and documentation need nothing" {
  echo x >sdk/base/tests/a_test.cpp
  echo x >sdk/base/README.md
  commit tests
  passes
  echo x >sdk/base/src/a.cpp
  commit ours
  violates V8 "version 0.3.0 is released"
  scripts/bump.sh sdk feature "New."
  commit bumped
  passes
  [ "$(cat sdk/VERSION)" = 0.4.0 ]
  git update-ref refs/remotes/origin/main HEAD
  echo y >sdk/base/src/a.cpp
  commit "while it is unreleased, changes collect"
  passes
  echo 0.2.0 >sdk/VERSION
  sed -i 's/0.4.0/0.2.0/' CHANGELOG.md
  commit older
  violates V8 "older than 0.4.0"
}

@test "V9: the label no-release exempts" {
  echo x >>integrations/acme/src/client.cpp
  echo x >sdk/base/src/a.cpp
  commit ours
  passes --labels "no-release"
  [[ $output == *"acme: not released"* ]]
}

@test "a deleted integration needs no version" {
  git rm -q -r integrations/acme
  commit ours
  passes
}

@test "annotations for GitHub" {
  echo x >>integrations/acme/src/client.cpp
  commit ours
  GITHUB_ACTIONS=true violates V3 "::error file=integrations/acme/.port/spec.yaml,line=1,title=V3::"
}

@test "wrong usage and unknown commits are refused" {
  check --base
  [ "$status" -eq 2 ]
  check --base nowhere
  [ "$status" -eq 2 ]
  check extra
  [ "$status" -eq 2 ]
}
