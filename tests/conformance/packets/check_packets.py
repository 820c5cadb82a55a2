"""Judges packets by other people's programs: python3 check_packets.py CAIRN FOLDER

FOLDER has packet_*.zip as the tests left them there. Python's zipfile reads them, hashlib makes the hashes anew, fhir.resources
(R4B) reads every resource, qpdf and poppler the document, and `cairn verify` has to name whichever byte is flipped.
"""

import hashlib
import importlib
import json
import pathlib
import random
import subprocess
import sys
import zipfile

from check_document import check_document

MUST = {
    # What US Core wants of each, beyond what R4 itself does.
    "Encounter": ["status", "class", "type", "subject", "participant", "period"],
    "DocumentReference": ["status", "type", "category", "subject", "date", "author", "content", "context"],
    "Goal": ["lifecycleStatus", "description", "subject"],
    "CarePlan": ["status", "intent", "category", "subject", "text"],
    "Provenance": ["target", "recorded", "agent"],
    "Patient": ["name"],
}


def resources(bundle):
    for entry in bundle["entry"]:
        resource = entry["resource"]
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}", entry["fullUrl"]
        yield resource


def check_fhir(bundle):
    kinds = {}
    for resource in [bundle, *resources(bundle)]:
        kind = resource["resourceType"]
        model = getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
        model.model_validate(resource)
        for member in MUST.get(kind, []):
            # A session that ended has a period, one that did not take place need not.
            assert resource.get(member), f"{kind} {resource.get('id')} has no {member}"
        kinds[kind] = kinds.get(kind, 0) + 1
    known = {entry["fullUrl"] for entry in bundle["entry"]}
    for target in references(bundle):
        assert target in known, f"{target} is in no resource of the packet"
    return kinds


def references(value):
    if isinstance(value, dict):
        if "reference" in value:
            yield value["reference"]
        for name, member in value.items():
            # The note that was replaced can be of days before the packet's.
            if name != "relatesTo":
                yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


def check_hashes(bundle):
    digest = lambda text: hashlib.sha256(text.encode()).hexdigest()
    for part in [*bundle["notes"], *bundle["templates"], *bundle["care_plans"]]:
        assert digest(part["content"]) == part["content_hash"], part
        for signature in part.get("signatures", []):
            assert signature["hash"] == part["content_hash"]
        for addendum in part.get("addenda", []):
            assert digest(addendum["content"]) == addendum["content_hash"]


def verify(cairn, path):
    done = subprocess.run([cairn, "verify", "--json", path], capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)


def check_flips(cairn, path, scratch, count=60):
    whole = path.read_bytes()
    assert verify(cairn, path)[0] == 0, "a whole packet is whole"
    dice = random.Random(8030)
    target = scratch / "flipped.zip"
    for place in [0, 1, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(count))]:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << dice.randrange(8)
        target.write_bytes(damaged)
        code, report = verify(cairn, target)
        assert code == 1 and report["findings"], f"nobody noticed byte {place}"
        assert len(report["findings"]) == 1 and report["findings"][0]["byte"] is not None, (place, report)


def main():
    cairn, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    packets = sorted(folder.glob("packet_*.zip"))
    assert packets, f"no packets in {folder}"
    for path in packets:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            bundle = json.loads(archive.read("bundle.json"))
            fhir = json.loads(archive.read("fhir.json"))
            (folder / f"{path.stem}_fhir.json").write_bytes(archive.read("fhir.json"))
            document = folder / f"{path.stem}.pdf"
            document.write_bytes(archive.read("record.pdf"))
        check_hashes(bundle)
        kinds = check_fhir(fhir)
        pages = check_document(document, bundle)
        check_flips(cairn, path, folder)
        print(f"{path.name}: {len(bundle['notes'])} notes, {pages} pages, {kinds}, every flipped byte was named")


if __name__ == "__main__":
    main()
