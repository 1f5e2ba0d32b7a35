#!/usr/bin/env bats
load throwaway

setup() {
  throwaway
  mkdir -p build/dev/bin
  # shellcheck disable=SC2016  # for the fake command
  printf '#!/bin/sh\nprintf %s "$(sed -n "s/^title: //p" "$3/.port/spec.yaml")" | jq -R "{title: .}"\n' "'%s'" >build/dev/bin/ocean
  chmod +x build/dev/bin/ocean
}

shown() { jq -c '[.[] | [.type, .version]]' out/index.json; }

add() {
  set_version acme "$1"
  scripts/index.sh build out acme
}

@test "an entry, its spec and its examples" {
  mkdir -p integrations/acme/.port/examples/widget
  echo '{}' >integrations/acme/.port/examples/widget/a.json
  IMAGE_REGISTRY=https://r.example IMAGE_NAMESPACE=house add 1.2.0
  [ "$(jq -c . out/acme/spec.json)" = '{"title":"acme","type":"acme","version":"1.2.0","image":"r.example/house/ocean-acme:1.2.0","sdkVersion":"0.3.0"}' ]
  [ -f out/acme/1.2.0/spec.json ]
  [ -f out/acme/examples/widget/a.json ]
}

@test "the newest is shown: stable over beta, -dev never" {
  while read -r version expected; do
    add "$version"
    [ "$(shown)" = '[["acme","'"$expected"'"]]' ] || {
      echo "$version: $(shown)"
      return 1
    }
  done <<TEXT
1.0.0-beta 1.0.0-beta
1.1.0-beta 1.1.0-beta
1.0.9-beta 1.1.0-beta
1.0.0 1.0.0
1.2.0-beta 1.0.0
1.0.1 1.0.1
0.9.0 1.0.1
2.0.0-dev 1.0.1
TEXT
  [ -f out/acme/0.9.0/spec.json ]
  [ ! -e out/acme/2.0.0-dev ]
}

@test "publishing makes the branch, adds to it, and writes nothing when nothing is new" {
  git init -q --bare ../remote.git
  run scripts/index.sh publish ../remote.git registry acme
  [[ $output == *"published acme"* ]]
  write_integration other 0.1.0
  run scripts/index.sh publish "$PWD/../remote.git" registry other
  [ "$(git -C ../remote.git show registry:index.json | jq -c '[.[].type]')" = '["acme","other"]' ]
  run scripts/index.sh publish "$PWD/../remote.git" registry other
  [[ $output == *"nothing new"* ]]
  [ "$(git -C ../remote.git rev-list --count registry)" -eq 2 ]
}

@test "who pushed in between is not overwritten" {
  git init -q --bare ../remote.git
  scripts/index.sh publish "$PWD/../remote.git" registry acme
  # The first push finds that somebody else was faster.
  cat >../remote.git/hooks/pre-receive <<'TEXT'
#!/bin/sh
[ ! -e taken ] && touch taken && exit 1 || exit 0
TEXT
  chmod +x ../remote.git/hooks/pre-receive
  write_integration other 0.1.0
  scripts/index.sh publish "$PWD/../remote.git" registry other
  [ "$(git -C ../remote.git show registry:index.json | jq -c '[.[].type]')" = '["acme","other"]' ]
}

@test "a remote that is not there, and wrong usage" {
  run scripts/index.sh publish /nowhere registry acme
  [ "$status" -eq 3 ]
  run scripts/index.sh build out
  [ "$status" -eq 2 ]
  run scripts/index.sh build out nobody
  [ "$status" -eq 2 ]
}
