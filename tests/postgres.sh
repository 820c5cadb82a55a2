#!/usr/bin/env bash
# A scratch PostgreSQL for tests: `postgres.sh start DIR` makes and starts one, prints its address and leaves it in
# DIR/url; `postgres.sh stop DIR` ends it and removes DIR. PostgreSQL refuses to run as root, so root hands it to
# `postgres` (or `nobody`).
set -euo pipefail

usage() {
    echo "usage: $0 start|stop DIR" >&2
    exit 2
}
[ $# -eq 2 ] || usage
dir=$2

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
    initdb=$(command -v initdb) || {
        echo "PostgreSQL is not installed: tests/tools/packages.sh test" >&2
        exit 1
    }
    bin=$(dirname "$initdb")
fi

as_server=()
owner=$(id -un)
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    as_server=(runuser -u "$owner" --)
fi

# A port that nobody listens on, from a range of our own; two starts at once draw different ones.
free_port() {
    local port
    for _ in $(seq 50); do
        port=$((20000 + RANDOM % 10000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
    echo "no free port" >&2
    exit 1
}

start() {
    if [ -e "$dir/data" ]; then
        echo "$dir/data is there already" >&2
        exit 1
    fi
    mkdir -p "$dir"
    dir=$(realpath "$dir")
    chown "$owner" "$dir"
    cd "$dir"
    "${as_server[@]}" "$bin/initdb" --pgdata "$dir/data" --username postgres --auth trust --encoding UTF8 \
        --locale C --no-sync >"$dir.initdb.log" 2>&1 || {
        cat "$dir.initdb.log" >&2
        exit 1
    }
    rm -f "$dir.initdb.log"
    # Nothing here outlives a test, so nothing has to survive a power cut; what is measured must sync all the same.
    local sync=${CAIRN_POSTGRES_SYNC:-off}
    local options="-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=$sync -c synchronous_commit=$sync
        -c full_page_writes=$sync -c max_connections=400 -c shared_buffers=128MB -c max_locks_per_transaction=128"
    for _ in 1 2 3 4 5; do
        local port
        port=$(free_port)
        if "${as_server[@]}" "$bin/pg_ctl" --pgdata "$dir/data" --log "$dir/log" --wait --timeout 60 --silent \
            --options "-p $port ${options//$'\n'/ }" start >/dev/null 2>&1; then
            echo "postgres://postgres@127.0.0.1:$port/postgres" | tee "$dir/url"
            return
        fi
    done
    echo "PostgreSQL does not start:" >&2
    tail -n 20 "$dir/log" >&2
    exit 1
}

stop() {
    [ -d "$dir" ] || return 0
    dir=$(realpath "$dir")
    cd /
    if [ -f "$dir/data/postmaster.pid" ]; then
        "${as_server[@]}" "$bin/pg_ctl" --pgdata "$dir/data" --mode immediate --wait --silent stop >/dev/null || true
    fi
    rm -rf "$dir"
}

case $1 in
start) start ;;
stop) stop ;;
*) usage ;;
esac
