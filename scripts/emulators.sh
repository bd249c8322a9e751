# shellcheck shell=bash
# To be sourced. Installs, starts and ends the two AWS emulators of the wire tests:
#
#   source scripts/emulators.sh
#   trap emulators_stop EXIT
#   emulators_install
#   emulators_start     # exports OPS_TEST_MINISTACK_URL and OPS_TEST_MOTO_URL
#
# Safe under `set -euo pipefail`. Needs bash and python3 (with venv), nothing else.

_emulators_root=$(CDPATH="" cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/venv.sh
source "$_emulators_root/scripts/venv.sh"
_emulators_tools=$_emulators_root/.tools
_emulators_venv=$_emulators_tools/venv
_emulators_ministack_pid=
_emulators_moto_pid=
_emulators_run=

# Makes .tools/venv, unless it already holds exactly what the tests need.
emulators_install() {
    venv_install test venv
}

# Starts both on free loopback ports and returns once both answer.
emulators_start() {
    if [[ -n $_emulators_run ]]; then
        echo "emulators: already started" >&2
        return 1
    fi
    local log=$_emulators_tools/log ports ministack_port moto_port
    mkdir -p -- "$log" || return 1
    # Both sockets are held until both ports are known, so that the two differ.
    ports=$("$_emulators_venv/bin/python" -c 'import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in held))') || return 1
    read -r ministack_port moto_port <<<"$ports" || return 1
    # Whatever they write goes to a directory which emulators_stop removes.
    _emulators_run=$(mktemp -d -- "$_emulators_tools/run.XXXXXX") || return 1

    emulators_ministack "$_emulators_run" "$ministack_port" </dev/null >"$log/ministack.log" 2>&1 &
    _emulators_ministack_pid=$!
    (
        cd -- "$_emulators_run" || exit 1
        exec env -i PATH="$PATH" HOME="$_emulators_run" TMPDIR="$_emulators_run" \
            AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 \
            MOTO_ENABLE_RECORDING=1 MOTO_RECORDER_FILEPATH="$_emulators_run/moto-recording" \
            PYTHONUNBUFFERED=1 \
            "$_emulators_venv/bin/python" "$_emulators_root/scripts/moto_server.py" "$moto_port"
    ) </dev/null >"$log/moto.log" 2>&1 &
    _emulators_moto_pid=$!

    if ! _emulators_await "$_emulators_ministack_pid" \
        "http://127.0.0.1:$ministack_port/_ministack/health" "$log/ministack.log" ||
        ! _emulators_await "$_emulators_moto_pid" \
            "http://127.0.0.1:$moto_port/moto-api/data.json" "$log/moto.log"; then
        emulators_stop
        return 1
    fi
    export OPS_TEST_MINISTACK_URL=http://127.0.0.1:$ministack_port
    export OPS_TEST_MOTO_URL=http://127.0.0.1:$moto_port
}

# emulators_ministack FOLDER PORT [NAME=VALUE...]: becomes ministack, which writes nowhere else. To be
# called in the background.
emulators_ministack() {
    # Only what is said here counts: no setting, profile or credential of the caller's.
    # - PERSIST_STATE, S3_PERSIST, RDS_PERSIST: nothing is kept between runs.
    # - IOT_MTLS_ENABLED, SFTP_ENABLED: else it opens further, fixed ports.
    # - DOCKER_HOST: else it starts a real database for each instance where docker runs.
    # - CLOUDTRAIL_RECORDING: lets a test ask which calls came in.
    local run=$1 port=$2
    shift 2
    cd -- "$run" || exit 1
    exec env -i PATH="$PATH" HOME="$run" TMPDIR="$run" \
        BIND_HOST=127.0.0.1 GATEWAY_PORT="$port" \
        AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test MINISTACK_REGION=us-east-1 \
        PERSIST_STATE=0 S3_PERSIST=0 RDS_PERSIST=0 STATE_DIR="$run/state" S3_DATA_DIR="$run/s3" \
        IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 DOCKER_HOST=unix:///nonexistent \
        LAMBDA_EXECUTOR=local CLOUDTRAIL_RECORDING=1 PYTHONUNBUFFERED=1 "$@" \
        "$_emulators_venv/bin/ministack"
}

# Ends both and removes what they wrote. Does nothing when none runs.
emulators_stop() {
    local pid
    # Both are told first, so that they end side by side.
    for pid in $_emulators_ministack_pid $_emulators_moto_pid; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in $_emulators_ministack_pid $_emulators_moto_pid; do
        _emulators_reap "$pid"
    done
    _emulators_ministack_pid=
    _emulators_moto_pid=
    if [[ -n $_emulators_run ]]; then
        rm -rf -- "$_emulators_run" || true
        _emulators_run=
    fi
    unset OPS_TEST_MINISTACK_URL OPS_TEST_MOTO_URL
}

# _emulators_await PID URL LOG: until the URL answers, the process ends or 30 s are over.
_emulators_await() {
    if "$_emulators_venv/bin/python" - "$1" "$2" <<'PYTHON'
import os, sys, time, urllib.request

pid, url = int(sys.argv[1]), sys.argv[2]
# A proxy of the caller's must not stand between us and the loopback.
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
deadline = time.monotonic() + 30
while time.monotonic() < deadline:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        sys.exit(1)
    try:
        with direct.open(url, timeout=2):
            sys.exit(0)
    except OSError:
        time.sleep(0.1)
sys.exit(1)
PYTHON
    then
        return 0
    fi
    echo "emulators: no answer from $2; the end of its log:" >&2
    tail -n 20 -- "$3" >&2 || true
    return 1
}

# _emulators_reap PID: waits for a child told to end; after 5 s it is killed.
_emulators_reap() {
    local tries=50
    while kill -0 "$1" 2>/dev/null && ((tries > 0)); do
        sleep 0.1
        tries=$((tries - 1))
    done
    kill -KILL "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}
