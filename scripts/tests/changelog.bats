#!/usr/bin/env bats
load throwaway

setup() {
  throwaway
  entry=integrations/acme/changelog/1.2.0.md
}

violates() {
  run scripts/changelog.sh check acme
  if [ "$status" -ne 1 ] || [[ $output != *" $1 "* ]]; then
    echo "$status: $output"
    return 1
  fi
}

@test "what is right passes" {
  scripts/changelog.sh check
}

@test "each rule has entries that break it" {
  while IFS='|' read -r rule text; do
    printf '%b\n' "$text" >"$entry"
    violates "$rule" || return
  done <<'TEXT'
L1|## 1.2.0 (2026-02-30)\n\n### Features\n\n- x
L1|## 1.2.0\n\n### Features\n\n- x
L1|# 1.2.0 (2026-02-03)\n\n### Features\n\n- x
L2|## 1.2.0 (2026-02-03)\n\n### Fixes\n\n- x
L2|## 1.2.0 (2026-02-03)\n\n### Bug Fixes\n\n- x\n\n### Features\n\n- y
L2|## 1.2.0 (2026-02-03)\n\n### Features\n\n- x\n\n### Features\n\n- y
L3|## 1.2.0 (2026-02-03)\n\n### Features\n
L3|## 1.2.0 (2026-02-03)\n\n### Features\n\nx
L3|## 1.2.0 (2026-02-03)\n
L4|## 1.2.1 (2026-02-03)\n\n### Features\n\n- x
L5|## 1.2.0 (2026-02-03)\n\n### Features\n\n- x\n\n#### More\n\n- y
L6|## 1.2.0 (2026-02-03)\n\n### Features\n\n- use ghp_abcdefghijklmnopqrstuvwxyz
L7|## 1.2.0 (2026-02-03)\n\n### Features\n\n- Something else.
TEXT
}

@test "L6: a line has an end" {
  printf '## 1.2.0 (2026-02-03)\n\n### Features\n\n- %0501d\n' 0 >"$entry"
  violates L6
}

@test "L7: the changelog may lag behind, but not be missing" {
  write_entry acme 1.2.1
  scripts/changelog.sh check acme
  rm integrations/acme/CHANGELOG.md
  violates L7
}

@test "render puts the newest version first" {
  for version in 1.2.9 1.2.10 1.2.10-beta 0.9.0; do write_entry acme $version; done
  scripts/changelog.sh render acme
  [ "$(sed -n 's/^## \([^ ]*\).*/\1/p' integrations/acme/CHANGELOG.md | tr '\n' ' ')" = "1.2.10 1.2.10-beta 1.2.9 1.2.0 0.9.0 " ]
  scripts/changelog.sh check acme
}

@test "fmt keeps the words and mends blanks and order" {
  printf '## 1.2.0 (2026-01-02)\n### Bug Fixes\n- b\n\n\n### Features\n- a  \n  more of a\n' >"$entry"
  scripts/changelog.sh fmt acme
  [ "$(cat "$entry")" = "## 1.2.0 (2026-01-02)

### Features

- a
  more of a

### Bug Fixes

- b" ]
  scripts/changelog.sh render acme
  scripts/changelog.sh check acme
}

@test "show prints an entry" {
  [ "$(scripts/changelog.sh show acme 1.2.0 | head -n 1)" = "## 1.2.0 (2026-01-02)" ]
}

@test "unknown integrations and verbs are refused" {
  run scripts/changelog.sh check nobody
  [ "$status" -eq 2 ]
  [[ $output == *"there are: acme"* ]]
  run scripts/changelog.sh polish
  [ "$status" -eq 2 ]
}
