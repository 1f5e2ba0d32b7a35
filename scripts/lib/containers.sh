# shellcheck shell=sh
# Builds and runs images, with docker or, where there is none, with buildah and podman. OCEAN_IMAGE_TOOL=docker|buildah chooses.
tool=${OCEAN_IMAGE_TOOL:-$(docker info >/dev/null 2>&1 && echo docker || echo buildah)}

# build_image ARGUMENT…: as docker build takes them.
build_image() {
  case $tool in
    docker) docker build "$@" ;;
    buildah) buildah bud --isolation chroot --network host --layers "$@" ;;
    *)
      echo "unknown tool '$tool'" >&2
      return 2
      ;;
  esac
}

# run_image OPTION… IMAGE ARGUMENT…: runs it as restricted as a cluster would. runc and the limits are for hosts without systemd.
run_image() {
  case $tool in
    docker) docker run --rm --read-only --cap-drop ALL "$@" ;;
    buildah)
      podman --runtime runc --cgroup-manager cgroupfs run --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 --rm --read-only \
        --cap-drop ALL --network host "$@"
      ;;
  esac
}
