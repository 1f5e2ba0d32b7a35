#!/bin/sh
# Checks that an integration's folder is what others rely on: its spec, resources, examples, documentation and small files.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/contract.sh [--ocean PROGRAM] [INTEGRATION…]

  C1   the folder's name is the type; .port/spec.yaml is valid                                                 *
  C2   .port/resources/*.json are JSON; blueprints have identifiers, each once; relations lead to blueprints of the file, or
       to those that .port/resources/external-blueprints.txt lists
  C3   .port/resources/port-app-config.yaml maps kinds of the spec into blueprints of the file
  C4   each kind has an example, which the default mapping, if it names the kind, maps to an entity with an identifier  *
  C5   main.cpp is wiring: fewer than 150 lines, nothing of HTTP
  C7   the version stands in the spec alone; no configuration of tools, but a .clang-tidy that inherits
  C8   config.example.yaml and .env.example are what the spec makes                                            *
  C9   the Makefile is its two lines; no symbolic links
  C10  an own Dockerfile gives its reason in a line "# reason: …"
  C11  README.md names each kind, and the variable of each option
  C12  tests/data/port-app-config.schema.json is the schema of the mapping that the integration's own program prints    **
  C13  the tests mention each kind
  C15  tests/CHECKLIST.md, if there is one, names each kind, and only tests that are there
  C14  no file above 512 KiB, none binary, no Windows line ends

* takes the program ocean: --ocean, or the newest in build/*/bin; without one these rules are left out, and that is said.
** takes ocean-<integration> beside it, and is left out without.

Exit codes: 0 fine, 1 violated, 2 wrong usage.
TEXT
}

ocean=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --ocean)
      ocean=$(realpath "${2:?--ocean needs a program}") && shift
      ;;
    -*) usage >&2 && exit 2 ;;
    *) break ;;
  esac
  shift
