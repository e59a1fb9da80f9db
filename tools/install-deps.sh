#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Install the Debian packages listed in deps/<list>.txt for each LIST given, but only those that are missing.
#
#   tools/install-deps.sh [--check] build run test
#
# A line is a package name, or "command:package": that package unless the command is there already (from another source).
# --check prints what is missing and installs nothing. Exit 0: all there; 1: something is missing or could not be installed.
set -euo pipefail
cd "$(dirname "$0")/.."

check=no
if [[ ${1:-} == --check ]]; then
  check=yes
  shift
fi
if [[ $# -eq 0 ]]; then
  echo "usage: tools/install-deps.sh [--check] build|run|test ..." >&2
  exit 2
fi

for list in "$@"; do
  if [[ ! -r deps/$list.txt ]]; then
    echo "install-deps: there is no deps/$list.txt" >&2
    exit 2
  fi
done

wanted() {
  local list
  for list in "$@"; do
    sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "deps/$list.txt"
  done | sort -u
}

# Asked once: what is there.
declare -A status=()
while read -r package state; do
  status[$package]=$state
done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n')
installed() {
  [[ ${status[$1]:-} == installed ]]
}

missing=()
while read -r line; do
  package=${line#*:}
  if [[ $line == *:* ]] && command -v "${line%%:*}" >/dev/null; then
    continue
  fi
  installed "$package" || missing+=("$package")
done < <(wanted "$@")

if [[ ${#missing[@]} -eq 0 ]]; then
  exit 0
fi
if [[ $check == yes ]]; then
  printf '%s\n' "${missing[@]}"
  exit 1
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "install-deps: missing packages: ${missing[*]}" >&2
    echo "install-deps: run as root, or install them yourself: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "installing ${#missing[@]} packages: ${missing[*]}" >&2
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2
}
# The engines are started by the tests as they need them; a package must not start its own on this machine.
policy=/usr/sbin/policy-rc.d
made_policy=no
if [[ ! -e $policy ]] && printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null; then
  "${as_root[@]}" chmod 755 "$policy"
  made_policy=yes
fi
take_away() {
  if [[ $made_policy == yes ]]; then
    "${as_root[@]}" rm -f "$policy"
  fi
}
trap take_away EXIT
apt install -y --no-install-recommends "${missing[@]}" || {
  apt update
  apt install -y --no-install-recommends "${missing[@]}"
}
