# shellcheck shell=sh
# Asks a registry of images; sourced after rules.sh. IMAGE_REGISTRY and IMAGE_NAMESPACE say where, REGISTRY_TOKEN who asks.
# shellcheck source=scripts/config.env
. scripts/config.env

registry_accept='application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json,
  application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json'
registry_accept=$(echo "$registry_accept" | tr -d '\n')

# registry_ask METHOD PATH OUT: the status of one request, 000 when there was no answer; the body goes to OUT.
registry_ask() {
  set -- "$1" "$IMAGE_REGISTRY/v2/$IMAGE_NAMESPACE/$2" "$3"
  # What authorises goes through standard input, where no list of processes shows it.
  if [ -n "${REGISTRY_TOKEN:-}" ]; then printf 'header = "Authorization: Bearer %s"\n' "$REGISTRY_TOKEN"; fi |
    curl --config - --silent --location --max-time 30 --header "Accept: $registry_accept" \
      "$([ "$1" = HEAD ] && echo --head || echo --get)" --output "$3" --write-out '%{http_code}' "$2" || true
}

# registry_status METHOD PATH OUT: 200 or 404; whatever else comes is asked again, and then unreachable.
registry_status() {
  delay=${REGISTRY_DELAY:-1}
  for _ in 1 2 3 4; do
    status=$(registry_ask "$@")
    case $status in 200 | 404) echo "$status" && return ;; esac
    sleep "$delay"
    delay=$((delay * 2))
  done
  unreachable "$IMAGE_REGISTRY answers $status for $2: that says neither that it is there nor that it is not"
}

# registry_has NAME TAG
registry_has() {
  found=$(registry_status HEAD "$1/manifests/$2" /dev/null) || exit 3
  [ "$found" = 200 ]
}

# registry_labels NAME TAG OUT: the labels of an image as JSON.
registry_labels() {
  found=$(registry_status GET "$1/manifests/$2" "$3") || exit 3
  inner=$(jq -r '.manifests[0].digest // empty' "$3")
  [ -z "$inner" ] || found=$(registry_status GET "$1/manifests/$inner" "$3") || exit 3
  config=$(jq -r '.config.digest // empty' "$3")
  [ -n "$config" ] || unreachable "the manifest of $1:$2 cannot be read"
  found=$(registry_status GET "$1/blobs/$config" "$3") || exit 3
  [ "$found" = 200 ] || unreachable "the configuration of $1:$2 cannot be read"
  jq '.config.Labels // {}' "$3" >"$3.labels" && mv "$3.labels" "$3"
}
