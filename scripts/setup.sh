#!/bin/sh
# Installs what the project is built with. This is the one list of packages: the Makefile, CI and the images use it.
set -eu

usage() {
  cat <<'TEXT'
usage: scripts/setup.sh [--yes] [--print] [GROUP…]

Installs the Debian 12 packages of the groups; without a group, of all. Does nothing when they are there.

  build      compiler, CMake, libraries: enough for `make build` and `make demo`
  test       what the tests of the scripts run with
  lint       formatters and linters
  repo       what `make check/repo` checks the workflows with
  debug      the debugger of `make debug/<n>`
  image      what images are built, pushed and run with where there is no docker
  sanitize   the second compiler, for AddressSanitizer and ThreadSanitizer
  fuzz       what `make fuzz/jq` builds and compares with
  bench      what `make bench/jq` compares with
  all        everything but repo, debug, image, fuzz and bench

  --yes      does not ask (it asks on a terminal only)
  --print    prints the packages, one per line, and installs nothing
TEXT
}

packages_of() {
  case $1 in
    build)
      echo g++ make cmake ninja-build ccache mold pkg-config git ca-certificates
      echo nlohmann-json3-dev libsimdjson-dev libyaml-cpp-dev libspdlog-dev libfmt-dev libcurl4-openssl-dev libssl-dev
      echo libsqlite3-dev librdkafka-dev libhiredis-dev libonig-dev libboost1.81-dev libcli11-dev prometheus-cpp-dev
      echo libhowardhinnant-date-dev libxxhash-dev libkainjow-mustache-dev catch2
      echo curl jq # the demo
      ;;
    test) echo bats jq curl redis-server ;;
    lint) echo clang-19 clang-tidy-19 clang-format-19 yamllint shellcheck shfmt jq ;;
    sanitize) echo clang-19 libclang-rt-19-dev llvm-19 ;;
    repo)
      echo nodejs
      command -v npm >/dev/null || echo npm # some packages of nodejs bring it along
      ;;
    debug) echo gdb ;;
    image) echo buildah runc podman skopeo docker-registry mmdebstrap jq curl ;;
    fuzz) packages_of sanitize && packages_of repo ;;
    bench) echo libjq-dev ;; # to compare with
    all) packages_of build && packages_of test && packages_of lint && packages_of sanitize ;;
    *)
      echo "setup: unknown group '$1'; there are: build test lint sanitize repo debug image fuzz bench all" >&2
      return 2
      ;;
  esac
}

missing_of() {
  # shellcheck disable=SC2086  # one word per package
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $1 2>/dev/null |
    sed -n 's/ installed$//p')
  for package in $1; do
    echo "$installed" | grep -qxF "$package" || echo "$package"
  done
}

agrees() {
  [ "$ask" = yes ] && [ -t 0 ] && [ -t 1 ] || return 0
  printf 'Install them now? [y/N] '
  read -r answer
  case $answer in [yY]*) return 0 ;; *) return 1 ;; esac
}

become_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

apt() { become_root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"; }

ask=yes
print=no
groups=
for argument; do
  case $argument in
    -h | --help) usage && exit 0 ;;
    -y | --yes) ask=no ;;
    --print) print=yes ;;
    -*)
      usage >&2
      exit 2
      ;;
    *) groups="$groups $argument" ;;
  esac
done

list=
for group in ${groups:-all}; do
  list="$list $(packages_of "$group")" || exit 2
done
# shellcheck disable=SC2086  # one word per package
list=$(printf '%s\n' $list | sort -u)
if [ "$print" = yes ]; then
  echo "$list"
  exit 0
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "setup: this system has no apt. Ocean is built on Debian 12; elsewhere, install what corresponds to:" >&2
  echo "$list" | sed 's/^/  /' >&2
  echo "or work in a container of debian:bookworm." >&2
  exit 1
fi

missing=$(missing_of "$list")
[ -n "$missing" ] || exit 0
missing=$(printf "%s" "$missing" | tr "\n" " ")

if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
  echo "setup: packages are missing, and installing them takes root or sudo. As root, run:" >&2
  echo "  apt-get update && apt-get install --no-install-recommends $missing" >&2
  exit 1
fi

echo "setup: these packages are missing: $missing"
if ! agrees; then
  echo "setup: nothing was installed" >&2
  exit 1
fi
# A fresh system has no package lists, an old one stale ones. When they cannot be read anew, the old ones may do.
apt update || echo "setup: the package lists could not be refreshed" >&2
# shellcheck disable=SC2086  # one word per package
if ! apt install -y --no-install-recommends $missing; then
  echo "setup: installing failed; the packages are named as in Debian 12 (bookworm)" >&2
  exit 1
fi
echo "setup: done"
