#!/bin/sh
# Checks what the code is built on: declared, used, documented, and carried by the image.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/deps.sh check [INTEGRATION…]
       scripts/deps.sh linked PROGRAM…

check   P1  find_package, pkg_check_modules and everything that downloads stand in cmake/ only
        P2  what an integration includes it declares in ocean_integration(DEPENDS …), from cmake/dependencies.cmake, and what it
            declares it includes; every library of the catalogue is used by something
        P5  every library's package is installed by scripts/setup.sh and explained in docs/dependencies.md
linked  P6  the shared objects of a program are among those that images carry: integrations/_infra/shared-objects.txt

Exit codes: 0 fine, 1 violated, 2 wrong usage.
TEXT
}

cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh
catalogue=cmake/dependencies.cmake
carried=integrations/_infra/shared-objects.txt

# list_catalogue: "TARGETS HEADERS PACKAGE" of each line, lists with commas, - for none.
list_catalogue() {
  sed -n 's/^ *ocean_dependency(\(.*\))$/\1/p' $catalogue | awk '{
    delete part; key = ""
    for (i = 2; i <= NF; i++) {
      if ($i ~ /^(TARGETS|HEADERS|PACKAGE|VERSION|PKG_CONFIG|ONLY_HEADER)$/) key = $i
      else part[key] = part[key] (part[key] == "" ? "" : ",") $i
    }
    print part["TARGETS"], part["HEADERS"] == "" ? "-" : part["HEADERS"], part["PACKAGE"] == "" ? "-" : part["PACKAGE"]
  }'
}

# P1
check_places() {
  git ls-files -co --exclude-standard -- '*CMakeLists.txt' '*.cmake' | grep -vE '^(cmake|sdk/templates|tests/package)/' |
    while IFS= read -r file; do
      [ ! -f "$file" ] || awk -v file="$file" '
        { sub(/#.*/, "") }
        match($0, /(find_package|pkg_check_modules|pkg_search_module|FetchContent_[A-Za-z]*|ExternalProject_[A-Za-z]*|CPM[A-Za-z]*) *\(|file *\( *DOWNLOAD/) {
          call = substr($0, RSTART, RLENGTH); sub(/ *\($/, "", call)
          print file, FNR, call
        }' "$file"
    done >"$work/places"
  while read -r file line call; do
    violation "$file" "$line" P1 "$call stands in cmake/dependencies.cmake only"
  done <"$work/places"
}

# declared_by NAME: the targets after DEPENDS, one per line.
declared_by() {
  sed 's/#.*//' "integrations/$1/CMakeLists.txt" | tr '()\n' '   ' | awk '{
    for (i = 1; i <= NF; i++) {
      if ($i ~ /^[A-Z_]+$/) in_depends = $i == "DEPENDS"
      else if (in_depends) print $i
    }
  }'
}

# included_by NAME: "FILE:LINE HEADER" of what stands in <…> and is neither of the language, the system, nor the SDK. The upstream's program
# gets its command line from ocean_integration().
included_by() {
  find "integrations/$1" -name '*.?pp' -not -path '*/tests/upstream/main.cpp' | sort |
    xargs -r grep -HnoE '^[[:space:]]*#[[:space:]]*include <[^>]+' |
    sed 's/:[[:space:]]*#[[:space:]]*include </ /' |
    grep -vE ' ([a-z_0-9]+|ocean/.*|nlohmann/.*|catch2/.*|(sys|netinet|arpa|linux)/.*|(unistd|fcntl|poll|signal|pthread|dlfcn|netdb)\.h)$' || true
}

# target_of HEADER: the targets that bring it, with commas.
target_of() {
  while read -r targets headers _; do
    for prefix in $(echo "$headers" | tr ',' ' '); do
      case $1 in "$prefix"*) echo "$targets" && return ;; esac
    done
  done <"$work/catalogue"
}

# P2, of one integration
check_declarations() {
  cmake=integrations/$1/CMakeLists.txt
  declared_by "$1" >"$work/declared"
  included_by "$1" >"$work/included"
  : >"$work/needed"
  while read -r place header; do
    targets=$(target_of "$header")
    if [ -z "$targets" ]; then
      violation "${place%:*}" "${place##*:}" P2 "<$header> is of no library in $catalogue" "add it there; docs/dependencies.md says how"
      continue
    fi
    echo "$targets" | tr ',' '\n' >>"$work/needed"
    echo "$targets" | tr ',' '\n' | grep -qxF -f "$work/declared" ||
      violation "${place%:*}" "${place##*:}" P2 "<$header> is not declared" "ocean_integration(DEPENDS ${targets%%,*}) in $cmake"
  done <"$work/included"
  while read -r target; do
    if ! cut -d' ' -f1 "$work/catalogue" | tr ',' '\n' | grep -qxF "$target"; then
      violation "$cmake" 1 P2 "$target is not in $catalogue"
    elif ! grep -qxF "$target" "$work/needed"; then
      violation "$cmake" 1 P2 "$target is declared, but nothing of it is included"
    fi
  done <"$work/declared"
}

# P2 and P5, of the catalogue
check_catalogue() {
  scripts/setup.sh --print build >"$work/installed"
  git ls-files -co --exclude-standard -- '*CMakeLists.txt' cmake/Ocean\*.cmake >"$work/builds"
  while read -r targets _ package; do
    used=no
    for target in $(echo "$targets" | tr ',' ' '); do
      ! tr '\n' '\0' <"$work/builds" | xargs -0 grep -qF "$target" || used=yes
    done
    [ $used = yes ] || violation $catalogue 1 P2 "nothing uses $targets"
    [ "$package" != - ] || continue
    grep -qxF "$package" "$work/installed" ||
      violation scripts/setup.sh 1 P5 "$package is not installed by the group build"
    grep -qF "\`$package\`" docs/dependencies.md ||
      violation docs/dependencies.md 1 P5 "$package is not explained" "a row of the table: what for, why this one, what instead"
  done <"$work/catalogue"
}

check() {
  [ $# -gt 0 ] && whole=no || whole=yes
  names=$(known_integrations "$@") || exit 2
  list_catalogue >"$work/catalogue"
  if [ "$whole" = yes ]; then
    check_places
    check_catalogue
  fi
  for name in $names; do check_declarations "$name"; done
  finish
}

# P6
linked() {
  sed 's/#.*//; s/[[:space:]]*$//; /^$/d' $carried >"$work/carried"
  for program_file; do
    ldd "$program_file" >"$work/ldd" 2>&1 || refuse "$program_file is no program that ldd can read: $(cat "$work/ldd")"
    sed -n 's/^[[:space:]]*\([^ ]*\) .*/\1/p' "$work/ldd" | sed 's|.*/||' | grep -v '^linux-vdso' | sort -u >"$work/linked"
    grep -vxF -f "$work/carried" "$work/linked" >"$work/foreign" || true
    while IFS= read -r object; do
      violation "$program_file" 1 P6 "it takes $object, which images do not carry" "name it in $carried with the reason, or do without"
    done <"$work/foreign"
  done
  finish
}

verb=${1:-}
[ $# -eq 0 ] || shift
case $verb in
  -h | --help) usage && exit 0 ;;
  check) ;;
  linked) [ $# -gt 0 ] || refuse "linked PROGRAM…" ;;
  *) usage >&2 && exit 2 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$verb" "$@"
