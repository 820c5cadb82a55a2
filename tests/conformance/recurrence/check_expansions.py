"""Compares our recurring series with python-dateutil and with icalendar + recurring-ical-events.

    CAIRN_EXPANSIONS_OUT=/tmp/expansions.json cargo test -p cairn-shared --test expansions
    python check_expansions.py /tmp/expansions.json

The file holds {"tzdata", "cases": [{rule, start, zone, from, to, start_is_instance, instants}]}: local times as YYYY-MM-DDTHH:MM, instants in UTC,
window [from, to). UNTIL is in UTC, as iCalendar wants it beside a zone. Every difference is either explained below or a failure.
"""

import json
import sys
import zoneinfo
from datetime import datetime, timedelta, timezone

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr

# Only the pinned tzdata package, never the machine's own files.
zoneinfo.reset_tzpath(to=[])

BY_DAY_LIST = (
    "dateutil wants a plain weekday and one with an ordinal to hold at once; RFC 5545 3.3.10 makes a BYDAY list a union (libical and ical.js agree)"
)
FIRST_WEEK = (
    "dateutil counts BYSETPOS from the start on in the first week; RFC 5545 3.3.10 counts in the whole interval, which keeps the start in its series"
)
LEFT_OUT_DATE = "Samoa had no 30 December 2011; Python reads it as the 31st and so gives that day twice"

# (rule, start, zone) -> what the libraries give instead, and why.
EXPLAINED = {
    ("FREQ=MONTHLY;BYDAY=MO,1TU", "2026-11-02T09:00", "UTC"): BY_DAY_LIST,
    ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2", "2026-11-18T09:00", "UTC"): FIRST_WEEK,
    ("FREQ=DAILY", "2011-12-28T09:00", "Pacific/Apia"): LEFT_OUT_DATE,
}


def window(case):
    return datetime.fromisoformat(case["from"]), datetime.fromisoformat(case["to"])


def in_utc(times, case):
    """Instants of the aware local times inside the window; a skipped local time is read with the offset before the gap (fold 0)."""
    first, end = window(case)
    inside = sorted(time for time in times if first <= time.replace(tzinfo=None) < end)
    return [time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") for time in inside]


def by_dateutil(case):
    zone = zoneinfo.ZoneInfo(case["zone"])
    start = datetime.fromisoformat(case["start"]).replace(tzinfo=zone)
    first, end = (edge.replace(tzinfo=zone) for edge in window(case))
    return in_utc(rrulestr(case["rule"], dtstart=start).between(first, end, inc=True), case)


def by_recurring_ical_events(case):
    start = datetime.fromisoformat(case["start"])
    zone = case["zone"]
    stamp = start.strftime("%Y%m%dT%H%M%S")
    dtstart = f"DTSTART:{stamp}Z" if zone == "UTC" else f"DTSTART;TZID={zone}:{stamp}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//conformance//recurrence//EN",
        "BEGIN:VEVENT",
        "UID:1",
        "DTSTAMP:20260101T000000Z",
        dtstart,
        "DURATION:PT1M",
        f"RRULE:{case['rule']}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    calendar = icalendar.Calendar.from_ical("\r\n".join(lines))
    first, end = window(case)
    # A day more on either side: the query compares instants, the window is one of local times.
    tz = zoneinfo.ZoneInfo(zone)
    events = recurring_ical_events.of(calendar).between(
        first.replace(tzinfo=tz) - timedelta(days=1), end.replace(tzinfo=tz) + timedelta(days=1)
    )
    return in_utc((event.start for event in events), case)


def main(path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    print(f"time zone database: ours {document['tzdata']}, theirs {zoneinfo_release()}")
    passed, failed, unexplained, explained, instants = 0, 0, [], set(), 0
    for case in document["cases"]:
        judges = [("dateutil", by_dateutil)]
        # recurring-ical-events adds a start that its rule does not name, dateutil does not; RFC 5545 3.8.5.3 leaves it undefined.
        if case["start_is_instance"]:
            judges.append(("recurring-ical-events", by_recurring_ical_events))
        for name, judge in judges:
            theirs = judge(case)
            key = (case["rule"], case["start"], case["zone"])
            instants += len(theirs)
            if theirs == case["instants"]:
                passed += 1
            elif key in EXPLAINED:
                explained.add(key)
            else:
                failed += 1
                unexplained.append((name, case, theirs))
    for name, case, theirs in unexplained[:10]:
        print(f"\n{name} differs: {case['rule']} from {case['start']} {case['zone']}, window {case['from']} to {case['to']}")
        print("  only ours:  ", sorted(set(case["instants"]) - set(theirs))[:8])
        print("  only theirs:", sorted(set(theirs) - set(case["instants"]))[:8])
    for key, reason in EXPLAINED.items():
        if key in explained:
            print(f"explained: {' '.join(key)}: {reason}")
        else:
            failed += 1
            print(f"no longer differs, remove the explanation: {' '.join(key)}")
    print(f"{len(document['cases'])} series, {instants} instants compared")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def zoneinfo_release():
    import tzdata

    return tzdata.IANA_VERSION


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
