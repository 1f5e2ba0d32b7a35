#!/bin/sh
# Keeps changelogs: one file for each version of an integration, changelog/<version>.md, rendered into CHANGELOG.md.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/changelog.sh check  [INTEGRATION…]
       scripts/changelog.sh fmt    [INTEGRATION…]
       scripts/changelog.sh render [INTEGRATION…]
       scripts/changelog.sh add FILE TYPE MESSAGE
       scripts/changelog.sh show INTEGRATION VERSION

check   the rules below           fmt   blank lines and the order of sections
render  writes CHANGELOG.md from the files, newest version first
add     adds one line, and the file, its header and its section where they are missing
show    prints the entry of a version

TYPE is breaking, deprecation, security, feature, improvement, bugfix or doc.

  L1  the first line is "## VERSION (YYYY-MM-DD)" with a real date
  L2  sections are known, in order, each once        L3  each has lines, which begin with "- "
  L4  the file is named after the version            L5  there are no other headings
  L6  a line has at most 500 characters and holds nothing that looks like a credential
  L7  CHANGELOG.md may lag behind, but says what the files say of the versions that it has

Exit codes: 0 fine, 1 violated, 2 wrong usage.
TEXT
}

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/lib/rules.sh
. "$here/lib/rules.sh"

# title_of TYPE
title_of() {
  case $1 in
    breaking) echo Breaking Changes ;;
    deprecation) echo Deprecations ;;
    security) echo Security ;;
    feature) echo Features ;;
    improvement) echo Improvements ;;
    bugfix) echo Bug Fixes ;;
    doc) echo Documentation ;;
    *) return 1 ;;
  esac
}
titles='Breaking Changes|Deprecations|Security|Features|Improvements|Bug Fixes|Documentation'

# normalise [SECTION LINE]: the entry on standard input in its one form, with one line more.
normalise() {
  awk -v titles="$titles" -v section="${1:-}" -v line="${2:-}" '
    function keep(text) { if (!(title SUBSEP text in seen)) { seen[title, text]; body[title] = body[title] text "\n" } }
    BEGIN { count = split(titles, order, "|") }
    /^## / && !header { header = $0; next }
    /^### / { title = substr($0, 5); sub(/[ \t]+$/, "", title); next }
    /^[ \t]*$/ { next }
    /^- / { sub(/[ \t]+$/, ""); keep($0); next }
    { body[title] = body[title] $0 "\n" }
    END {
      if (section) { title = section; keep("- " line) }
      print header
      for (i = 1; i <= count; i++) if (order[i] in body) {
        printf "\n### %s\n\n%s", order[i], body[order[i]]
        delete body[order[i]]
      }
      for (title in body) printf "\n%s%s\n", title ? "### " title "\n\n" : "", body[title]
    }'
}

# rewrite FILE [SECTION LINE]
rewrite() {
  target=$1
  shift
  normalise "$@" <"$target" >"$target.new" && mv "$target.new" "$target"
}

