#!/bin/sh
# Runs one resync in a container: IMAGE, CONFIG with one NAME=value per line, and the variables that action.yml sets. Only these
# reach the container, by name and never as text of a command.
set -eu

set -- --env OCEAN__PORT__CLIENT_ID --env OCEAN__PORT__CLIENT_SECRET --env OCEAN__PORT__BASE_URL
[ -z "${OCEAN__INTEGRATION__IDENTIFIER:-}" ] || set -- "$@" --env OCEAN__INTEGRATION__IDENTIFIER

# variable_of NAME: jiraHost and jira_host → OCEAN__INTEGRATION__CONFIG__JIRA_HOST
variable_of() {
  echo "OCEAN__INTEGRATION__CONFIG__$(echo "$1" | sed 's/\([a-z0-9]\)\([A-Z]\)/\1_\2/g' | tr '[:lower:]' '[:upper:]')"
}

while IFS= read -r line; do
  [ -n "$line" ] || continue
  name=${line%%=*}
  case $line in *=*) ;; *) name= ;; esac
  case $name in
    '' | *[!A-Za-z0-9_]*)
      echo "::error::config: '${name:-a line}' is not NAME=value" >&2
      exit 2
      ;;
  esac
  variable=$(variable_of "$name")
  export "$variable=${line#*=}"
  set -- "$@" --env "$variable"
done <<TEXT
${CONFIG:-}
TEXT

code=0
docker run --rm --read-only --cap-drop ALL --tmpfs /tmp --tmpfs /var/lib/ocean:mode=0770,uid=1001,gid=0 "$@" "$IMAGE" sail --once || code=$?
echo "exit_code=$code" >>"$GITHUB_OUTPUT"
exit "$code"
