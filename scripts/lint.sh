#!/bin/sh
# Checks sources: format, clang-tidy, YAML, JSON, shell, text, and the rules of integrations. Ends with a summary.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/lint.sh [--fix | --tidy-fix] [WHAT]

WHAT is
  all            every file (default)
  changed        files that differ from where the branch left origin/main, or else those of the last commit
  sdk            the SDK
  repo           what is neither SDK nor integration
  <integration>  one integration

--fix       formats the C++ and shell files instead of checking anything
--tidy-fix  applies clang-tidy's own corrections instead
TEXT
}

mode=check
what=all
for argument; do
  case $argument in
    -h | --help) usage && exit 0 ;;
    --fix) mode=fix ;;
    --tidy-fix) mode=tidy-fix ;;
    -*) usage >&2 && exit 2 ;;
    *) what=$argument ;;
  esac
done

cd "$(dirname "$0")/.."
jobs=${JOBS:-$(nproc)}
work=build/lint
mkdir -p $work

# The files of $what, tracked or new, one per line, as far as they exist; without the cases of tests, which are data and
# some of them broken on purpose.
list_files() {
  case $what in
    all) git ls-files -co --exclude-standard ;;
    changed) list_changed ;;
    sdk) git ls-files -co --exclude-standard sdk ;;
    repo) git ls-files -co --exclude-standard | grep -vE '^(sdk|integrations/[^_][^/]*)/' ;;
    *) git ls-files -co --exclude-standard "integrations/$what" ;;
  esac | sort -u | grep -v '/tests/cases/' | while IFS= read -r file; do
    [ ! -f "$file" ] || echo "$file"
  done
}

list_changed() {
  base=$(git merge-base origin/main HEAD 2>/dev/null || true)
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then
    git show --pretty=format: --name-only HEAD
  else
    git diff --name-only "$base" HEAD
  fi
  git diff --name-only HEAD
  git ls-files -o --exclude-standard
}

matching() { grep -E "$1" $work/files || true; }

# clang-tidy reads sources. A header is read with the source beside which it belongs, or else with one that includes it.
list_tidy_sources() {
  matching '^(sdk|integrations)/.*\.cpp$'
  matching '^(sdk|integrations)/.*\.hpp$' | while IFS= read -r header; do
    stem=$(basename "$header" .hpp)
    room=$(echo "$header" | cut -d/ -f1-2)
    own=$(find "$room" -name "$stem.cpp" -not -path '*/tests/*')
    [ -n "$own" ] || own=$(grep -rlE "include \".*$stem\.hpp\"" "$room" --include='*.cpp' | sort | head -n 1)
    echo "$own"
  done
}

# Only what the tidy preset compiles can be read.
known_to_compiler() {
  grep '"file":' build/tidy/compile_commands.json | sed "s|.*\"$PWD/\(.*\)\".*|\1|" | sort -u >$work/compiled
  sort -u | grep -xF -f $work/compiled || true
}

# run_all COMMAND…: hands it the files on standard input; does nothing without any.
run_all() { xargs -r "$@"; }

check_format() { matching '\.(cpp|hpp)$' | run_all clang-format-19 --dry-run -Werror; }

check_tidy() {
  [ -n "$(matching '\.(cpp|hpp)$')" ] || return 0
  [ -f build/tidy/build.ninja ] || scripts/configure.sh tidy || return 1
  list_tidy_sources | known_to_compiler >$work/tidy
  echo "clang-tidy reads $(wc -l <$work/tidy) files"
  # Warnings inside system headers are counted on standard error; they are none of ours.
  run_all -P "$jobs" -n 1 clang-tidy-19 -p build/tidy --quiet --warnings-as-errors='*' "$@" <$work/tidy \
    2>$work/tidy.stderr && return 0
  grep -v 'warnings generated' $work/tidy.stderr || true
  return 1
}

check_yaml() { matching '\.ya?ml$' | run_all yamllint --strict --config-file .yamllint.yaml; }

check_json() {
  matching '\.json$' | while IFS= read -r file; do
    jq empty "$file" 2>&1 | sed "s|^|$file: |"
  done >$work/json
  cat $work/json
  [ ! -s $work/json ]
}

shells='(\.sh|\.bats|\.bash|^\.ci/run)$'
check_shell() {
  matching "$shells" | run_all shellcheck --external-sources && matching "$shells" | run_all shfmt -i 2 -ci -d
}

# Blanks at the end of lines, Windows line ends, conflict markers, and files without a last line end.
check_text() {
  matching '(\.(cpp|hpp|cmake|md|mk|sh|bats|ya?ml|json)|CMakeLists\.txt|Makefile)$' >$work/text
  status=0
  cr=$(printf '\r')
  # Without a file, run_all succeeds: what counts is what was found.
  found=$(run_all grep -HnE "[[:blank:]]$|$cr\$|^(<<<<<<<|>>>>>>>) " <$work/text)
  [ -z "$found" ] || { echo "$found" && status=1; }
  while IFS= read -r file; do
    [ -z "$(tail -c 1 "$file")" ] || { echo "$file: the last line has no end" && status=1; }
  done <$work/text
  return $status
}

# Links to files of the repository must lead somewhere.
check_links() {
  matching '\.md$' | while IFS= read -r file; do
    grep -oE '\]\([^)#: ]+[)#]' "$file" | sed 's/^](//; s/.$//' | while IFS= read -r link; do
      [ -e "$(dirname "$file")/$link" ] || echo "$file: the link to $link leads nowhere"
    done
  done >$work/links
  cat $work/links
  [ ! -s $work/links ]
}

# The integrations among the files, one per line.
list_integrations() { sed -n 's|^integrations/\([^/_][^/]*\)/.*|\1|p' $work/files | sort -u; }

# rules_of SCRIPT [VERB]: checks the integrations among the files.
rules_of() {
  list_integrations | while IFS= read -r name; do
    [ ! -f "integrations/$name/.port/spec.yaml" ] || echo "$name"
  done | run_all "$@"
}

check_contract() { rules_of scripts/contract.sh; }
check_changelog() { rules_of scripts/changelog.sh check; }

# The catalogue of dependencies is checked with whatever may have changed it.
check_dependencies() {
  case $what in
    all | changed | repo) scripts/deps.sh check ;;
    sdk) ;;
    *) scripts/deps.sh check "$what" ;;
  esac
}

check_workflows() { matching '^\.github/workflows/' | run_all scripts/workflows.sh; }

list_files >$work/files
if [ ! -s $work/files ] && [ "$what" = changed ]; then
  echo "lint: nothing changed"
  exit 0
fi
if [ ! -s $work/files ]; then
  echo "lint: no files for '$what'; it is all, changed, sdk, repo or an integration" >&2
  exit 2
fi

case $mode in
  fix)
    matching '\.(cpp|hpp)$' | run_all clang-format-19 -i
    matching "$shells" | run_all shfmt -i 2 -ci -w
    exit 0
    ;;
  tidy-fix) jobs=1 check_tidy --fix && exit 0 || exit 1 ;;
esac

failed=
for check in format tidy yaml json shell text links contract changelog dependencies workflows; do
  if "check_$check"; then
    echo "lint: $check: ok"
  else
    echo "lint: $check: FAILED"
    failed="$failed $check"
  fi
done

count=$(wc -l <$work/files)
if [ -n "$failed" ]; then
  echo "lint: $count files; failed:$failed (make fix formats)" >&2
  exit 1
fi
echo "lint: $count files, all fine"
