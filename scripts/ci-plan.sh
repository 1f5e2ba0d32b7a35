#!/bin/sh
# What the jobs of a pull request need to know, as NAME=JSON for $GITHUB_OUTPUT: the members of changed.sh, and which jobs may be skipped.
set -eu

case ${1:-} in
  -h | --help) echo "usage: scripts/ci-plan.sh BASE" && exit 0 ;;
  '') echo "usage: scripts/ci-plan.sh BASE" >&2 && exit 2 ;;
esac
cd "$(dirname "$0")/.."
plan=$(scripts/changed.sh --base "$1" --format json)
echo "$plan" | jq -r '
  (to_entries[] | "\(.key)=\(.value | tojson)"),
  "skippable=" + ([if .count == 0 then "integration" else empty end,
                   if .image_count == 0 then "image" else empty end,
                   if .sdk then empty else "package" end] | join(" "))'
