#!/usr/bin/env bash
# Installs genuine LAVA releases other than the one of this machine, for the tests.
#
#   install.sh RELEASE...      2020.12 (from Debian 11) or 2026.10 (from Debian 13 and its backports)
#
# Each gets a Debian system in DIRECTORY/RELEASE/root, which master.sh changes into; DIRECTORY is
# $LAVAFLOW_LAVA_DIRECTORY, by default /var/tmp/lavaflow-lava. A release that is installed is left alone; delete
# DIRECTORY/RELEASE to install it again. Packages come from the mirror that this machine's apt uses, through the same
# proxy. Requires root, the rights to chroot, mount and unshare, and 1 GB for each release.
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
directory=${LAVAFLOW_LAVA_DIRECTORY:-/var/tmp/lavaflow-lava}
archive=http://archive.debian.org/debian/ # has the Debian releases that mirrors have dropped
fail() { echo "install.sh: $*" >&2; exit 1; }

suites_of() { # RELEASE
  case $1 in
    2020.12) echo bullseye ;;
    2026.10) echo trixie trixie-backports ;;
    *) fail "no Debian release with LAVA $1 is known" ;;
  esac
}

mirror_of() { # SUITE
  local uri probe found=
  probe=$(mktemp -d)
  for uri in $(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/$' | sort -u) "$archive"; do
    if /usr/lib/apt/apt-helper download-file "${uri}dists/$1/InRelease" "$probe/InRelease" >/dev/null 2>&1; then
      found=$uri
      break
    fi
  done
  rm -rf "$probe"
  [ -n "$found" ] && echo "$found"
}

# Runs in its own namespaces, so that mounts and processes end with it.
install_into() { # ROOT SUITE [BACKPORTS]
  local root=$1 suites=("${@:2}") suite mirror
  command -v debootstrap >/dev/null || { apt-get update; apt-get install -y --no-install-recommends debootstrap; }
  mirror=$(mirror_of "${suites[0]}") || fail "no mirror of this machine's apt has Debian ${suites[0]}"
  debootstrap --variant=minbase "${suites[0]}" "$root" "$mirror"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # services are started by master.sh
  chmod +x "$root/usr/sbin/policy-rc.d"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  for suite in "${suites[@]}"; do echo "deb $mirror $suite main"; done >"$root/etc/apt/sources.list"
  apt-config dump | grep -i '^acquire::.*proxy' >"$root/etc/apt/apt.conf.d/80proxy" || true
  # For tests: fast instead of safe. (LAVA's server reads its own files in /usr/share/doc.)
  printf '%s\n' force-unsafe-io path-exclude=/usr/share/{man,locale}/'*' >"$root/etc/dpkg/dpkg.cfg.d/tests"
  mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
  mount --bind /dev "$root/dev"
  chroot "$root" apt-get update
  chroot "$root" apt-get install -y --no-install-recommends curl procps postgresql # for master.sh
  set_up_database "$root"
  chroot "$root" apt-get install -y --no-install-recommends ${suites[1]:+-t "${suites[1]}"} \
    lava-server lava-dispatcher lavacli
  chroot "$root" apt-get clean
  touch "$root/var/lib/lava-server/lavaflow-tests" # master.sh may empty this LAVA
}

# LAVA's package creates its database when it is installed. The port 5432 may belong to the machine's own PostgreSQL, so
# this one listens on a Unix socket only.
set_up_database() { # ROOT
  local root=$1 version
  version=$(chroot "$root" pg_lsclusters -h | cut -d ' ' -f 1)
  chroot "$root" pg_conftool "$version" main set listen_addresses ''
  chroot "$root" pg_conftool "$version" main set port 5432
  chroot "$root" pg_conftool "$version" main set fsync off
  sed -i '1i local lavaserver lavaserver md5' "$root/etc/postgresql/$version/main/pg_hba.conf"
  chroot "$root" pg_ctlcluster --skip-systemctl-redirect "$version" main start
  mkdir -p "$root/etc/lava-server/settings.d"
  cat >"$root/etc/lava-server/settings.d/00-database.yaml" <<'YAML'
DATABASES:
  default:
    ENGINE: django.db.backends.postgresql
    NAME: lavaserver
    USER: lavaserver
    PASSWORD: lavaserver
    HOST: /run/postgresql
YAML
}

install_release() { # RELEASE
  local home=$directory/$1 suites version
  [ ! -e "$home/installed" ] || return 0
  suites=$(suites_of "$1") || exit 1
  rm -rf "$home/root"
  # shellcheck disable=SC2086 # several words
  unshare --mount --pid --fork --kill-child /bin/bash "$0" --into "$home/root" $suites >"$home/install.log" 2>&1 </dev/null \
    || fail "cannot install LAVA $1; see $home/install.log"
  version=$(chroot "$home/root" dpkg-query -W -f '${Version}' lava-server)
  case $version in
    "$1"*) touch "$home/installed" ;;
    *) fail "Debian ${suites% } now has LAVA $version instead of $1" ;;
  esac
}

if [ "${1:-}" = --into ]; then
  install_into "${@:2}"
  exit
fi
[ $# -gt 0 ] || fail 'usage: install.sh RELEASE...'
[ "$(id -u)" = 0 ] || fail 'root is required'
for release in "$@"; do
  mkdir -p "$directory/$release"
  # Another process may be installing the same release.
  (flock 9; install_release "$release") 9>"$directory/$release/lock" || exit 1
  echo "LAVA $release is installed in $directory/$release"
done
