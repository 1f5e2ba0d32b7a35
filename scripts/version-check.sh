#!/bin/sh
# Checks that what a branch changes of an integration, or of the SDK, is declared: a greater version and a changelog entry.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/version-check.sh [--base REF] [--head REF] [--title TITLE] [--labels "LABEL …"]

Compares HEAD with BASE (default origin/main). Release-affecting is every change in an integration's folder but to tests/, changelog/,
.port/examples/ and *.md.

  V1  .port/spec.yaml has exactly one top-level version
  V2  it is X.Y.Z, X.Y.Z-beta or X.Y.Z-dev
  V3  a release-affecting change has a version greater than the one at the tip of BASE
  V4  the version has an entry changelog/<version>.md of this branch's own, headed "## <version> (YYYY-MM-DD)"
  V5  a new integration starts at 0.1.0-beta or 0.1.0-dev and tells a feature
  V6  a break (a new major version, or a section Breaking Changes) shows in the title: feat(jira)!: … (or has the label breaking)
  V7  a kind or option that goes, an option that becomes required or changes its type, takes a new minor version before 1.0.0, a
      new major one after
  V8  the SDK: sdk/VERSION and its section of CHANGELOG.md, which says (unreleased) while changes are collected
  V9  the label no-release exempts from V3, V4 and V8

Exit codes: 0 fine, 1 violated, 2 wrong usage, an unknown commit or too short a history. The remedy is: make bump/<integration>
TEXT
}

base=origin/main
head=HEAD
title=
labels=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --base | --head | --title | --labels)
      [ $# -ge 2 ] || {
        usage >&2
        exit 2
      }
      case $1 in
        --base) base=$2 ;;
        --head) head=$2 ;;
        --title) title=$2 ;;
        --labels) labels=" $2 " ;;
      esac
      shift
      ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh

base_name=$base
base=$(commit_of "$base") || exit 2
head=$(commit_of "$head") || exit 2
fork=$(merge_base_of "$base" "$head") || exit 2

has_label() { case $labels in *" $1 "*) ;; *) return 1 ;; esac }

# changes_release NAME: did the branch change what is in the image?
changes_release() {
  git diff --no-renames --name-only "$fork" "$head" -- "integrations/$1" |
    sed "s|^\"*integrations/$1/||" | grep -vE '^(tests|changelog|\.vscode|\.port/examples)/|\.md"?$' | grep -q .
}

# check_entry NAME VERSION: V4
check_entry() {
  entry=integrations/$1/changelog/$2.md
  fix="make bump/$1 TYPE=… MSG=…"
  if ! exists_at "$head" "$entry"; then
    violation "$entry" 1 V4 "version $2 has no changelog entry" "$fix"
  elif exists_at "$fork" "$entry" || exists_at "$base" "$entry"; then
    violation "$entry" 1 V4 "version $2 is already on $base_name" "$fix"
  else
    first=$(blob "$head" "$entry" | head -n 1)
    day=$(echo "$first" | sed -n 's/^## [^ ]* (\(.*\))$/\1/p')
    if [ "$first" != "## $2 ($day)" ] || ! is_date "$day"; then
      violation "$entry" 1 V4 "the first line is '$first', not '## $2 (YYYY-MM-DD)' with a real date"
    fi
  fi
}

# check_first NAME VERSION: V5
check_first() {
  case $2 in
    0.1.0-beta | 0.1.0-dev) ;;
    *) violation "integrations/$1/.port/spec.yaml" 1 V5 "a new integration starts at 0.1.0-beta, not at $2" ;;
  esac
  blob "$head" "integrations/$1/changelog/$2.md" | grep -qx '### Features' ||
    violation "integrations/$1/changelog/$2.md" 1 V5 "the first entry has a section Features" "make bump/$1 TYPE=feature MSG=…"
}

major_of() { echo "${1%%.*}"; }
minor_of() { echo "$1" | cut -d. -f2; }

# check_break NAME OLD NEW: V6
check_break() {
  entry=integrations/$1/changelog/$3.md
  breaks=no
  [ -z "$2" ] || [ "$(major_of "$3")" -le "$(major_of "$2")" ] || breaks=yes
  ! blob "$head" "$entry" | grep -qx '### Breaking Changes' || breaks=yes
  [ $breaks = yes ] && [ -n "$title" ] && ! has_label breaking || return 0
  echo "$title" | grep -qE '^[a-z]+(\([^)]*\))?!: ' ||
    violation "$entry" 1 V6 "the version breaks, and the title does not say so" "put ! before the colon of the title"
}

