#!/bin/sh
# Prints the failed cases of JUnit reports, each with the end of what it said, so that the end of a long log tells what went wrong.
set -eu

if [ $# -eq 0 ] || [ "$1" = --help ]; then
  echo "usage: scripts/failed-cases.sh REPORT…"
  [ $# -gt 0 ] || exit 2
  exit 0
fi

for report; do
  [ -f "$report" ] || continue
  # Both CTest and Bats begin a case, and end it, on lines of their own.
  awk -v lines=30 -v report="$(basename "$report" .xml)" '
    function plain(text) {
      gsub(/^\t+|<[^>]*>/, "", text)
      gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&#39;/, "\047", text)
      gsub(/&amp;/, "\\&", text)
      return text
    }
    /<testcase / { name = $0; sub(/.* name="/, "", name); sub(/".*/, "", name); failed = /status="fail"/; said = 0; next }
    /<failure|<error/ { failed = 1 }
    /<\/testcase>/ {
      if (failed) {
        print "failed: " report ": " plain(name)
        for (line = said > lines ? said - lines : 0; line < said; line++) print "  " text[line]
      }
      failed = 0
      next
    }
    { shown = plain($0); if (shown !~ /^[ \t]*$/) text[said++] = shown }
  ' "$report"
done
