#!/bin/sh
# Checks that no library of sdk/ includes or links one above it, and that integrations use the author's API only.
# Prints each offence as path:line, and the allowed direction once.
set -eu

if [ "${1:-}" = --help ]; then
  echo "usage: tests/dependency_direction.sh [REPOSITORY]"
  exit 0
fi
cd "${1:-$(dirname "$0")/..}"

# The rooms that a room may use besides itself; its tests and benchmarks may use $test_rooms too.
allowed_for() {
  case $1 in
    base) echo ;;
    jq | config | http | state) echo base ;;
    port) echo base jq config http state ;;
    sync) echo base jq config http state port ;;
    app) echo base jq config http state port sync ;;
    catalog) echo base jq http state ;;
    testing) echo base jq config http state port sync app catalog ;;
    cli) echo base jq config http state port sync app catalog ;;
    *)
      echo "dependency_direction: sdk/$1 is a new room: say in tests/dependency_direction.sh what it may use" >&2
      return 1
      ;;
  esac
}
test_rooms="testing catalog"
author_rooms="base config http sync app"

# offending_includes ALLOWED FILE…: the includes of other rooms' headers.
offending_includes() {
  rooms=" $1 "
  shift
  [ $# -gt 0 ] || return 0
  grep -HnE '^[[:space:]]*#[[:space:]]*include[[:space:]]+["<]ocean/[a-z_]+/' "$@" | while IFS= read -r line; do
    included=$(echo "$line" | sed 's|.*[<"]ocean/\([a-z_]*\)/.*|\1|')
    case $rooms in *" $included "*) ;; *) echo "$line" ;; esac
  done
}

# offending_links ALLOWED ALLOWED_IN_TESTS FILE: the ocean:: targets on link lines of a CMakeLists.txt.
offending_links() {
  awk -v allowed=" $1 " -v in_tests=" $2 " '
    { sub(/#.*/, "") }
    /_(tests|bench|simulation)[ )]/ || /_(tests|bench|simulation)$/ { test_target = 1 }
    {
      line = $0
      while (match(line, /ocean::[a-z_]+|[A-Z_]+|\)/)) {
        token = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (token == ")") { section = ""; test_target = 0 }
        else if (token !~ /^ocean::/) { section = token }
        else {
          room = substr(token, 8)
          names = (section ~ /TEST/ || test_target) ? in_tests : allowed
          if (index(names, " " room " ") == 0) print FILENAME ":" FNR ":" $0
        }
      }
    }' "$3"
}

offences=$(
  for folder in sdk/*/; do
    [ -f "$folder/CMakeLists.txt" ] || continue
    room=$(basename "$folder")
    allowed="$(allowed_for "$room") $room" || echo "sdk/$room:1: unknown room"
    # shellcheck disable=SC2046  # one word per file; names hold no blanks
    {
      offending_includes "$allowed" $(find "sdk/$room" -name '*.?pp' -not -path '*/tests/*' -not -path '*/bench/*')
      offending_includes "$allowed $test_rooms" \
        $(find "sdk/$room" -name '*.?pp' \( -path '*/tests/*' -o -path '*/bench/*' \))
    }
    [ ! -f "sdk/$room/CMakeLists.txt" ] ||
      offending_links "$allowed" "$allowed $test_rooms" "sdk/$room/CMakeLists.txt"
  done
  for folder in integrations/*/; do
    [ -f "$folder/.port/spec.yaml" ] || continue
    # shellcheck disable=SC2046
    {
      offending_includes "$author_rooms" $(find "$folder" -name '*.?pp' -not -path '*/tests/*')
      offending_includes "$author_rooms $test_rooms" $(find "$folder" -name '*.?pp' -path '*/tests/*')
    }
    offending_links sdk "sdk $test_rooms" "${folder}CMakeLists.txt"
    for sibling in integrations/*/; do
      [ "$sibling" = "$folder" ] || grep -rnE "/$(basename "$sibling")/(src|tests)/" "$folder" \
        --include='*.?pp' --include=CMakeLists.txt || true
    done
  done
)

if [ -n "$offences" ]; then
  echo "$offences"
  cat <<'TEXT'

The direction is base < {jq, config, http, state} < port < sync < app. catalog uses base, jq, http and state; cli and
testing sit on top; testing is for tests only. Integrations see base, config, http, sync and app, link ocean::sdk, and
never use a sibling's files.
TEXT
  exit 1
fi
