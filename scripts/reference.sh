#!/bin/sh
# Writes docs/reference/ from what the programs say of themselves, and the tables of the integrations, or checks that it is so.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/reference.sh write|check [PROGRAM]     (PROGRAM: the command ocean; the newest in build/*/bin)

check  R1  docs/reference is what the programs say
       R2  the commands and flags in README.md, docs/ and integrations/*/README.md are there
       R3  a fence of C++ in docs/ below a comment <!-- FILE --> stands in that file, word for word
       R4  the tables of kinds and options in integrations/*/README.md are what their spec.yaml says

Exit codes: 0, 1 violated, 2 wrong usage.
TEXT
}

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh
case ${1:-} in
  -h | --help) usage && exit 0 ;;
  write | check) ;;
  *) usage >&2 && exit 2 ;;
esac
# shellcheck disable=SC2012  # names of presets hold no blanks
ocean=$(realpath "${2:-$(ls -t build/*/bin/ocean 2>/dev/null | head -n 1)}") || refuse "there is no program ocean; make build makes it"
integration=${ocean%/*}/ocean-jira
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# describe PROGRAM WORD…: its help, and that of the commands below it.
describe() {
  described=$1
  shift
  # shellcheck disable=SC2016  # a fence of Markdown
  printf '\n## `%s`\n\n```text\n%s\n```\n' "$(basename "$described")${*:+ $*}" "$("$described" "$@" --help | sed 's/ *$//')"
  for word in $("$described" "$@" --help | awk '/^Subcommands:/ { inside = 1; next } inside && /^  [a-z]/ { print $1 }'); do
    describe "$described" "$@" "$word"
  done
}

# shellcheck disable=SC2016  # Markdown
{
  printf '# Commands\n\nWritten by `make reference`. Exit codes: 0 success, all complete; 1 failed; 2 finished, but something was incomplete or held back; of `plan`: 3 changes.\n'
  (describe "$ocean")
  printf '\nEach integration is a program of its own; that of Jira stands for all.\n'
  (describe "$integration")
} >"$work/commands.md"
# shellcheck disable=SC2016  # Markdown
{
  printf '# Settings\n\nWritten by `make reference`. Each setting as a variable of the environment, with its default; in `config.yaml` the same names
stand in camelCase below each other. The options of an integration are in its README.\n\n```sh\n'
  "$ocean" config env
  printf '```\n'
} >"$work/settings.md"

# Every command in a fence of shell must be one that there is, and every flag one that it has.
check_commands() {
  # shellcheck disable=SC2016  # fences of Markdown
  git ls-files -co --exclude-standard -- README.md CONTRIBUTING.md 'docs/*.md' 'integrations/*/README.md' |
    xargs awk '/^ *```sh/ { inside = 1; next } /^ *```/ { inside = 0 } inside { sub(/ *#.*/, ""); print FILENAME ":" FNR " " $0 }' |
    grep -E ':[0-9]+ *([A-Z_]+=[^ ]* )*((build/release/bin/)?ocean|make) ' >"$work/lines" || true
  while read -r place line; do
    line=$(echo "$line" | sed -E 's/^([A-Z_]+=[^ ]* )*//; s/[>&|;].*//')
    case $line in
      make\ *)
        verb=$(echo "$line" | cut -d' ' -f2 | sed 's|/.*|/|')
        case $verb in check/) continue ;; esac
        grep -qE "^$verb%?:" Makefile sdk/templates/private/Makefile.mustache ||
          violation "${place%:*}" "${place##*:}" R2 "there is no verb '$verb'"
        ;;
      *) check_flags "$place" "$line" ;;
    esac
  done <"$work/lines"
}

# check_flags PLACE LINE: of the program ocean.
check_flags() {
  words=$(echo "$2" | sed -E 's/^[^ ]* //' | grep -oE '^([a-z][a-z-]* ?){1,2}' | head -n 1)
  # shellcheck disable=SC2086  # one word per command
  set -- "$1" "$2" $words
  "$ocean" --help | grep -qE "^  $3 " || {
    violation "${1%:*}" "${1##*:}" R2 "there is no command 'ocean $3'"
    return
  }
  help=$("$ocean" "$3" ${4:+"$4"} --help 2>/dev/null) || help=$("$ocean" "$3" --help)
  for flag in $(echo "$2" | grep -oE ' --?[a-zA-Z][a-z-]*' || true); do
    echo "$help" | grep -qE -- "(^|[ ,])$flag([ ,=]|\$)" ||
      violation "${1%:*}" "${1##*:}" R2 "'ocean $3' has no flag $flag"
  done
}

# Each fence of C++ goes into a file of its own, with the place and the source that it names in another.
check_examples() {
  # shellcheck disable=SC2016  # fences of Markdown
  awk -v work="$work" '
    /^<!-- [^ ]+ -->$/ { source = $2; next }
    /^```cpp$/ && source { inside = 1; number++; print FILENAME ":" FNR " " source >work "/fence" number ".place"; next }
    /^```/ { inside = 0 }
    inside { print >work "/fence" number; next }
    !/^$/ { source = "" }' docs/*.md
  for place in "$work"/fence*.place; do
    [ -f "$place" ] || continue
    read -r shown source <"$place"
    jq -ne --rawfile fence "${place%.place}" --rawfile source "$source" '$source | contains($fence)' >/dev/null 2>&1 ||
      violation "${shown%:*}" "${shown##*:}" R3 "the example is not in $source"
  done
}

for page in commands settings; do
  if [ "$1" = write ]; then
    mkdir -p docs/reference
    cp "$work/$page.md" "docs/reference/$page.md"
  else
    diff -u "docs/reference/$page.md" "$work/$page.md" || violation "docs/reference/$page.md" 1 R1 "is not what the programs say" "make reference"
  fi
done
for spec in integrations/*/.port/spec.yaml; do
  folder=${spec%/.port/*}
  if [ "$1" = write ]; then
    "$ocean" spec readme "$folder"
  else
    "$ocean" spec readme "$folder" --check || violation "$folder/README.md" 1 R4 "its tables are not what its spec says" "make reference"
  fi
done
[ "$1" = write ] || {
  check_commands
  check_examples
}
finish
