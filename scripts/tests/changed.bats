#!/usr/bin/env bats
load throwaway

setup() { throwaway; }

@test "paths have their classes" {
  while read -r path class; do
    mkdir -p "$(dirname "$path")"
    echo x >>"$path"
    commit "$path"
    [ "$(scripts/changed.sh --base HEAD^)" = "${class//_/ }" ] || {
      echo "$path is $(scripts/changed.sh --base HEAD^)"
      return 1
    }
  done <<TEXT
integrations/acme/src/client.cpp integration_acme
integrations/acme/README.md integration_acme
integrations/_infra/Dockerfile infra
integrations/nobody/a.txt other
sdk/base/src/a.cpp sdk
cmake/a.cmake sdk
CMakeLists.txt sdk
CMakePresets.json sdk
.clang-tidy sdk
sdk/base/README.md docs
docs/a.md docs
README.md docs
scripts/a.sh repo
tests/a.sh repo
.github/workflows/a.yml repo
.ci/run repo
Makefile repo
deploy/a.yml deploy
.editorconfig other
TEXT
}

@test "nothing changed is nothing, and an empty matrix" {
  [ -z "$(scripts/changed.sh)" ]
  run scripts/changed.sh --format json
  [ "$(jq -c '[.matrix.include, .count, .sdk]' <<<"$output")" = '[[],0,false]' ]
}

@test "what is on main already is not ours" {
  on_main write_integration other 0.1.0-beta
  echo x >>integrations/acme/src/client.cpp
  commit ours
  [ "$(scripts/changed.sh)" = "integration acme" ]
}

@test "a deleted integration is in no matrix, a moved one is there under its new name" {
  git mv integrations/acme integrations/zenith
  commit moved
  run scripts/changed.sh --format json
  [ "$(jq -c '[.deleted, .integrations, [.matrix.include[].target]]' <<<"$output")" = '[["acme"],["zenith"],["zenith"]]' ]
}

@test "a change of the SDK builds all integrations, one of _infra makes all images" {
  write_integration other 0.1.0-beta
  commit more
  echo x >sdk/base/src/a.cpp
  commit sdk
  run scripts/changed.sh --base HEAD^ --format json
  [ "$(jq -c '[[.matrix.include[].target], .count, .image_count]' <<<"$output")" = '[["acme","other"],2,0]' ]
  mkdir -p integrations/_infra
  echo x >integrations/_infra/Dockerfile
  commit infra
  run scripts/changed.sh --base HEAD^ --format json
  [ "$(jq -c '[.count, [.images.include[].target]]' <<<"$output")" = '[0,["acme","other"]]' ]
}

@test "a change of the machinery builds the integration fake, where there is one" {
  write_integration fake 0.1.0-beta
  commit fake
  echo x >scripts/a.sh
  commit machinery
  run scripts/changed.sh --base HEAD^ --format json
  [ "$(jq -c '[.matrix.include[].target]' <<<"$output")" = '["fake"]' ]
}

@test "blanks, quotes and line ends in names do no harm" {
  mkdir -p "integrations/acme/a b"
  echo x >"integrations/acme/a b/c
d\"e.txt"
  echo x >"sdk/ü.cpp"
  commit odd
  [ "$(scripts/changed.sh | tr '\n' ';')" = "integration acme;sdk;" ]
}

@test "github gets one line for each member" {
  echo x >>integrations/acme/src/client.cpp
  commit ours
  run scripts/changed.sh --format github
  [[ $output == *'integrations=["acme"]'*'matrix={"include":[{"target":"acme","kind":"integration"}]}'*'count=1'* ]]
}

@test "an unknown commit and a history too short are refused with what to do" {
  run scripts/changed.sh --base nowhere
  [ "$status" -eq 2 ]
  [[ $output == *"'nowhere' is no commit here"*"git fetch"* ]]
  run scripts/changed.sh --head "$(git commit-tree -m alone 'HEAD^{tree}')"
  [ "$status" -eq 2 ]
  [[ $output == *"no common ancestor"*unshallow* ]]
}

@test "unknown options and formats are refused" {
  run scripts/changed.sh --quick
  [ "$status" -eq 2 ]
  run scripts/changed.sh --format xml
  [ "$status" -eq 2 ]
}
