# A repository to throw away, with the scripts and an integration `acme` at version 1.2.0, as main and as origin/main.

throwaway() {
  repo=$BATS_TEST_TMPDIR/repo
  mkdir -p "$repo"
  cd "$repo" || return
  cp -r "$BATS_TEST_DIRNAME/.." scripts
  rm -rf scripts/tests
  mkdir -p sdk/base/src sdk/base/tests docs
  write_integration acme 1.2.0
  echo 0.3.0 >sdk/VERSION
  printf '# Changelog of the SDK\n\n## 0.3.0 (2026-01-02)\n\n### Features\n\n- It works.\n' >CHANGELOG.md
  export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a \
    GIT_COMMITTER_EMAIL=a@example.com GITHUB_ACTIONS=
  git init -q -b main
  commit first
  git update-ref refs/remotes/origin/main main
  git switch -q -c work
}

# write_integration NAME VERSION
write_integration() {
  mkdir -p "integrations/$1/.port" "integrations/$1/src" "integrations/$1/tests" "integrations/$1/changelog"
  cat >"integrations/$1/.port/spec.yaml" <<TEXT
version: $2
title: $1
features:
  - type: exporter
    section: Things
    resources:
      - kind: widget
      - kind: gadget
configurations:
  - name: acmeToken
    type: string
    required: true
    sensitive: true
  - name: acmeHost
    type: url
    required: false
TEXT
  echo '// code' >"integrations/$1/src/client.cpp"
  printf '## %s (2026-01-02)\n\n### Features\n\n- It works.\n' "$2" >"integrations/$1/changelog/$2.md"
  printf '# Changelog of ocean-%s\n\n%s\n' "$1" "$(cat "integrations/$1/changelog/$2.md")" >"integrations/$1/CHANGELOG.md"
}

commit() {
  git add -A
  git commit -q -m "$1"
}

# on_main COMMAND…: a commit of somebody else, which is on main before us.
on_main() {
  git switch -q -C theirs origin/main
  "$@"
  commit theirs
  git update-ref refs/remotes/origin/main theirs
  git switch -q work
}

set_version() { sed -i "s/^version:.*/version: $2/" "integrations/$1/.port/spec.yaml"; }

# write_entry NAME VERSION [SECTION]
write_entry() {
  printf '## %s (2026-02-03)\n\n### %s\n\n- Better.\n' "$2" "${3:-Improvements}" >"integrations/$1/changelog/$2.md"
}

# released_change VERSION [SECTION]: a change of acme with its declaration.
released_change() {
  echo '// changed' >>integrations/acme/src/client.cpp
  set_version acme "$1"
  write_entry acme "$1" "${2:-Improvements}"
}