done

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh
names=$(known_integrations "$@") || exit 2
if [ -z "$ocean" ]; then
  # shellcheck disable=SC2012  # names of presets hold no blanks
  ocean=$(ls -t build/*/bin/ocean 2>/dev/null | head -n 1)
  [ -n "$ocean" ] || echo "contract: C1, C4 and C8 in part left out: there is no program ocean; make build makes it"
elif [ ! -x "$ocean" ]; then
  refuse "there is no program $ocean"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# list_kinds, list_options: what the spec of $folder names; lists in block style, as they are written here.
list_kinds() { sed -n 's/^[[:space:]]*-*[[:space:]]*kind:[[:space:]]*\([^[:space:]#]*\).*/\1/p' "$folder/.port/spec.yaml" | tr -d "\"'"; }
list_options() {
  awk '/^[A-Za-z]/ { inside = $1 == "configurations:" }
       inside && /^[ \t]*(-[ \t]*)?name:/ { sub(/^[^:]*:[ \t]*/, ""); gsub(/["\047]/, ""); sub(/[ \t]+#.*/, ""); print }' "$folder/.port/spec.yaml"
}

# list_files: the files of $folder that git has or would take.
list_files() { git ls-files -co --exclude-standard -- "$folder"; }

check_spec() {
  is_integration_name "$1" || violation "$folder" 1 C1 "'$1' is not in kebab-case with at most 40 characters"
  [ -n "$ocean" ] || return 0
  "$ocean" spec check "$folder" >"$work/out" 2>&1 ||
    violation "$folder/.port/spec.yaml" 1 C1 "$(tr '\n' ' ' <"$work/out")"
}

check_blueprints() {
  resources=$folder/.port/resources
  for file in "$resources"/*.json; do
    [ ! -f "$file" ] || jq empty "$file" 2>"$work/out" || violation "$file" 1 C2 "$(cat "$work/out")"
  done
  blueprints=$resources/blueprints.json
  : >"$work/blueprints"
  if ! jq -e 'type == "array" and all(.[]; .identifier | type == "string")' "$blueprints" >/dev/null 2>&1; then
    violation "$blueprints" 1 C2 "is no list of blueprints with identifiers"
    return
  fi
  jq -r '.[].identifier' "$blueprints" >"$work/blueprints"
  sort "$work/blueprints" | uniq -d >"$work/twice"
  while read -r twice; do
    violation "$blueprints" 1 C2 "blueprint $twice is there twice"
  done <"$work/twice"
  [ ! -f "$resources/external-blueprints.txt" ] || cat "$resources/external-blueprints.txt" >>"$work/blueprints"
  jq -r '.[] | .identifier as $from | .relations // {} | to_entries[] | "\($from).\(.key) \(.value.target)"' "$blueprints" >"$work/relations"
  while read -r relation target; do
    grep -qxF "$target" "$work/blueprints" ||
      violation "$blueprints" 1 C2 "relation $relation leads to $target, which is not here" "name it in $resources/external-blueprints.txt when others make it"
  done <"$work/relations"
}

check_mapping() {
  mapping=$folder/.port/resources/port-app-config.yaml
  : >"$work/mapped-kinds"
  [ -f "$mapping" ] || {
    violation "$mapping" 1 C3 "is missing"
    return
  }
  grep -nE '^[[:space:]]*-[[:space:]]*kind:' "$mapping" | sed 's/:.*kind:[[:space:]]*/ /' | tr -d "\"'" >"$work/mapped"
  while read -r line kind; do
    list_kinds | grep -qxF "$kind" || violation "$mapping" "$line" C3 "kind $kind is not in the spec"
    echo "$kind" >>"$work/mapped-kinds"
  done <"$work/mapped"
  grep -nE "^[[:space:]]*blueprint:[[:space:]]*'?\"" "$mapping" | sed "s/:.*blueprint:[[:space:]]*/ /" | tr -d "\"'" >"$work/literals"
  while read -r line blueprint; do
    grep -qxF "$blueprint" "$work/blueprints" || violation "$mapping" "$line" C3 "blueprint $blueprint is not in blueprints.json"
  done <"$work/literals"
}

# check_example KIND FILE
check_example() {
  if ! jq -e . "$2" >/dev/null 2>&1; then
    violation "$2" 1 C4 "is no JSON"
    return
  fi
  [ -n "$ocean" ] && grep -qxF "$1" "$work/mapped-kinds" || return 0
  if ! "$ocean" map --integration "$folder" --kind "$1" --input "$2" --json >"$work/mapped" 2>"$work/out"; then
    violation "$2" 1 C4 "the default mapping fails: $(tr '\n' ' ' <"$work/out")"
  elif ! jq -e 'any(.. | objects | select(has("entity")) | .entity; .identifier? != null)' "$work/mapped" >/dev/null; then
    violation "$2" 1 C4 "the default mapping makes no entity of it" "$ocean map --integration $folder --kind $1 --input $2"
  fi
}

check_kinds() {
  list_kinds >"$work/kinds"
  [ -s "$work/kinds" ] || violation "$folder/.port/spec.yaml" 1 C4 "the spec names no kinds"
  while read -r kind; do
    found=no
    for example in "$folder/.port/examples/$kind"/*.json; do
      [ -f "$example" ] || continue
      found=yes
      check_example "$kind" "$example"
    done
    [ $found = yes ] || violation "$folder/.port/examples/$kind" 1 C4 "kind $kind has no example"
    grep -qF "\`$kind\`" "$folder/README.md" 2>/dev/null ||
      violation "$folder/README.md" 1 C11 "kind \`$kind\` is not named"
    grep -rqE "(^|[^A-Za-z0-9-])$kind([^A-Za-z0-9]|$)" "$folder/tests" 2>/dev/null ||
      violation "$folder/tests" 1 C13 "no test mentions kind $kind"
  done <"$work/kinds"
}

check_options() {
  [ -n "$ocean" ] || return 0
  while read -r example verb; do
    "$ocean" spec "$verb" "$folder" >"$work/out" 2>/dev/null || continue
    cmp -s "$work/out" "$folder/$example" ||
      violation "$folder/$example" 1 C8 "is not what the spec makes" "$ocean spec $verb $folder >$folder/$example"
  done <<TEXT
config.example.yaml yaml
.env.example env
TEXT
  "$ocean" spec env "$folder" 2>/dev/null | grep -oE 'OCEAN__INTEGRATION__CONFIG__[A-Z0-9_]+' | sort -u >"$work/variables" || true
  while read -r variable; do
    grep -qF "$variable" "$folder/README.md" 2>/dev/null || violation "$folder/README.md" 1 C11 "$variable is not explained"
  done <"$work/variables"
}

# check_schema NAME
check_schema() {
  own=${ocean%/*}/ocean-$1
  [ -n "$ocean" ] && [ -x "$own" ] || return 0
  schema=$folder/tests/data/port-app-config.schema.json
  if ! "$own" port-app-config schema "$folder" >"$work/out" 2>&1; then
    violation "$schema" 1 C12 "$own cannot print the schema: $(tr '\n' ' ' <"$work/out")"
  elif ! cmp -s "$work/out" "$schema"; then
    violation "$schema" 1 C12 "is not what $own says" "make build/$1, $ocean port-app-config schema $folder -o $schema"
  fi
}

check_wiring() {
  main=$folder/main.cpp
  [ -f "$main" ] || return 0
  [ "$(wc -l <"$main")" -lt 150 ] || violation "$main" 150 C5 "is no wiring any more: it has 150 lines"
  grep -n 'ocean/http/' "$main" >"$work/http" || return 0
  violation "$main" "$(cut -d: -f1 "$work/http" | head -n 1)" C5 "HTTP belongs into src/"
}

check_small_files() {
  version=$(spec_version <"$folder/.port/spec.yaml" | sed 's/[.]/[.]/g')
  # shellcheck disable=SC2046  # names of sources hold no blanks
  grep -nE "(^|[^0-9.])$version([^0-9.]|$)" $(find "$folder" -name '*.?pp' -not -path '*/tests/*') "$folder/CMakeLists.txt" /dev/null >"$work/version" 2>/dev/null || true
  while IFS=: read -r file line _; do
    violation "$file" "$line" C7 "the version stands in .port/spec.yaml only"
  done <"$work/version"
  for tool in .clang-format .yamllint .yamllint.yaml .editorconfig .gitignore CMakePresets.json; do
    [ ! -e "$folder/$tool" ] || violation "$folder/$tool" 1 C7 "tools are configured at the root"
  done
  [ ! -e "$folder/.clang-tidy" ] || grep -q '^InheritParentConfig: true' "$folder/.clang-tidy" ||
    violation "$folder/.clang-tidy" 1 C7 "must inherit: InheritParentConfig: true"
  printf 'INTEGRATION := %s\ninclude ../_infra/integration.mk\n' "$1" | cmp -s - "$folder/Makefile" ||
    violation "$folder/Makefile" 1 C9 "is not 'INTEGRATION := $1' and 'include ../_infra/integration.mk'"
  [ ! -f "$folder/Dockerfile" ] || grep -qE '^# reason: .' "$folder/Dockerfile" ||
    violation "$folder/Dockerfile" 1 C10 "does not say why the shared one does not do" "a line '# reason: …'"
}

# list_references: "LINE TAB TEST TAB NAME" for what the checklist's last column refers to: `TEST`: beginning of a name …, another …;
# NAME is empty for a file or folder.
list_references() {
  awk -F '|' '/^\|/ && NR > 4 {
    count = split($(NF - 1), parts, "`")
    for (i = 2; i <= count; i += 2) {
      text = parts[i + 1]
      if (text !~ /^: / || parts[i] !~ /_test$/) { print NR "\t" parts[i] "\t"; continue }
      names = split(substr(text, 3), name, /[,;] */)
      for (j = 1; j <= names; j++) {
        sub(/ *…[^,;]*$/, "", name[j])
        sub(/ *$/, "", name[j])
        if (name[j] != "" && name[j] !~ /:$/) print NR "\t" parts[i] "\t" name[j]
      }
    }
  }' "$list"
}

check_checklist() {
  list=$folder/tests/CHECKLIST.md
  [ -f "$list" ] || return 0
  while read -r kind; do
    grep -qF "\`$kind\`" "$list" || violation "$list" 1 C15 "does not name the kind $kind"
  done <"$work/kinds"
  list_references >"$work/references"
  while IFS="$(printf '\t')" read -r line test title; do
    if [ -z "$title" ]; then
      [ -e "$folder/tests/$test" ] || [ -e "$folder/tests/$test.cpp" ] || [ -e "$folder/tests/cases/$test" ] || [ -e "$test" ] ||
        violation "$list" "$line" C15 "there is no $test"
    elif ! tr -s ' \n' ' ' <"$folder/tests/$test.cpp" 2>/dev/null | grep -qE "TEST_CASE\\( ?\"$(echo "$title" | sed 's/[][\.*^$+?(){}|]/\\&/g')"; then
      violation "$list" "$line" C15 "$test has no test '$title…'"
    fi
  done <"$work/references"
}

check_files() {
  list_files >"$work/files"
  while IFS= read -r file; do
    if [ -L "$file" ]; then
      violation "$file" 1 C9 "is a symbolic link"
    elif [ -f "$file" ]; then
      [ "$(wc -c <"$file")" -le 524288 ] || violation "$file" 1 C14 "is larger than 512 KiB"
      [ ! -s "$file" ] || grep -qI '' "$file" || violation "$file" 1 C14 "is binary"
      ! grep -q "$(printf '\r$')" "$file" || violation "$file" 1 C14 "has Windows line ends"
    fi
  done <"$work/files"
}

for name in $names; do
  folder=integrations/$name
  for needed in CMakeLists.txt main.cpp README.md; do
    [ -f "$folder/$needed" ] || violation "$folder/$needed" 1 C1 "is missing"
  done
  check_spec "$name"
  check_blueprints
  check_mapping
  check_kinds
  check_options
  check_schema "$name"
  check_wiring
  check_checklist
  check_small_files "$name"
  check_files
done
finish
