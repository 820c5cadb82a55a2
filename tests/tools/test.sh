#!/usr/bin/env bash
# Runs everything. Each phase is timed; after 55 minutes it stops itself and says what was slow.
set -uo pipefail
cd "$(dirname "$0")/../.."

limit=3300
started=$SECONDS
scratch=$(mktemp -d /tmp/cairn-test.XXXXXX)
chmod 755 "$scratch"
times=()
target=${CARGO_TARGET_DIR:-target}

finish() {
    tests/postgres.sh stop "$scratch/postgres" >/dev/null 2>&1
    rm -rf "$scratch"
    echo
    echo "Time by phase:"
    printf '  %s\n' "${times[@]}"
}
trap finish EXIT

phase() {
    local name=$1 begin=$SECONDS left=$((limit - (SECONDS - started)))
    shift
    echo
    echo "== $name"
    if [ "$left" -le 0 ] || ! timeout --foreground "$left" "$@"; then
        times+=("$(printf '%5d s  %s (failed)' $((SECONDS - begin)) "$name")")
        if [ $((SECONDS - started)) -ge "$limit" ]; then echo "Stopped after 55 minutes."; fi
        exit 1
    fi
    times+=("$(printf '%5d s  %s' $((SECONDS - begin)) "$name")")
}

phase "packages" tests/tools/packages.sh test
phase "web: install" tests/tools/npm-ci.sh web
phase "web: types, lint and unit tests" npm --prefix web run check
phase "web: unit tests" npm --prefix web test
phase "web: build and size budgets" npm --prefix web run build
phase "Rust: build" cargo build --workspace --all-targets --locked
phase "PostgreSQL: start" tests/postgres.sh start "$scratch/postgres"
CAIRN_TEST_POSTGRES_URL=$(cat "$scratch/postgres/url")
export CAIRN_TEST_POSTGRES_URL CAIRN_EXPANSIONS_OUT="$scratch/expansions.json" CAIRN_MESSAGES_OUT="$scratch/messages.json" CAIRN_PACKETS_OUT="$scratch/packets"
phase "Rust: tests on SQLite and PostgreSQL" cargo test --workspace --locked --quiet
CAIRN_BIN=$(realpath "$target")/debug/cairn
export CAIRN_BIN
phase "formats and API: judged by other programs" tests/conformance/run.sh "$scratch" "$(realpath "$target")/conformance"
phase "browsers: install" tests/tools/npm-ci.sh tests/browser
phase "browsers" npm --prefix tests/browser test
