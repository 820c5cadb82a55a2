#!/usr/bin/env bash
# Independent programs judge what we write and read: time series by dateutil and recurring-ical-events, push messages by http_ece,
# calendars by icalendar and recurring-ical-events, the API by schemathesis, packets of notes by zipfile, hashlib, fhir.resources,
# qpdf, poppler and the npm package fhir. $1: a scratch folder with the files that the Rust tests left there; $2: a folder that keeps
# what was fetched, so that the next time needs no network; CAIRN_BIN: the program.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$1
kept=$2
mkdir -p "$kept"

wanted=$(cat ./*/requirements.txt packets/package.json)
if [ "$(cat "$kept/requirements.txt" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$kept/venv" "$kept/fhir" "$kept/requirements.txt"
    python3 -m venv "$kept/venv"
    "$kept/venv/bin/pip" install --quiet --disable-pip-version-check -r recurrence/requirements.txt -r push/requirements.txt \
        -r api/requirements.txt -r packets/requirements.txt
    mkdir -p "$kept/fhir"
    cp packets/package.json "$kept/fhir"
    npm --prefix "$kept/fhir" install --no-audit --no-fund --silent
    printf '%s' "$wanted" >"$kept/requirements.txt"
fi
python=$kept/venv/bin/python

"$python" recurrence/check_expansions.py "$scratch/expansions.json"
"$python" push/check_messages.py "$scratch/messages.json"
"$python" packets/check_packets.py "${CAIRN_BIN:-../../target/debug/cairn}" "$scratch/packets"
# It finds the library beside itself.
cp packets/check_fhir.cjs "$kept/fhir"
node "$kept/fhir/check_fhir.cjs" "$scratch"/packets/*_fhir.json
"$python" calendars/check_calendars.py "${CAIRN_BIN:-../../target/debug/cairn}" "$scratch/calendars" "$kept/calendars"
"$python" api/check_api.py "${CAIRN_BIN:-../../target/debug/cairn}" "$scratch/api"
