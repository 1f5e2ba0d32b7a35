#!/usr/bin/env bats
# The registry is a curl that the tests make up: answers/METHOD-PATH holds a status and a body.
load throwaway

setup() {
  throwaway
  mkdir -p bin answers
  cat >bin/curl <<'TEXT'
#!/bin/sh
for argument; do
  case $last in --output) out=$argument ;; esac
  case $argument in --head) method=HEAD ;; --get) method=GET ;; esac
  last=$argument
done
answer=answers/$method-$(echo "${argument#*/v2/}" | tr '/:' '__')
echo "$method $argument" >>requests
[ -f "$answer" ] || { printf 404 && exit; }
sed 1d "$answer" >"$out"
head -n 1 "$answer" | tr -d '\n'
TEXT
  chmod +x bin/curl
  PATH=$PWD/bin:$PATH
  export REGISTRY_DELAY=0 IMAGE_REGISTRY=http://registry.example IMAGE_NAMESPACE=house
}

# published VERSION REVISION [SDK]
published() {
  echo 200 >"answers/HEAD-house_ocean-acme_manifests_$1"
  printf '200\n{"config": {"digest": "sha256:c"}}\n' >"answers/GET-house_ocean-acme_manifests_$1"
  printf '200\n{"config": {"Labels": {"org.opencontainers.image.revision": "%s", "dev.ocean.sdk.version": "%s", "INTEGRATION_VERSION": "%s"}}}\n' \
    "$2" "${3:-0.3.0}" "$1" >answers/GET-house_ocean-acme_blobs_sha256_c
}

@test "what is not there is released" {
  run scripts/release-plan.sh
  [ "$status" -eq 0 ]
  [ "$output" = '{"release":[{"integration":"acme","version":"1.2.0","tag":"1.2.0"}],"count":1}' ]
}

@test "what is there, of the same sources, is not" {
  published 1.2.0 "$(git rev-parse HEAD)"
  echo x >integrations/acme/tests/a_test.cpp
  echo x >integrations/acme/README.md
  commit tests
  run scripts/release-plan.sh
  [ "$output" = '{"release":[],"count":0}' ]
}

@test "V10: what is there, and was changed since, is refused with the commits" {
  published 1.2.0 "$(git rev-parse HEAD)"
  echo x >>integrations/acme/src/client.cpp
  commit "a change without a version"
  run scripts/release-plan.sh
  [ "$status" -eq 1 ]
  [[ $output == *" V10 "*"a change without a version"*"make bump/acme"* ]]
}

@test "a registry that does not say plans nothing" {
  for status in 500 401 429 000; do
    echo $status >answers/HEAD-house_ocean-acme_manifests_1.2.0
    run scripts/release-plan.sh
    [ "$status" -eq 3 ]
    [[ $output == *"neither that it is there nor that it is not"* ]]
  done
  [ "$(grep -c 1.2.0 requests)" -eq 16 ]
}

@test "a -dev version is made anew each time" {
  set_version acme 1.2.0-dev
  commit dev
  published 1.2.0-dev "$(git rev-parse HEAD)"
  run scripts/release-plan.sh
  [[ $output == *'"tag":"1.2.0-dev"'* ]]
}

@test "a rebuild for a newer SDK takes the next free number" {
  published 1.2.0 "$(git rev-parse HEAD)" 0.2.0
  [ "$(scripts/release-plan.sh)" = '{"release":[],"count":0}' ]
  echo 200 >answers/HEAD-house_ocean-acme_manifests_1.2.0-r1
  run scripts/release-plan.sh --rebuild
  [[ $output == *'"tag":"1.2.0-r2"'* ]]
}

@test "an index of several architectures is looked through" {
  published 1.2.0 "$(git rev-parse HEAD)"
  cp answers/GET-house_ocean-acme_manifests_1.2.0 answers/GET-house_ocean-acme_manifests_sha256_m
  printf '200\n{"manifests": [{"digest": "sha256:m"}]}\n' >answers/GET-house_ocean-acme_manifests_1.2.0
  run scripts/release-plan.sh
  [ "$output" = '{"release":[],"count":0}' ]
}

@test "tags: stable versions float, a beta takes latest until there is a stable one, -dev nothing" {
  [ "$(scripts/image.sh tags acme | tr '\n' ' ')" = "1.2.0 1.2 latest " ]
  set_version acme 2.0.0-beta
  [ "$(scripts/image.sh tags acme | tr '\n' ' ')" = "2.0.0-beta beta latest " ]
  published latest "$(git rev-parse HEAD)"
  sed -i 's/"INTEGRATION_VERSION": "latest"/"INTEGRATION_VERSION": "1.2.0"/' answers/GET-house_ocean-acme_blobs_sha256_c
  [ "$(scripts/image.sh tags acme | tr '\n' ' ')" = "2.0.0-beta beta " ]
  set_version acme 2.0.0-dev
  [ "$(scripts/image.sh tags acme)" = "2.0.0-dev" ]
  set_version acme 1.2.0
  [ "$(scripts/image.sh tags acme --tag 1.2.0-r1 | tr '\n' ' ')" = "1.2.0-r1 1.2 latest " ]
  [ "$(scripts/image.sh tags acme --tag pr-7-abcdef0)" = "pr-7-abcdef0" ]
}

@test "a published version is not written again" {
  published 1.2.0 "$(git rev-parse HEAD)"
  run scripts/image.sh push acme --dry-run
  [ "$status" -eq 1 ]
  [[ $output == *" I3 "*"written once"* ]]
  rm answers/HEAD*
  run scripts/image.sh push acme --dry-run
  [ "$status" -eq 0 ]
  [[ $output == *"registry.example/house/ocean-acme:1.2.0"*":1.2"*":latest"* ]]
}
