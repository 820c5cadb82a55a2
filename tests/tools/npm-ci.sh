#!/usr/bin/env bash
# `npm ci` in folder $1, unless exactly what its lock file names was put there before: then no network is needed.
set -euo pipefail
cd "$1"
stamp=node_modules/.installed-lock.json
cmp -s package-lock.json "$stamp" && exit 0
npm ci --no-audit --no-fund
cp package-lock.json "$stamp"
