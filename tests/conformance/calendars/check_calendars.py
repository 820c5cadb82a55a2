"""Judges calendars in and out by icalendar and recurring-ical-events, through a real server's API.

    python check_calendars.py PATH/TO/cairn SCRATCH SOURCES

In: every .ics file of the source distributions of the two libraries is imported for a client of its own, and what is then on the
agenda happens at the instants that recurring-ical-events gives. The files are fetched by pip into SOURCES, never kept with the
project. Out: feeds are parsed and expanded to the same instants as the agenda, across both clock changes, in zones without any, and by
their VTIMEZONE alone.
Round trip: a feed that is imported gives a feed with the same instants.
"""

import collections
import json
import subprocess
import sys
import tarfile
import time as clock
import tomllib
import urllib.error
import urllib.request
import warnings
import zoneinfo
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "api"))

import icalendar  # noqa: E402
import recurring_ical_events  # noqa: E402
from check_api import Server  # noqa: E402

# Only the pinned tzdata package, never the machine's own files.
zoneinfo.reset_tzpath(to=[])
# How it reads odd names of zones is what is compared.
warnings.simplefilter("ignore")
HOME = "America/New_York"
WINDOW = timedelta(days=45)
MOST_WINDOWS = 6


def distributions():
    """The versions that judge: what is pinned is also what is fetched."""
    lines = (HERE.parent / "recurrence" / "requirements.txt").read_text().split()
    return [line for line in lines if line.startswith(("icalendar==", "recurring-ical-events=="))]


def fetch(sources):
    folder = sources / " ".join(distributions())
    if len(list(folder.glob("*.tar.gz"))) < len(distributions()):
        download(folder)
    return calendars_in(folder)


def download(folder):
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--no-binary", "icalendar,recurring-ical-events",
               "--dest", str(folder), *distributions()]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"The calendars to compare with cannot be fetched: pip could not download the sources of {' and '.join(distributions())}.\n"
                 f"They come from PyPI at test time, so a network (or a mirror, PIP_INDEX_URL) is needed.\n{done.stderr}")


def calendars_in(folder):
    files = {}
    for archive in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(archive) as tar:
            for member in tar.getmembers():
                if member.isfile() and member.name.endswith(".ics"):
                    files[member.name] = tar.extractfile(member).read()
    if len(files) < 200:
        sys.exit(f"only {len(files)} calendars are in the sources: where have they gone?")
    return files


