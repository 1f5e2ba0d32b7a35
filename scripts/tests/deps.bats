#!/usr/bin/env bats
# shellcheck disable=SC2086  # names without blanks
load throwaway

setup() {
  throwaway
  mkdir -p cmake integrations/_infra
  cat >cmake/dependencies.cmake <<'TEXT'
ocean_dependency(fmt TARGETS fmt::fmt HEADERS fmt/ PACKAGE libfmt-dev)
ocean_dependency(date TARGETS date::date HEADERS date/ PACKAGE libhowardhinnant-date-dev)
ocean_dependency(Threads TARGETS Threads::Threads)
TEXT
  # shellcheck disable=SC2016
  echo '`libfmt-dev` and `libhowardhinnant-date-dev`' >docs/dependencies.md
  echo 'ocean_library(base PRIVATE fmt::fmt date::date Threads::Threads)' >sdk/base/CMakeLists.txt
  echo 'ocean_integration()' >integrations/acme/CMakeLists.txt
  code=integrations/acme/src/client.cpp
}

passes() {
  run scripts/deps.sh check
  [ "$status" -eq 0 ] || {
    echo "$output"
    return 1
  }
}

# violates RULE TEXT
violates() {
  run scripts/deps.sh check
  if [ "$status" -ne 1 ] || [[ $output != *" $1 "* || $output != *"$2"* ]]; then
    echo "$status: $output"
    return 1
  fi
}

@test "the language, the system and the SDK need no declaration" {
  printf '#include <%s>\n' vector unistd.h sys/stat.h nlohmann/json.hpp ocean/ocean.hpp >$code
  passes
}

@test "P1: libraries are looked for in one place" {
  for call in 'find_package(fmt)' 'FetchContent_Declare(x)' 'pkg_check_modules (a b)' 'file(DOWNLOAD x)' 'CPMAddPackage(x)'; do
    echo "$call" >integrations/acme/extra.cmake
    violates P1 "integrations/acme/extra.cmake"
  done
  echo '# find_package(fmt)' >integrations/acme/extra.cmake
  passes
}

@test "P2: what is included is declared" {
  echo '#include <date/date.h>' >$code
  violates P2 "<date/date.h> is not declared (fix: ocean_integration(DEPENDS date::date)"
  printf 'ocean_integration(\n  DEPENDS date::date) # dates\n' >integrations/acme/CMakeLists.txt
  passes
}

@test "P2: what is declared is included, and is in the catalogue" {
  echo 'ocean_integration(DEPENDS date::date)' >integrations/acme/CMakeLists.txt
  violates P2 "nothing of it is included"
  echo 'ocean_integration(DEPENDS pugixml::pugixml)' >integrations/acme/CMakeLists.txt
  violates P2 "pugixml::pugixml is not in cmake/dependencies.cmake"
}

@test "P2: a header of no known library" {
  echo '#include <pugixml.hpp>' >$code
  violates P2 "<pugixml.hpp> is of no library"
}

@test "P2: nothing in the catalogue is unused" {
  echo 'ocean_dependency(simdjson TARGETS simdjson::simdjson HEADERS simdjson.h PACKAGE libsimdjson-dev)' >>cmake/dependencies.cmake
  violates P2 "nothing uses simdjson::simdjson"
}

@test "P5: a library is installed and explained" {
  echo nothing >docs/dependencies.md
  violates P5 "libfmt-dev is not explained"
  sed -i 's/libfmt-dev/libfmt9-dev/' cmake/dependencies.cmake
  violates P5 "libfmt9-dev is not installed"
}

@test "P6: a program links what images carry" {
  program=$(command -v git)
  ldd "$program" | sed 's/^[[:space:]]*//; s/ .*//; s|.*/||' >integrations/_infra/shared-objects.txt
  scripts/deps.sh linked "$program"
  sed -i '/^libz/d' integrations/_infra/shared-objects.txt
  run scripts/deps.sh linked "$program"
  [ "$status" -eq 1 ]
  [[ $output == *" P6 it takes libz.so"* ]]
}

@test "wrong usage is refused" {
  for arguments in "" "linked" "linked /nowhere" "check nobody" "polish"; do
    # shellcheck disable=SC2086  # several arguments
    run scripts/deps.sh $arguments
    [ "$status" -eq 2 ]
  done
}
