#!/usr/bin/env bats
# Each rule is shown a folder that breaks it. The program ocean is one that the tests make up.
# shellcheck disable=SC2086  # names without blanks
load throwaway

setup() {
  throwaway
  folder=integrations/acme
  mkdir -p $folder/.port/resources $folder/.port/examples/widget $folder/.port/examples/gadget
  echo '[{"identifier": "acmeWidget", "relations": {"owner": {"target": "acmeGadget"}}}, {"identifier": "acmeGadget"}]' \
    >$folder/.port/resources/blueprints.json
  cat >$folder/.port/resources/port-app-config.yaml <<'TEXT'
resources:
  - kind: widget
    port:
      entity:
        mappings:
          blueprint: '"acmeWidget"'
  - kind: gadget
    port:
      entity:
        mappings:
          blueprint: '"acmeGadget"'
TEXT
  echo '{}' | tee $folder/.port/examples/widget/a.json >$folder/.port/examples/gadget/a.json
  echo 'ocean_integration()' >$folder/CMakeLists.txt
  echo 'int main() {}' >$folder/main.cpp
  printf 'INTEGRATION := acme\ninclude ../_infra/integration.mk\n' >$folder/Makefile
  # shellcheck disable=SC2016  # what README has in backquotes
  echo 'Kinds `widget` and `gadget`; OCEAN__INTEGRATION__CONFIG__ACME_TOKEN' >$folder/README.md
  echo '// widget, gadget' >$folder/tests/acme_test.cpp
  echo yaml >$folder/config.example.yaml
  echo OCEAN__INTEGRATION__CONFIG__ACME_TOKEN= >$folder/.env.example
  mkdir -p build/dev/bin
  cat >build/dev/bin/ocean <<'TEXT'
#!/bin/sh
case "$1 $2" in
  "spec check") ! grep -q 'type: nonsense' "$3/.port/spec.yaml" || { echo "configurations[0].type: unknown" && exit 1; } ;;
  "spec yaml") echo yaml ;;
  "spec env") echo OCEAN__INTEGRATION__CONFIG__ACME_TOKEN= ;;
  map*)
    grep -q '"name"' "$7" && echo '[{"entity": {"identifier": null}}]' || echo '[{"entity": {"identifier": "a"}}]'
    ! grep -q broken "$7" || { echo "no JSON" >&2 && exit 1; }
    ;;
esac
TEXT
  chmod +x build/dev/bin/ocean
}

passes() {
  run scripts/contract.sh acme
  [ "$status" -eq 0 ] || {
    echo "$output"
    return 1
  }
}

# violates RULE TEXT
violates() {
  run scripts/contract.sh acme
  if [ "$status" -ne 1 ] || [[ $output != *" $1 "* || $output != *"$2"* ]]; then
    echo "$status: $output"
    return 1
  fi
}

@test "a folder that keeps the rules passes" {
  passes
  [ "$output" = "contract: ok" ]
}

@test "without a program the rules that take one are left out, and that is said" {
  rm -r build
  echo other >$folder/config.example.yaml
  passes
  [[ $output == *"left out"*"make build"* ]]
}

@test "C1: the spec" {
  sed -i '0,/type: string/s//type: nonsense/' $folder/.port/spec.yaml
  violates C1 "configurations[0].type"
  rm $folder/main.cpp
  violates C1 "is missing"
}

@test "C2: blueprints" {
  blueprints=$folder/.port/resources/blueprints.json
  cp $blueprints good.json
  echo '[{' >$blueprints
  violates C2 ""
  echo '[{"identifier": "acmeWidget"}, {"identifier": "acmeWidget"}, {"identifier": "acmeGadget"}]' >$blueprints
  violates C2 "acmeWidget is there twice"
  sed 's/"acmeGadget"}}/"service"}}/' good.json >$blueprints
  violates C2 "acmeWidget.owner leads to service"
  echo service >$folder/.port/resources/external-blueprints.txt
  passes
}

@test "C3: the mapping" {
  mapping=$folder/.port/resources/port-app-config.yaml
  sed -i 's/kind: gadget/kind: gizmo/' $mapping
  violates C3 "kind gizmo is not in the spec"
  sed -i 's/kind: gizmo/kind: gadget/; s/acmeGadget/acmeGizmo/' $mapping
  violates C3 "acmeGizmo is not in blueprints.json"
  rm $mapping
  violates C3 "is missing"
}

@test "C4: examples" {
  example=$folder/.port/examples/widget/a.json
  echo '{"name": 1}' >$example
  violates C4 "makes no entity"
  echo broken >$example
  violates C4 "no JSON"
  rm $example
  violates C4 "kind widget has no example"
}