# surface COMMIT NAME: "kind NAME" and "option NAME TYPE REQUIRED" of a spec; lists in block style, as they are written here.
surface() {
  blob "$1" "integrations/$2/.port/spec.yaml" | awk '
    function value(text) { sub(/^[^:]*:[ \t]*/, "", text); sub(/[ \t]+#.*$/, "", text); gsub(/["\047]/, "", text); return text }
    function flush() { if (name != "") print "option", name, type, required; name = "" }
    /^[A-Za-z]/ { flush(); section = $1 }
    section == "features:" && /^[ \t]*-?[ \t]*kind:/ { print "kind", value($0) }
    section == "configurations:" && /^[ \t]*-/ { flush(); type = "string"; required = "false" }
    section == "configurations:" && /^[ \t]*(-[ \t]*)?name:/ { name = value($0) }
    section == "configurations:" && /^[ \t]*(-[ \t]*)?type:/ { type = value($0) }
    section == "configurations:" && /^[ \t]*(-[ \t]*)?required:/ { required = value($0) }
    END { flush() }'
}

# breaking_changes NAME: what users of the old spec lose, one per line.
breaking_changes() {
  {
    surface "$fork" "$1" | sed 's/^/old /'
    surface "$head" "$1" | sed 's/^/new /'
  } | awk '
    { key = $2 " " $3; if ($1 == "old") { old[key] = 1; type[key] = $4; required[key] = $5; order[++n] = key }
      else { now[key] = 1; new_type[key] = $4; new_required[key] = $5 } }
    END {
      for (i = 1; i <= n; i++) {
        key = order[i]
        if (!(key in now)) print key " is gone"
        else if (new_type[key] != type[key]) print key " changed its type from " type[key] " to " new_type[key]
        else if (new_required[key] == "true" && required[key] != "true") print key " became required"
      }
    }'
}

# steps_enough OLD NEW: is NEW a version that may break?
steps_enough() {
  [ "$(major_of "$2")" -gt "$(major_of "$1")" ] && return 0
  [ "$(major_of "$1")" -eq 0 ] && [ "$(minor_of "$2")" -gt "$(minor_of "$1")" ]
}

# check_surface NAME OLD NEW: V7
check_surface() {
  steps_enough "$2" "$3" && return 0
  breaking_changes "$1" >"$work/breaks"
  while IFS= read -r lost; do
    violation "integrations/$1/.port/spec.yaml" 1 V7 "$lost: that takes more than the step from $2 to $3" \
      "make bump/$1 TYPE=breaking MSG=…"
  done <"$work/breaks"
}

check_integration() {
  spec=integrations/$1/.port/spec.yaml
  new=$(blob "$head" "$spec" | spec_version)
  [ -n "$new" ] || {
    violation "$spec" 1 V1 "exactly one top-level 'version:' is needed"
    return
  }
  is_version "$new" || {
    violation "$spec" 1 V2 "'$new' is none of X.Y.Z, X.Y.Z-beta and X.Y.Z-dev"
    return
  }
  old=$(blob "$base" "$spec" | spec_version)
  has_label no-release && {
    echo "version-check: $1: not released, as the label no-release says (V9)"
    return
  }
  changes_release "$1" || [ "$new" != "$(blob "$fork" "$spec" | spec_version)" ] || return 0
  if [ -n "$old" ] && ! is_newer "$new" "$old"; then
    violation "$spec" "$(blob "$head" "$spec" | grep -n '^version:' | cut -d: -f1)" V3 \
      "the version must be greater than $old on $base_name, and is $new" "make bump/$1 TYPE=… MSG=…"
    return
  fi
  check_entry "$1" "$new"
  [ -n "$old" ] || check_first "$1" "$new"
  check_break "$1" "$old" "$new"
  [ -z "$old" ] || check_surface "$1" "$old" "$new"
}

# check_sdk: V8. The SDK is not released with each change: while the section of its version says (unreleased), changes collect there.
check_sdk() {
  git diff --no-renames --name-only "$fork" "$head" -- sdk cmake | grep -vE '/tests/|/bench/|\.md$' | grep -q . || return 0
  has_label no-release && return 0
  new=$(blob "$head" sdk/VERSION)
  old=$(blob "$base" sdk/VERSION)
  is_version "$new" || {
    violation sdk/VERSION 1 V8 "'$new' is none of X.Y.Z, X.Y.Z-beta and X.Y.Z-dev"
    return
  }
  section=$(blob "$head" CHANGELOG.md | grep -nF "## $new (" || true)
  case $section in
    *"## $new (unreleased)") [ -z "$old" ] || ! is_newer "$old" "$new" || violation sdk/VERSION 1 V8 "$new is older than $old on $base_name" ;;
    '') violation CHANGELOG.md 1 V8 "there is no section of version $new" "make bump/sdk TYPE=… MSG=…" ;;
    *)
      is_date "$(echo "$section" | sed 's/^.*(\(.*\))$/\1/')" || violation CHANGELOG.md "${section%%:*}" V8 "the date of $new is none"
      [ -z "$old" ] || ! blob "$base" CHANGELOG.md | grep -qxF "${section#*:}" ||
        violation CHANGELOG.md "${section%%:*}" V8 "version $new is released: what is new goes into the next" "make bump/sdk TYPE=… MSG=…"
      ;;
  esac
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git diff --no-renames --name-only "$fork" "$head" -- integrations |
  sed -n 's|^"*integrations/\([^/_][^/]*\)/.*|\1|p' | sort -u >"$work/changed"
while IFS= read -r name; do
  ! exists_at "$head" "integrations/$name/.port/spec.yaml" || check_integration "$name"
done <"$work/changed"
check_sdk
finish