class Desk:
    """The API as one specialist has it."""

    def __init__(self, server):
        self.server = server
        self.token = server.sign_in("sam@demo.example")
        self.count = 0

    def call(self, method, path, body=None):
        return self.server.call(method, path, body, self.token)

    def client(self, zone):
        self.count += 1
        body = {"preferred_name": f"Reader {self.count}", "time_zone": zone, "quiet_hours": None}
        return self.call("POST", "/v1/clients", body)["id"]

    def phone(self, client):
        return self.server.activate(self.token, client)

    def send(self, client, content):
        """What became of a file, or the code with which it was refused."""
        target = f"{self.server.origin}/v1/clients/{client}/agenda/imports"
        headers = {"Content-Type": "text/calendar", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(target, data=content, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                told = json.loads(answer.read())
                if answer.status != 202:
                    return (answer.status, told)
        except urllib.error.HTTPError as error:
            return (error.code, json.loads(error.read()))
        # A large file is worked on in the background.
        for _ in range(1200):
            now = self.call("GET", f"/v1/imports/{told['id']}")
            if now["state"] == "done":
                return (200, now["result"])
            if now["state"] == "failed":
                break
            clock.sleep(0.1)
        return (500, now)

    def feed(self, phone, detail="title"):
        made = self.server.call("POST", "/v1/me/calendar-feeds", {"detail": detail}, phone)
        with urllib.request.urlopen(made["url"], timeout=60) as answer:
            assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8", answer.headers
            return answer.read()

    def agenda(self, client, first, end):
        """Instants of what is on the agenda from one local date to another, cancelled or not."""
        cursor, found = "", []
        while cursor is not None:
            path = f"/v1/clients/{client}/agenda?from={first}&to={end}&limit=200{cursor}"
            page = self.call("GET", path)
            for row in page["items"]:
                if row["kind"] != "check_in":
                    found.append((instant(datetime.fromisoformat(row["starts_at"])), row["status"] == "cancelled"))
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        return found


def instant(at):
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%MZ")


def moment(value, zone):
    """A date or time of the library as an instant: whole days and floating times are where the client is."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(timezone.utc)


def cancelled(event):
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def expand(calendars, zone, first, end):
    """(uid, instant) of everything that starts within the local dates, in the view of recurring-ical-events."""
    begin, over = (datetime.combine(day, time(), zone).astimezone(timezone.utc) for day in (first, end))
    found = []
    for calendar in calendars:
        query = recurring_ical_events.of(calendar, components=["VEVENT"])
        for event in query.between(begin - timedelta(days=2), over + timedelta(days=2)):
            at = moment(event["DTSTART"].dt, zone)
            if begin <= at < over and not cancelled(event):
                found.append((str(event.get("UID", "")).strip(), instant(at)))
    return found


def windows(calendars, zone):
    """Stretches of local dates in which something happens: from each start on, and around each changed date."""
    days = set()
    for calendar in calendars:
        for event in calendar.walk("VEVENT"):
            for name in ("DTSTART", "RECURRENCE-ID"):
                if name in event and 2000 <= event[name].dt.year < 2190:
                    days.add(moment(event[name].dt, zone).astimezone(zone).date())
    found = []
    for day in sorted(days):
        if (not found or day + timedelta(days=2) > found[-1][1]) and len(found) < MOST_WINDOWS:
            found.append((day - timedelta(days=1), day + WINDOW))
    return found


def compare_files(desk, files, told):
    zone = zoneinfo.ZoneInfo(HOME)
    explained = {entry["file"]: entry["why"] for entry in told["differs"]}
    tally, faults, used, instants, reasons = collections.Counter(), [], set(), 0, collections.Counter()
    for name, content in files.items():
        short = name.split("/", 1)[1].rsplit("/", 2)
        short = "/".join(short[-2:])
        client = desk.client(HOME)
        status, answer = desk.send(client, content)
        if status >= 500:
            faults.append(f"{short}: the server failed with {status}")
            continue
        try:
            calendars = icalendar.Calendar.from_ical(content, multiple=True)
            spans = windows(calendars, zone)
            theirs = [expand(calendars, zone, *span) for span in spans]
        except Exception as error:  # noqa: BLE001 - whatever it is, the library cannot read the file
            tally["files that only we read" if status == 200 else "files that nobody reads"] += 1
            if status == 200 and answer["imported"] and short not in explained:
                tally[f"  because of {type(error).__name__}"] += 1
            continue
        if status != 200:
            if b"BEGIN:VCALENDAR" not in content.upper():
                tally["parts of calendars, refused"] += 1
                continue
            if any(theirs) and short not in explained:
                faults.append(f"{short}: refused ({status} {answer.get('code')}), though it has events")
            used.add(short)
            tally["refused, without any event" if not any(theirs) else "refused, explained"] += 1
            continue
        left_out = {(skip["uid"] or "") for skip in answer["skipped"]}
        reasons.update(skip["reason"] for skip in answer["skipped"])
        difference = []
        for span, expected in zip(spans, theirs):
            ours = collections.Counter(at for at, gone in desk.agenda(client, *span) if not gone)
            wanted = collections.Counter(at for uid, at in expected)
            excused = collections.Counter(at for uid, at in expected if uid in left_out or not uid)
            instants += sum(wanted.values())
            missing, surplus = wanted - ours, ours - wanted
            if surplus or missing - excused:
                difference.append(f"{span[0]}: only ours {sorted(surplus)[:4]}, only theirs {sorted(missing - excused)[:4]}")
        if not difference:
            tally["equal, but for what is listed as left out" if left_out else "equal"] += 1
        elif short in explained:
            used.add(short)
            tally["explained"] += 1
        else:
            faults.append(f"{short}: {'; '.join(difference[:3])} (left out: {answer['skipped'][:3]})")
    for file, why in explained.items():
        if file in used:
            print(f"explained: {file}: {why}")
        else:
            faults.append(f"{file} no longer differs: remove the explanation")
    print(f"{len(files)} calendars, {instants} instants compared: {dict(tally)}")
    print(f"left out, by reason: {dict(reasons)}")
    unknown = set(reasons) - set(told["reasons"])
    if unknown:
        faults.append(f"reasons that are not explained: {sorted(unknown)}")
    return faults


# Zones with both changes, with none, with half an hour, of the south, and after the moon.
ZONES = [HOME, "Europe/Berlin", "America/Phoenix", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "UTC"]
SPANS = [
    (date(2026, 10, 20), date(2026, 12, 10)),
    (date(2027, 3, 1), date(2027, 4, 20)),
    (date(2027, 9, 20), date(2027, 11, 18)),
]


def fill(desk, client, zone):
    """Series over every clock change, with single dates that are moved, cancelled and changed, and series that go on otherwise."""

    def item(**members):
        body = {"kind": "appointment", "title": "Walk; talk, and \\ tea", "time_zone": zone, "duration_minutes": 50, **members}
        return desk.call("POST", f"/v1/clients/{client}/agenda-items", body)["id"]

    def one(item_id, at, method, body=None, scope="this"):
        at = at.replace("-", "").replace(":", "")
        desk.call(method, f"/v1/agenda-items/{item_id}?scope={scope}&occurrence_id={item_id}.{at}", body)

    daily = item(starts_at_local="2026-10-21T02:30", recurrence="FREQ=DAILY")
    one(daily, "2026-12-01T02:30", "DELETE")
    one(daily, "2027-03-20T02:30", "PATCH", {"starts_at_local": "2027-03-20T16:00"})
    one(daily, "2027-03-22T02:30", "PATCH", {"title": "Otherwise"})
    one(daily, "2027-10-01T02:30", "PATCH", {"starts_at_local": "2027-10-01T01:15"}, "following")
    item(starts_at_local="2026-10-22T01:30", recurrence="FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SU;COUNT=60")
    item(starts_at_local="2026-10-30T17:00", recurrence="FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20271105")
    item(starts_at_local="2026-10-31T08:00", recurrence="FREQ=MONTHLY;BYMONTHDAY=31")
    ended = item(starts_at_local="2026-11-23T09:00", recurrence="FREQ=WEEKLY;BYDAY=MO,WE;COUNT=90")
    one(ended, "2027-04-05T09:00", "DELETE", scope="following")
    item(starts_at_local="2027-03-14T02:15")
    item(starts_at_local="2027-11-07T01:15", time_zone="client", recurrence="FREQ=DAILY;COUNT=4")
    moved = item(starts_at_local="2027-03-25T10:00")
    desk.call("PATCH", f"/v1/agenda-items/{moved}", {"starts_at_local": "2027-03-29T10:00"})
    gone = item(starts_at_local="2027-03-26T10:00")
    desk.call("DELETE", f"/v1/agenda-items/{gone}")


def form_faults(text):
    lines = text.split(b"\r\n")
    if b"\n" in text.replace(b"\r\n", b""):
        return ["a line ends otherwise than by CRLF"]
    if any(len(line) > 75 for line in lines):
        return ["a line has more than 75 octets"]
    text.decode()
    return []


def near_a_skip(text, zone):
    """Whether the clock is set forward within three hours. A time that it skips is read with the offset before it (RFC 5545 3.3.5), which
    zoneinfo does, and what icalendar makes of a VTIMEZONE does not."""
    at = datetime.fromisoformat(text)
    offsets = [(at + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in (-3, 3)]
    return offsets[0] < offsets[1]


def same(desk, name, client, text, zone, skipped_apart=False):
    calendars = icalendar.Calendar.from_ical(text, multiple=True)
    faults, count, tz = [], 0, zoneinfo.ZoneInfo(zone)

    def counted(found):
        return collections.Counter(at for at in found if not (skipped_apart and near_a_skip(at, tz)))

    for span in SPANS:
        theirs = counted(at for _, at in expand(calendars, tz, *span))
        ours = counted(at for at, gone in desk.agenda(client, *span) if not gone)
        count += sum(ours.values())
        if theirs != ours:
            faults.append(f"{name}, {span[0]}: only the agenda {sorted(ours - theirs)[:4]}, only the feed {sorted(theirs - ours)[:4]}")
    return faults, count


def compare_feeds(desk):
    faults, count = [], 0
    for zone in ZONES:
        client = desk.client(zone)
        fill(desk, client, zone)
        text = desk.feed(desk.phone(client))
        faults += [f"{zone}: {fault}" for fault in form_faults(text)]
        found, instants = same(desk, f"feed in {zone}", client, text, zone)
        faults, count = faults + found, count + instants
        # The library remembers zones by their names, so each clock has its own.
        clock_name = f"Clock-{ZONES.index(zone)}"
        unknown = text.replace(f"TZID={zone}".encode(), f"TZID={clock_name}".encode())
        unknown = unknown.replace(f"TZID:{zone}".encode(), f"TZID:{clock_name}".encode())
        found, instants = same(desk, f"feed by its VTIMEZONE alone in {zone}", client, unknown, zone, skipped_apart=True)
        faults, count = faults + found, count + instants
        again = desk.client(zone)
        status, answer = desk.send(again, text)
        if status != 200 or answer["skipped"]:
            faults.append(f"{zone}: the feed comes back with {status} {answer}")
            continue
        text = desk.feed(desk.phone(again))
        for name, owner in (("round trip, first agenda", client), ("round trip, second agenda", again)):
            found, instants = same(desk, f"{name} in {zone}", owner, text, zone)
            faults, count = faults + found, count + instants
    print(f"{len(ZONES)} zones, {count} instants of feeds compared")
    return faults


def main(binary, scratch, sources):
    scratch = Path(scratch)
    told = tomllib.loads((HERE / "explained.toml").read_text())
    files = fetch(Path(sources))
    server = Server(binary, scratch / "server")
    try:
        desk = Desk(server)
        faults = compare_feeds(desk)
        faults += compare_files(desk, files, told)
    finally:
        server.stop()
    for fault in faults:
        print(f"- {fault}")
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
