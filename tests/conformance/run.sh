#!/usr/bin/env bash
# Independent programs judge what we write and read: time series by dateutil and recurring-ical-events, push messages by http_ece,
# calendars by icalendar and recurring-ical-events, the API by schemathesis. $1: a scratch folder with the files that the Rust tests left there; CAIRN_BIN: the program.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$1

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check -r recurrence/requirements.txt -r push/requirements.txt \
    -r api/requirements.txt
"$scratch/venv/bin/python" recurrence/check_expansions.py "$scratch/expansions.json"
"$scratch/venv/bin/python" push/check_messages.py "$scratch/messages.json"
"$scratch/venv/bin/python" calendars/check_calendars.py "${CAIRN_BIN:-../../target/debug/cairn}" "$scratch/calendars"
"$scratch/venv/bin/python" api/check_api.py "${CAIRN_BIN:-../../target/debug/cairn}" "$scratch/api"
