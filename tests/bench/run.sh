#!/usr/bin/env bash
# Measures speed and size of an optimized build, on SQLite and on a PostgreSQL of its own that syncs every commit.
# Arguments go on to the program: `tests/bench/run.sh --quick --only agenda`, `--help` for all of them.
set -euo pipefail
cd "$(dirname "$0")/../.."

tests/tools/packages.sh bench
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
cargo build --release --locked --quiet --bin cairn --bin bench

# On the disk that holds the build, not in memory: syncing is part of what is measured.
mkdir -p "$target/tmp"
scratch=$(mktemp -d "$target/tmp/bench.XXXXXX")
chmod 755 "$scratch"
finish() {
    tests/postgres.sh stop "$scratch/postgres" >/dev/null 2>&1 || true
    rm -rf "$scratch"
}
trap finish EXIT

mkdir "$scratch/sites"
CAIRN_BENCH_POSTGRES=$(CAIRN_POSTGRES_SYNC=on tests/postgres.sh start "$scratch/postgres")
export CAIRN_BENCH_POSTGRES CAIRN_BENCH_FOLDER="$scratch/sites" CAIRN_BENCH_PROGRAM="$target/release/cairn"
"$target/release/bench" "$@"
