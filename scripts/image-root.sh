#!/bin/sh
# Collects what the image of an integration holds: the program, the shared objects that it links, certificates, its .port.
set -eu

usage() {
  cat <<'TEXT'
usage: image-root.sh PROGRAM FOLDER OUT

PROGRAM  the built ocean-<type>         FOLDER  the integration's folder          OUT  a folder that is not there yet

OUT becomes the root of an image FROM scratch: /usr/bin/integration, /app/<type>/.port (the folder's name is the type), the closure of shared objects, certificates,
/etc/passwd with the user 1001, and writable /var/lib/ocean and /tmp.
TEXT
}

case ${1:-} in -h | --help) usage && exit 0 ;; esac
[ $# -eq 3 ] || {
  usage >&2
  exit 2
}
program=$1
folder=$2
out=$3
type=$(basename "$program" | sed 's/^ocean-//')
[ ! -e "$out" ] || {
  echo "image-root: $out is there already" >&2
  exit 2
}

# copy_object FILE: at the same path; what is a link elsewhere is a file here.
copy_object() {
  mkdir -p "$out$(dirname "$1")"
  cp -L "$1" "$out$1"
  strip --strip-unneeded "$out$1" 2>/dev/null || true
}

mkdir -p "$out/usr/bin" "$out/app/$type" "$out/etc/ssl/certs" "$out/tmp" "$out/var/lib/ocean" "$out/usr/local/share/ca-certificates"
cp "$program" "$out/usr/bin/integration"
strip "$out/usr/bin/integration"
ldd "$program" | grep -q 'not found' && {
  echo "image-root: $program links what is not here:" >&2
  ldd "$program" | grep 'not found' >&2
  exit 1
}
ldd "$program" | grep -o '/[^ ]*' | sort -u | while read -r object; do copy_object "$object"; done
# glibc loads these by name when it resolves hosts; character sets and locales are not used.
for object in /lib/*-linux-gnu/libnss_dns.so.2 /lib/*-linux-gnu/libnss_files.so.2 /lib/*-linux-gnu/libresolv.so.2; do
  [ ! -e "$object" ] || copy_object "$object"
done
cp -L /etc/ssl/certs/ca-certificates.crt "$out/etc/ssl/certs/"
echo 'hosts: files dns' >"$out/etc/nsswitch.conf"
echo 'ocean:x:1001:0::/app:/sbin/nologin' >"$out/etc/passwd"
echo 'root:x:0:' >"$out/etc/group"
cp -r "$folder/.port" "$out/app/$type/.port"
rm -rf "$out/app/$type/.port/examples"
# Any user of group 0 may write here: platforms that choose the user choose that group.
chown -R 1001:0 "$out/var/lib/ocean" 2>/dev/null || true
chmod 0770 "$out/var/lib/ocean"
chmod 1777 "$out/tmp"
