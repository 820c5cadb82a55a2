"""The document of a packet, judged by other people's programs: qpdf reads its structure, pdffonts its fonts, pdftotext its words."""

import json
import re
import subprocess


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def bare(text):
    # Where lines break is the document's own.
    return re.sub(r"\s+", "", text)


def check_document(path, bundle):
    """Returns the number of pages."""
    # qpdf ends with 3 for what is only doubtful; that counts too.
    judged = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    pages = int(run("qpdf", "--show-npages", path))
    fonts = run("pdffonts", path).splitlines()[2:]
    assert fonts, "no fonts"
    for line in fonts:
        # name, type, encoding, embedded, subset, Unicode, object
        embedded, subset, unicode = line.split()[-5:-2]
        assert (embedded, subset, unicode) == ("yes", "yes", "yes"), line
    raw = run("pdftotext", "-raw", path, "-").split("\f")[:pages]
    words = []
    for number, page in enumerate(raw, 1):
        footer = f"Page {number} of {pages}"
        assert page.rstrip().endswith(footer), f"{path}: page {number} ends {page[-80:]!r}"
        assert "42 CFR part 2 prohibits" in page, f"{path}: page {number} has no notice"
        words.append(page.rstrip().removesuffix(footer).rstrip().rpartition("42 CFR part 2 prohibits")[0])
    whole = bare("".join(words))
    for name in ("bundle.json", "fhir.json"):
        assert f"SHA-256of{name}" in whole, name
    for part in [*bundle["notes"], *bundle["care_plans"]]:
        assert part["content_hash"] in whole, part["content_hash"]
        content = json.loads(part["content"])
        for signature in part["signatures"]:
            assert bare(signature["name"]) in whole, signature
        for text in content.get("texts", {}).values():
            assert bare(text) in whole, text
        for goal in content["goals"]:
            assert bare(goal["title"]) in whole, goal
        for line in content.get("units", {}).get("working", []):
            assert bare(line) in whole, line
        for addendum in part.get("addenda", []):
            assert addendum["content_hash"] in whole
            assert bare(json.loads(addendum["content"])["text"]) in whole
    return pages
