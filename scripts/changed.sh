#!/bin/sh
# Says what a branch changes: which integrations, and which other parts of the repository.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/changed.sh [--base REF] [--head REF] [--format lines|json|github]

Compares HEAD with where it left BASE (default origin/main); a move counts as deleted and added.

  lines    one "CLASS [NAME]" per line: integration, deleted, infra, sdk, repo, deploy, docs, other
  json     the same as one object, with what to build and test:
           matrix   what the changed integrations are; all of them when the SDK changed
           images   whose image to build; all when integrations/_infra changed
  github   the object's members as NAME=JSON, for $GITHUB_OUTPUT

Exit codes: 0, or 2 for wrong usage, an unknown commit or too short a history.
TEXT
}

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh

base=origin/main
head=HEAD
format=lines
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --base) need_value "$1" $# && base=$2 && shift ;;
    --head) need_value "$1" $# && head=$2 && shift ;;
    --format) need_value "$1" $# && format=$2 && shift ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
case $format in lines | json | github) ;; *) refuse "unknown format '$format'" ;; esac

base=$(commit_of "$base") || exit 2
head=$(commit_of "$head") || exit 2
fork=$(merge_base_of "$base" "$head") || exit 2

# Git quotes odd names and puts each on one line; the folder that a name begins with is never odd.
classify() {
  sed 's/^"//' | while IFS= read -r path; do
    case $path in
      integrations/_infra/*) echo infra ;;
      integrations/*/*)
        name=${path#integrations/}
        name=${name%%/*}
        if exists_at "$head" "integrations/$name/.port/spec.yaml"; then
          echo "integration $name"
        elif exists_at "$fork" "integrations/$name/.port/spec.yaml"; then
          echo "deleted $name"
        else
          echo other
        fi
        ;;
      docs/* | *.md) echo docs ;;
      sdk/* | cmake/* | CMakeLists.txt | CMakePresets.json | .clang-*) echo sdk ;;
      scripts/* | tests/* | .github/* | .ci/* | Makefile) echo repo ;;
      deploy/*) echo deploy ;;
      *) echo other ;;
    esac
  done | sort -u
}

as_json() {
  git ls-tree -r --name-only "$head" -- integrations | sed -n 's|^integrations/\([^/]*\)/\.port/spec\.yaml$|\1|p' |
    jq -R . | jq -s --rawfile changes "$lines" -c '
      . as $all
      | ($changes | split("\n") | map(select(. != "") | split(" "))) as $changes
      | def named($class): [$changes[] | select(.[0] == $class and length > 1) | .[1]];
        def has_class($class): any($changes[]; .[0] == $class);
        {integrations: named("integration"), deleted: named("deleted")}
        + ([("sdk", "infra", "repo", "deploy", "docs", "other") | {(.): has_class(.)}] | add)
      | . as $what
      | (if .sdk then $all
         elif .repo or .other then (.integrations + ($all | map(select(. == "fake"))) | unique)
         else .integrations end) as $built
      | .matrix = {include: ($built | map({target: ., kind: "integration"}))}
      | .images = {include: ((if $what.infra then $all else .integrations end) | map({target: .}))}
      | .count = ($built | length)
      | .image_count = (.images.include | length)'
}

lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
git diff --no-renames --name-only "$fork" "$head" | classify >"$lines"
case $format in
  lines) cat "$lines" ;;
  json) as_json ;;
  github) as_json | jq -r 'to_entries[] | "\(.key)=\(.value | tojson)"' ;;
esac
