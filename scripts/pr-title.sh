#!/bin/sh
# Checks the title of a pull request, which becomes the subject of its commit.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/pr-title.sh TITLE

  T1  type(scope): what it does     feat(jira): emit sprint goals      fix(sdk/http)!: honour Retry-After dates
      type  feat fix perf refactor docs test build ci chore style revert; ! for a break
      what  begins in lower case, ends without a full stop; the whole has at most 72 characters
  T2  the scope is a folder of the repository: an integration, sdk, sdk/<room>, or one at the top

Exit codes: 0 fine, 1 violated, 2 wrong usage.
TEXT
}

[ "${1:-}" != --help ] || {
  usage
  exit 0
}
[ $# -eq 1 ] || {
  usage >&2
  exit 2
}
title=$1
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh

form='^(feat|fix|perf|refactor|docs|test|build|ci|chore|style|revert)(\([a-z0-9_./-]+\))?!?: [^A-Z ].*[^.]$'
echo "$title" | grep -qE "$form" ||
  violation title 1 T1 "'$title' has not the form 'feat(jira): emit sprint goals'" "scripts/pr-title.sh --help"
[ ${#title} -le 72 ] || violation title 1 T1 "${#title} characters; at most 72 are read everywhere"

scope=$(echo "$title" | sed -n 's/^[a-z]*(\([^)]*\))!*:.*/\1/p')
if [ -n "$scope" ] && [ ! -d "integrations/$scope" ] && [ ! -d "$scope" ] && [ ! -d ".$scope" ]; then
  violation title 1 T2 "there is no folder '$scope'" "name an integration, sdk/<room>, or leave the scope out"
fi
finish
