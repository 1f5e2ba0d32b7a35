#!/bin/sh
# Walks the contributor's whole road on a throwaway clone: from a new integration to the image that runs, and the version that two take.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/road.sh [--base IMAGE] [--keep FOLDER]

Needs the program ocean (the newest in build/*/bin), and buildah, podman and docker-registry (scripts/setup.sh image).
--base  the image that the builder starts from (debian:bookworm-slim)
--keep  works in FOLDER, which must not be there, and leaves it; else in one that goes

Each step says how long it took. Exit codes: 0 the road is paved, 1 a step did not end as it should, 2 wrong usage.
TEXT
}

base=
keep=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --base) base=${2:?--base needs an image} && shift ;;
    --keep) keep=${2:?--keep needs a folder} && shift ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/containers.sh
. scripts/lib/containers.sh
# shellcheck disable=SC2012  # names of presets hold no blanks
ocean=$(realpath "$(ls -t build/*/bin/ocean 2>/dev/null | head -n 1)") || {
  echo "road: there is no program ocean; make build makes it" >&2
  exit 2
}
source=$PWD
if [ -n "$keep" ]; then
  mkdir "$keep"
  work=$(realpath "$keep")
else
  work=$(mktemp -d)
fi
log=$work/log
servers=
# shellcheck disable=SC2086  # one word per process
leave() {
  [ -z "$servers" ] || kill $servers 2>/dev/null || true
  [ -n "$keep" ] || rm -rf "$work"
}
trap leave EXIT

# step EXPECTED WHAT COMMAND…: EXPECTED is ok, or what the output of a command that must fail says.
step() {
  expected=$1
  what=$2
  shift 2
  started=$(date +%s)
  "$@" >"$log" 2>&1 </dev/null && status=0 || status=$?
  took=$(($(date +%s) - started))
  if [ "$expected" = ok ] && [ "$status" -eq 0 ]; then
    echo "road: $what: ok ($took s)"
  elif [ "$expected" != ok ] && [ "$status" -ne 0 ] && grep -qE "$expected" "$log"; then
    echo "road: $what: refused ($took s): $(grep -E "$expected" "$log" | head -n 1)"
  else
    cat "$log" >&2
    echo "road: $what: exit code $status, expected $expected" >&2
    exit 1
  fi
}

# answers URL: once its server listens, whatever it says; for half a minute at most.
answers() { curl --silent --output /dev/null --retry 30 --retry-delay 1 --retry-connrefused "$1"; }

free_port() { jq -n --arg seed "$$" "20000 + (\$seed | tonumber) % 20000 + $1"; }

commit() { git add --all && git commit --quiet --message "$1"; }

integration=acme-tracker
folder=integrations/$integration
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
IMAGE_REGISTRY=http://127.0.0.1:$(free_port 0)
export IMAGE_REGISTRY IMAGE_NAMESPACE=road

git clone --quiet --bare "$source" "$work/origin.git"
git -C "$work/origin.git" update-ref refs/heads/main "$(git rev-parse HEAD)"
git clone --quiet --branch main "$work/origin.git" "$work/clone"
cd "$work/clone"

# A new integration, merged as it is.
step ok "ocean new" "$ocean" new integrations --public --name "Acme Tracker" --yes
commit "feat(acme-tracker): items"
step ok "a new integration declares itself" scripts/version-check.sh --base origin/main
step ok "it keeps the contract" scripts/contract.sh --ocean "$ocean" $integration
git push --quiet origin HEAD:main && git fetch --quiet

# A change of it.
git switch --quiet --create ours
sed -i 's|"limit", "100"|"limit", "50"|' $folder/src/client.cpp
sed -i 's|limit: "100"|limit: "50"|' $folder/tests/cases/*/upstream.yaml
printf '\nnamespace acme_tracker {\nint Wrong_name(){return 1;}\n}  // namespace acme_tracker\n' >>$folder/src/client.cpp
step 'client.cpp.*(invalid case style|not clang-formatted|code should be clang-formatted)' "lint finds the error" scripts/lint.sh $integration
sed -i '/Wrong_name/d' $folder/src/client.cpp
head -n -3 $folder/src/client.cpp >"$work/fixed" && cp "$work/fixed" $folder/src/client.cpp
step ok "lint, once it is mended" scripts/lint.sh $integration
commit "perf(acme-tracker): smaller pages"
step ' V3 .*make bump/acme-tracker' "the check, without a bump" scripts/version-check.sh --base origin/main
step ok "make bump" make bump/$integration TYPE=improvement MSG="Ask for smaller pages."
commit "chore(acme-tracker): version"
step ok "the check, with it" scripts/version-check.sh --base origin/main

# Its image.
version=$(sed -n 's/^version: *//p' $folder/.port/spec.yaml)
cat >"$work/registry.yml" <<TEXT
version: 0.1
http: {addr: "${IMAGE_REGISTRY#*://}"}
storage: {filesystem: {rootdirectory: "$work/registry"}}
TEXT
docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
servers=$!
step ok "a registry" answers "$IMAGE_REGISTRY"
step ok "the image is built" scripts/image.sh build $integration ${base:+--base "$base"}
step ok "it is tried" scripts/image.sh smoke $integration
step ok "it is weighed" scripts/image.sh size $integration
cat "$log"
step ok "the plan says to release it" scripts/release-plan.sh $integration
jq -e '.count == 1' "$log" >/dev/null
step ok "it is pushed" scripts/image.sh push $integration
step ok "the plan says that it is there" scripts/release-plan.sh $integration
jq -e '.count == 0' "$log" >/dev/null
step ' I3 ' "it is written once" scripts/image.sh push $integration
image=${IMAGE_REGISTRY#*://}/$IMAGE_NAMESPACE/ocean-$integration:$version
podman rmi --force "$image" "localhost/ocean-$integration:$version" >/dev/null 2>&1 || true
step ok "it is pulled" podman pull --quiet --tls-verify=false "$image"
port=$(free_port 1)
"$ocean" catalog serve --port "$port" --data "$work/catalog.db" --client-id me --client-secret secret >"$work/catalog.log" 2>&1 &
servers="$servers $!"
step ok "a catalog" answers "http://127.0.0.1:$port"
step ok "it runs, and syncs" run_image --tmpfs /var/lib/ocean:mode=0770 --env OCEAN__PORT__BASE_URL="http://127.0.0.1:$port" \
  --env OCEAN__PORT__CLIENT_ID=me --env OCEAN__PORT__CLIENT_SECRET=secret "$image" sail --once
step ok "its items are in the catalog" "$ocean" catalog list --data "$work/catalog.db"
grep -q 'acmeTrackerItem .* 25' "$log"

# Somebody else took the version meanwhile.
git switch --quiet --create theirs origin/main
sed -i 's|made-up items|invented items|' $folder/.port/spec.yaml
make bump/$integration TYPE=improvement MSG="Say it in another way." >/dev/null
commit "feat(acme-tracker): words"
git push --quiet origin HEAD:main && git fetch --quiet
git switch --quiet ours
step ' V3 .*make bump/acme-tracker' "the check, when the version is taken" scripts/version-check.sh --base origin/main
step "CONFLICT \(add/add\).*changelog/$version.md" "git, when the version is taken" git rebase origin/main
git rebase --abort
echo "road: ok"