# versions_of INTEGRATION: newest first.
versions_of() {
  for file in "integrations/$1"/changelog/*.md; do
    [ -f "$file" ] || continue
    version=$(basename "$file" .md)
    echo "$(version_key "$version") $version"
  done | sort -r | cut -d' ' -f2
}

render() {
  printf '# Changelog of ocean-%s\n' "$1"
  versions_of "$1" | while read -r version; do
    echo
    normalise <"integrations/$1/changelog/$version.md"
  done
}

check_entry() {
  header=$(head -n 1 "$1")
  version=$(basename "$1" .md)
  day=$(echo "$header" | sed -n 's/^## [^ ]* (\(.*\))$/\1/p')
  is_date "$day" || violation "$1" 1 L1 "'$header' is not '## $version (YYYY-MM-DD)' with a real date"
  [ "$header" = "## $version ($day)" ] || violation "$1" 1 L4 "the header is not of version $version"
  is_version "$version" || violation "$1" 1 L4 "'$version' is no version"
  awk -v titles="$titles" '
    function rank(title,  i) { for (i = 1; i <= count; i++) if (order[i] == title) return i; return 0 }
    function close_section() { if (open && !bullets) print open " L3 the section has no lines" }
    BEGIN { count = split(titles, order, "|") }
    NR == 1 { next }
    /^### / {
      close_section()
      open = NR; bullets = 0; now = rank(substr($0, 5))
      if (!now) print NR " L2 unknown section \"" substr($0, 5) "\""
      else if (now == last) print NR " L2 the section is there twice"
      else if (now < last) print NR " L2 the section comes too late"
      if (now > last) last = now
      next
    }
    /^#/ { print NR " L5 a heading that is no section"; next }
    /^[ \t]*$/ { next }
    /^- / { bullets++ }
    !/^(- |  )/ { print NR " L3 the line does not begin with \"- \"" }
    !open { print NR " L3 the line is in no section" }
    length($0) > 500 { print NR " L6 more than 500 characters" }
    /(ghp_|gho_|xox[abp]-|AKIA[0-9A-Z]|-----BEGIN|eyJ[A-Za-z0-9_-]*\.eyJ|[A-Za-z0-9+\/_-]{40,}=*([^A-Za-z0-9]|$))/ && !/https?:\/\// {
      print NR " L6 looks like a credential"
    }
    END { close_section(); if (!open) print "1 L3 the entry is empty" }' "$1" >"$work/rules"
  while read -r line rule message; do
    violation "$1" "$line" "$rule" "$message"
  done <"$work/rules"
}

check_rendering() {
  file=integrations/$1/CHANGELOG.md
  [ -f "$file" ] || {
    violation "$file" 1 L7 "is missing" "make changelog/$1"
    return
  }
  sed -n 's/^## \([^ ]*\) .*/\1/p' "$file" >"$work/shown"
  {
    printf '# Changelog of ocean-%s\n' "$1"
    versions_of "$1" | grep -xF -f "$work/shown" | while read -r version; do
      echo
      normalise <"integrations/$1/changelog/$version.md"
    done
  } >"$work/rendered"
  cmp -s "$work/rendered" "$file" || violation "$file" 1 L7 "differs from the files in changelog/" "make changelog/$1"
}

check() {
  for name; do
    for file in "integrations/$name"/changelog/*.md; do
      [ ! -f "$file" ] || check_entry "$file"
    done
    check_rendering "$name"
  done
  finish
}

add() {
  title=$(title_of "$2") || refuse "unknown type '$2'; there are: breaking deprecation security feature improvement bugfix doc"
  case $3 in '' | *"
"*) refuse "the message is one line, and not empty" ;; esac
  mkdir -p "$(dirname "$1")"
  [ -s "$1" ] || echo "## $(basename "$1" .md) ($(date -u +%F))" >"$1"
  rewrite "$1" "$title" "$3"
}

verb=${1:-}
[ $# -eq 0 ] || shift
case $verb in
  -h | --help) usage && exit 0 ;;
  add)
    [ $# -eq 3 ] || refuse "add FILE TYPE MESSAGE"
    add "$@"
    exit 0
    ;;
  check | fmt | render | show) ;;
  *) usage >&2 && exit 2 ;;
esac

cd "$here/.."
if [ "$verb" = show ]; then
  [ $# -eq 2 ] || refuse "show INTEGRATION VERSION"
  cat "integrations/$1/changelog/$2.md"
  exit 0
fi
names=$(known_integrations "$@") || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2086  # one word per integration
case $verb in
  check) check $names ;;
  fmt)
    for name in $names; do
      for file in "integrations/$name"/changelog/*.md; do [ ! -f "$file" ] || rewrite "$file"; done
    done
    ;;
  render)
    for name in $names; do
      render "$name" >"$work/rendered"
      cmp -s "$work/rendered" "integrations/$name/CHANGELOG.md" || cp "$work/rendered" "integrations/$name/CHANGELOG.md"
    done
    ;;
esac