@test "C4: a kind that the default mapping does not name needs no entity" {
  echo '{"name": 1}' >$folder/.port/examples/widget/a.json
  sed -i '/kind: widget/,/acmeWidget/d' $folder/.port/resources/port-app-config.yaml
  run scripts/contract.sh acme
  echo "$output"
  [ $status -eq 0 ]
}

@test "C5: main.cpp is wiring" {
  echo '#include "ocean/http/client.hpp"' >>$folder/main.cpp
  violates C5 "HTTP belongs into src/"
  yes '// more' | head -n 150 >$folder/main.cpp
  violates C5 "150 lines"
}

@test "C7: the version stands in the spec alone, tools are configured at the root" {
  echo '// since 1.2.0, but not 11.2.0' >>$folder/src/client.cpp
  violates C7 "client.cpp"
  echo '// since 11.2.0' >$folder/src/client.cpp
  passes
  touch $folder/.clang-format
  violates C7 "configured at the root"
  rm $folder/.clang-format
  echo 'Checks: "-*"' >$folder/.clang-tidy
  violates C7 InheritParentConfig
  echo 'InheritParentConfig: true' >>$folder/.clang-tidy
  passes
}

@test "C8: examples of the configuration are what the spec makes" {
  echo other >>$folder/config.example.yaml
  violates C8 "config.example.yaml"
}

@test "C9: the Makefile, and symbolic links" {
  echo 'extra:' >>$folder/Makefile
  violates C9 Makefile
  sed -i '$d' $folder/Makefile
  ln -s README.md $folder/LINK.md
  violates C9 "symbolic link"
}

@test "C10: an own Dockerfile says why" {
  echo 'FROM scratch' >$folder/Dockerfile
  violates C10 Dockerfile
  printf '# reason: it needs git at run time\nFROM scratch\n' >$folder/Dockerfile
  passes
}

@test "C11: README names kinds and variables" {
  # shellcheck disable=SC2016
  echo 'Kinds `widget` and `gadget`' >$folder/README.md
  violates C11 ACME_TOKEN
  # shellcheck disable=SC2016
  echo 'Kinds `widget`; OCEAN__INTEGRATION__CONFIG__ACME_TOKEN' >$folder/README.md
  violates C11 gadget
}

@test "C12: the schema of the mapping is what the integration's program says" {
  # shellcheck disable=SC2016  # for the fake program
  printf '#!/bin/sh\n[ "$1 $2 $3" = "port-app-config schema integrations/acme" ] && echo "{}"\n' >build/dev/bin/ocean-acme
  chmod +x build/dev/bin/ocean-acme
  violates C12 "is not what build/dev/bin/ocean-acme says"
  mkdir $folder/tests/data
  echo '{}' >$folder/tests/data/port-app-config.schema.json
  passes
  printf '#!/bin/sh\necho "error: no example" >&2\nexit 1\n' >build/dev/bin/ocean-acme
  violates C12 "cannot print the schema: error: no example"
}

@test "C13: every kind is tested" {
  echo '// widget, and gadgets' >$folder/tests/acme_test.cpp
  violates C13 "no test mentions kind gadget"
}

@test "C14: large, binary and Windows files" {
  head -c 600000 /dev/zero | tr '\0' 'x' >$folder/tests/large.txt
  violates C14 "512 KiB"
  printf 'a\0b' >$folder/tests/large.txt
  violates C14 binary
  printf 'a\r\n' >$folder/tests/large.txt
  violates C14 Windows
}

@test "C15: a checklist names kinds, and tests that are there" {
  mkdir -p $folder/tests/cases/widget_pages
  printf '// widget, gadget\nTEST_CASE(\n    "widgets come (all of\nthem)") {}\n' >$folder/tests/acme_test.cpp
  # shellcheck disable=SC2016  # what the checklist has in backquotes
  checklist() { printf '# Promises\n\n| Promise | Test |\n|---|---|\n| kinds `widget` and `gadget` | %s |\n' "$1" >$folder/tests/CHECKLIST.md; }
  # shellcheck disable=SC2016  # what the checklist has in backquotes
  for fine in '`acme_test`: widgets come …' '`acme_test`: widgets come (all of them); `cases/widget_pages`' '`acme_test`, see `integrations`'; do
    checklist "$fine"
    passes
  done
  # shellcheck disable=SC2016
  checklist '`acme_test`: widgets come …, gadgets …'
  violates C15 "acme_test has no test 'gadgets…'"
  # shellcheck disable=SC2016
  checklist '`acme_test`: widgets; `cases/gadget_pages`'
  violates C15 "there is no cases/gadget_pages"
  sed -i 's/ and .gadget.//' $folder/tests/CHECKLIST.md
  violates C15 "does not name the kind gadget"
}

@test "unknown integrations are refused" {
  run scripts/contract.sh nobody
  [ "$status" -eq 2 ]
  run scripts/contract.sh --ocean build/nowhere acme
  [ "$status" -ne 0 ]
}
