#!/usr/bin/env bash
# Independent programs judge what we write and read: time series by dateutil and recurring-ical-events, push messages by http_ece,
# calendars by icalendar and recurring-ical-events, the API by schemathesis, packets of notes by zipfile, hashlib, fhir.resources and
# the npm package fhir. $1: a scratch folder with the files that the Rust tests left there; CAIRN_BIN: the program.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$1

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check -r recurrence/requirements.txt -r push/requirements.txt \
    -r api/requirements.txt -r packets/requirements.txt
"$scratch/venv/bin/python" recurrence/check_expansions.py "$scratch/expansions.json"
"$scratch/venv/bin/python" push/check_messages.py "$scratch/messages.json"
"$scratch/venv/bin/python" packets/check_packets.py "${CAIRN_BIN:-../../target/debug/cairn}" "$scratch/packets"
mkdir -p "$scratch/fhir" && cp packets/package.json packets/check_fhir.cjs "$scratch/fhir"
npm --prefix "$scratch/fhir" install --no-audit --no-fund --silent
node "$scratch/fhir/check_fhir.cjs" "$scratch"/packets/*_fhir.json
"$scratch/venv/bin/python" calendars/check_calendars.py "${CAIRN_BIN:-../../target/debug/cairn}" "$scratch/calendars"
"$scratch/venv/bin/python" api/check_api.py "${CAIRN_BIN:-../../target/debug/cairn}" "$scratch/api"
