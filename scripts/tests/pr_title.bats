#!/usr/bin/env bats
load throwaway

setup() { throwaway; }

@test "titles that are right" {
  while IFS= read -r title; do
    scripts/pr-title.sh "$title" || {
      echo "$title"
      return 1
    }
  done <<'TEXT'
feat(acme): emit sprint goals
fix(sdk/base)!: honour Retry-After dates
docs: say what is so
ci: pin actions
chore(scripts): tidy
revert(acme): emit sprint goals
TEXT
}

@test "titles that are wrong, and the rule that says so" {
  while IFS='|' read -r rule title; do
    run scripts/pr-title.sh "$title"
    if [ "$status" -ne 1 ] || [[ $output != *" $rule "* ]]; then
      echo "$title: $output"
      return 1
    fi
  done <<'TEXT'
T1|[Integration][Acme] Emit sprint goals
T1|feature(acme): emit sprint goals
T1|feat(acme) emit sprint goals
T1|feat(acme): Emit sprint goals
T1|feat(acme): emit sprint goals.
T1|feat(acme):  emit sprint goals
T1|feat: x
T1|feat(acme): emit the goals of sprints, and of the sprints before those sprints
T2|feat(nobody): emit sprint goals
T2|feat(sdk/nowhere): emit sprint goals
TEXT
}

@test "no title is wrong usage" {
  run scripts/pr-title.sh
  [ "$status" -eq 2 ]
}
