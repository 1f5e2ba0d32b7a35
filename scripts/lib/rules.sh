# shellcheck shell=sh
# What the checks share; sourced from the root of a repository. A check ends with: finish.
# Exit codes: 0 fine, 1 a rule is violated, 2 wrong usage or environment, 3 a remote was unreachable.

program=$(basename "$0" .sh)
violations=0

# violation FILE LINE RULE MESSAGE [FIX]
violation() {
  violations=$((violations + 1))
  text="$4${5:+ (fix: $5)}"
  echo "$1:$2: $3 $text"
  [ "${GITHUB_ACTIONS:-}" != true ] || echo "::error file=$1,line=$2,title=$3::$text"
}

# finish: the end of a check.
finish() {
  if [ "$violations" -gt 0 ]; then
    echo "$program: $violations violated" >&2
    exit 1
  fi
  echo "$program: ok"
}

# refuse MESSAGE: wrong usage or environment.
refuse() {
  echo "$program: $*" >&2
  exit 2
}

# unreachable MESSAGE: a remote gave no answer that means anything.
unreachable() {
  echo "$program: $*" >&2
  exit 3
}

# need_value OPTION COUNT: refuses an option that is the last word.
need_value() { [ "$2" -ge 2 ] || refuse "$1 needs a value"; }

is_integration_name() {
  [ ${#1} -le 40 ] && echo "$1" | grep -qE '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'
}

# list_integrations: the folders of the working tree that have a spec, by name.
list_integrations() {
  for spec in integrations/*/.port/spec.yaml; do
    [ ! -f "$spec" ] || echo "$spec" | cut -d/ -f2
  done
}

# known_integrations NAME…: the names, all when none is given; refuses those that there are not.
known_integrations() {
  [ $# -gt 0 ] || {
    list_integrations
    return
  }
  for name; do
    [ -f "integrations/$name/.port/spec.yaml" ] ||
      refuse "unknown integration '$name'; there are: $(list_integrations | tr '\n' ' ')"
    echo "$name"
  done
}

# spec_version: the top-level version of the spec on standard input; prints nothing unless there is exactly one.
spec_version() {
  awk '/^version:/ { n++; v = $0 }
       END { if (n != 1) exit
             sub(/^version:[ \t]*/, "", v); sub(/[ \t]+#.*$/, "", v); gsub(/^["\047]|["\047][ \t]*$/, "", v)
             print v }'
}

is_version() { echo "$1" | grep -qE '^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-(beta|dev))?$'; }

# version_key VERSION: a text whose order is that of versions: the three numbers, then dev < beta < none.
version_key() {
  echo "$1" | awk -F '[.-]' '{ printf "%08d%08d%08d%d\n", $1, $2, $3, $4 == "dev" ? 0 : $4 == "beta" ? 1 : 2 }'
}

# is_newer NEW OLD
is_newer() {
  [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$(version_key "$1")" "$(version_key "$2")" | sort | tail -n 1)" = "$(version_key "$1")" ]
}

# blob REF PATH: a file as it is at a commit; empty when it is not there.
blob() { git cat-file blob "$1:$2" 2>/dev/null || true; }

# exists_at REF PATH
exists_at() { git cat-file -e "$1:$2" 2>/dev/null; }

# commit_of REF: refuses what is no commit.
commit_of() {
  git rev-parse --quiet --verify "$1^{commit}" || refuse "'$1' is no commit here; fetch it first: git fetch origin"
}

# merge_base_of BASE HEAD
merge_base_of() {
  git merge-base "$1" "$2" || refuse "no common ancestor of '$1' and '$2' here: fetch the whole history (git fetch --unshallow)"
}

# is_date YYYY-MM-DD: a day that the calendar has.
is_date() {
  echo "$1" | grep -qE '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' && [ "$(date -d "$1" +%F 2>/dev/null)" = "$1" ]
}
