#!/usr/bin/env bash
# Brings Debian packages that are missing: `packages.sh build` for building, `packages.sh bench` for measuring as well,
# `packages.sh test` for the tests.
set -euo pipefail

build=(libssl-dev pkg-config)
test=(postgresql chromium firefox-esr xvfb xdotool openssl python3-venv fonts-dejavu-core qpdf poppler-utils)

wanted=("${build[@]}")
[ "${1:-build}" = test ] && wanted+=("${test[@]}")
[ "${1:-build}" = bench ] && wanted+=(postgresql)

missing=()
for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "Some packages are missing. Run this once, then try again:" >&2
    echo "  sudo apt-get install --no-install-recommends -y ${missing[*]}" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install --no-install-recommends -y -qq "${missing[@]}" >/dev/null
