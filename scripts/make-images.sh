#!/usr/bin/env bash
# make-images.sh: builds a kernel and a small initramfs for QEMU from Debian packages. Needs no root, installs nothing.
#
#   scripts/make-images.sh [--arch amd64|arm64] [--out DIR] [--force]
#
# Writes DIR/vmlinuz, DIR/initramfs.cpio.gz and DIR/packages.txt (the packages that they contain).
# DIR defaults to /var/tmp/lavaflow/images/ARCH. Existing files are kept unless --force is given.
# Needs: apt-get (Debian's package lists, downloaded to a private directory), dpkg-deb, cpio, gzip.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

arch=amd64 out='' force=no
while [ $# -gt 0 ]; do
  case $1 in
    --arch) arch=${2:?--arch needs a value}; shift 2 ;;
    --out) out=${2:?--out needs a value}; shift 2 ;;
    --force) force=yes; shift ;;
    -h | --help) sed -n '2,8p' "$0"; exit 0 ;;
    *) echo "make-images: unknown argument '$1' (see --help)" >&2; exit 2 ;;
  esac
done
case $arch in
  amd64) console=ttyS0 ;;
  arm64) console=ttyAMA0 ;;
  *) echo "make-images: no images for '$arch', only amd64 and arm64" >&2; exit 2 ;;
esac
out=${out:-/var/tmp/lavaflow/images/$arch}
if [ $force = no ] && [ -s "$out/vmlinuz" ] && [ -s "$out/initramfs.cpio.gz" ]; then
  echo "make-images: $out already contains the images"; exit 0
fi
for tool in apt-get apt-cache dpkg-deb cpio gzip; do
  command -v "$tool" >/dev/null || { echo "make-images: $tool is not installed" >&2; exit 1; }
done

work=$(mktemp -d "${TMPDIR:-/tmp}/make-images.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Private state and cache: another architecture needs no 'dpkg --add-architecture', and the machine is not modified.
mkdir -p "$work"/apt/{state/lists/partial,cache/archives/partial} "$work"/{debs,kernel,busybox,root}
: >"$work/apt/status"
apt=(-o "APT::Architecture=$arch" -o "APT::Architectures=$arch" -o "Dir::State=$work/apt/state"
  -o "Dir::State::status=$work/apt/status" -o "Dir::Cache=$work/apt/cache" -o Acquire::Languages=none
  -o APT::Sandbox::User= -o Acquire::Retries=3)
apt-get "${apt[@]}" update >"$work/update.log" 2>&1 \
  || { cat "$work/update.log" >&2; echo "make-images: cannot read Debian's package lists" >&2; exit 1; }

# The cloud flavor is the smallest kernel that Debian builds; the metapackage depends on the current one.
kernel=$(apt-cache "${apt[@]}" depends "linux-image-cloud-$arch" | sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -1)
[ -n "$kernel" ] || { echo "make-images: Debian's package lists do not contain linux-image-cloud-$arch" >&2; exit 1; }
(cd "$work/debs" && apt-get "${apt[@]}" download "$kernel" busybox-static >"$work/download.log" 2>&1) \
  || { cat "$work/download.log" >&2; echo "make-images: cannot download the packages" >&2; exit 1; }
dpkg-deb -x "$work"/debs/linux-image-*.deb "$work/kernel"
dpkg-deb -x "$work"/debs/busybox-static_*.deb "$work/busybox"

root=$work/root
mkdir -p "$root"/{bin,dev,etc,proc,root,run,sys,tmp}
for place in bin usr/bin; do
  [ -x "$work/busybox/$place/busybox" ] && cp "$work/busybox/$place/busybox" "$root/bin/busybox"
done
for link in sbin usr; do ln -s "$([ $link = usr ] && echo . || echo bin)" "$root/$link"; done
# The applets are listed here because the binary may be for another architecture and cannot be asked.
for applet in sh ash [ [[ awk basename cat chmod cp cut date dd df dirname dmesg echo env expr false find free grep \
  halt head hostname id init kill ln ls md5sum mkdir mktemp mount mv poweroff printf ps pwd readlink reboot rm rmdir \
  sed seq setsid sha256sum sleep sort stty sync tail tar tee test touch tr true tty umount uname uniq uptime wc which \
  xargs yes zcat cttyhack; do
  ln -s busybox "$root/bin/$applet"
done
cat >"$root/init" <<'INIT'
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev 2>/dev/null
hostname lavaflow
exec /bin/init
INIT
# busybox init handles poweroff and reboot, and gives the shell a controlling terminal, so that ^C works.
cat >"$root/etc/inittab" <<INITTAB
$console::respawn:-/bin/sh
::ctrlaltdel:/bin/reboot
INITTAB
cat >"$root/etc/profile" <<'PROFILE'
export PATH=/bin:/sbin HOME=/root PS1='/ # '
cd /
PROFILE
chmod 755 "$root/init"

mkdir -p "$out"
# Fixed owner, time and order: the same packages produce the same bytes.
(cd "$root" && find . -exec touch -hd @1 {} + && find . | sort | cpio --quiet -o -H newc --owner=0:0 --reproducible) \
  | gzip -9n >"$work/initramfs.cpio.gz"
cp "$work"/kernel/boot/vmlinuz-* "$work/vmlinuz"
(cd "$work/debs" && ls -1 | sort) >"$out/packages.txt"
chmod 644 "$work/vmlinuz" "$work/initramfs.cpio.gz"
mv "$work/initramfs.cpio.gz" "$out/initramfs.cpio.gz"
mv "$work/vmlinuz" "$out/vmlinuz"
echo "make-images: wrote $out/vmlinuz and $out/initramfs.cpio.gz from $(tr '\n' ' ' <"$out/packages.txt")"
