#!/bin/sh
# Sums the test cases of JUnit reports: "N passed, N failed". A report that is missing or empty counts as one failure:
# what should have run did not.
set -eu

if [ $# -eq 0 ] || [ "$1" = --help ]; then
  echo "usage: scripts/count-results.sh REPORT…"
  [ $# -gt 0 ] || exit 2
  exit 0
fi

attribute() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | head -1; }

passed=0
failed=0
for report; do
  tests=0
  bad=0
  # CTest writes one suite over several lines, Bats one suite per file, each in one line; neither nests suites.
  suites=$(tr '\n\t' '  ' <"$report" 2>/dev/null | grep -o '<testsuite [^>]*>' || true)
  while read -r suite; do
    [ -n "$suite" ] || continue
    count=$(echo "$suite" | attribute tests)
    skipped=$(echo "$suite" | attribute skipped)
    disabled=$(echo "$suite" | attribute disabled)
    failures=$(echo "$suite" | attribute failures)
    errors=$(echo "$suite" | attribute errors)
    tests=$((tests + ${count:-0} - ${skipped:-0} - ${disabled:-0}))
    bad=$((bad + ${failures:-0} + ${errors:-0}))
  done <<END
$suites
END
  if [ $tests -eq 0 ]; then
    echo "count-results: $report reports no tests" >&2
    bad=1
    tests=1
  fi
  passed=$((passed + tests - bad))
  failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
