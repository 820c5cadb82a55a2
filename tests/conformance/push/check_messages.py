#!/usr/bin/env python3
"""Judges the push messages we make by code that is not ours: http_ece opens them, cryptography verifies who signed them.

    pip install -r requirements.txt
    python check_messages.py MESSAGES.json

prints a line for each message that fails and ends with `N passed, M failed`; exit status 1 when anything failed or nothing was checked.
Before that it checks itself with the examples of RFC 8291 and RFC 8292 and with spoiled messages.

MESSAGES.json (base64url below is with or without padding; standard base64 is read too):

    {
      "public_key": "base64url of the 65 bytes that GET /v1/push/public-key gives to browsers",
      "subject":    "mailto:ops@example.org",           the configured CAIRN_VAPID_SUBJECT
      "now":        1800000000,                          seconds since 1970 when the messages were made
      "messages": [
        {
          "name":     "appointment, English",            what the failure line says
          "endpoint": "https://localhost:8912/wpush/v2/abc",
          "keys": {
            "private": "base64url of the browser's 32-byte private scalar",
            "p256dh":  "base64url of its 65-byte public point",
            "auth":    "base64url of its 16-byte secret"
          },
          "headers":  {"Authorization": "vapid t=..., k=...", "TTL": "3600", "Urgency": "normal", "Topic": "...", ...},
          "body":     "base64 of the request's body",
          "expected": { ... } or "text"                  optional: the payload, as JSON or as text
        }
      ]
    }

Header names are read without regard to case; all header values are strings. Topic may be absent.
"""

import base64
import copy
import json
import re
import sys
from urllib.parse import urlsplit

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

DAY = 24 * 3600
MAX_BODY = 4096
MAX_TTL = 2_419_200
DEFAULT_PORTS = {"https": 443, "http": 80}


class Failed(Exception):
    """What is wrong with a message."""


def need(truth, reason):
    if not truth:
        raise Failed(reason)


def decode(text):
    """base64url or base64, padded or not."""
    text = text.replace("+", "-").replace("/", "_").rstrip("=")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def strict_base64url(text):
    """A part of a token: base64url without padding (RFC 7515 section 2)."""
    need(re.fullmatch(r"[A-Za-z0-9_-]+", text), "a part of the token is not base64url without padding")
    return decode(text)


def origin_of(endpoint):
    """RFC 6454: the port belongs to the origin unless it is the scheme's own."""
    url = urlsplit(endpoint)
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    if url.port in (None, DEFAULT_PORTS[url.scheme]):
        return f"{url.scheme}://{host}"
    return f"{url.scheme}://{host}:{url.port}"


def verify_token(token, key):
    """The claims of an ES256 token signed by the 65-byte public key."""
    parts = token.split(".")
    need(len(parts) == 3, "the token has not three parts")
    head, claims, signature = (strict_base64url(part) for part in parts)
    head = json.loads(head)
    need(head.get("alg") == "ES256", f"alg is {head.get('alg')}")
    need(head.get("typ", "JWT").upper() == "JWT", f"typ is {head.get('typ')}")
    need(len(signature) == 64, f"the signature has {len(signature)} bytes")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    pair = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        public.verify(encode_dss_signature(*pair), ".".join(parts[:2]).encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Failed("the signature is wrong") from None
    return json.loads(claims)


def check_authorization(value, endpoint, public_key, subject, now):
    found = re.fullmatch(r"vapid t=([^, ]+), ?k=([^, ]+)", value)
    need(found, "Authorization has not the form `vapid t=..., k=...`")
    key = strict_base64url(found[2])
    need(len(key) == 65 and key[0] == 4, "k is not an uncompressed point")
    need(key == public_key, "k is not the key that browsers subscribe with")
    claims = verify_token(found[1], key)
    need(claims.get("aud") == origin_of(endpoint), f"aud is {claims.get('aud')}, the origin is {origin_of(endpoint)}")
    need(isinstance(claims.get("exp"), int), f"exp is {claims.get('exp')}")
    need(now < claims["exp"] <= now + DAY, f"exp is {claims['exp'] - now} seconds away")
    need(claims.get("sub") == subject, f"sub is {claims.get('sub')}")
    need(re.match(r"mailto:[^@]+@[^@]+$|https://.", claims["sub"]), "sub is not a way to reach anybody")


def check_headers(headers):
    need(headers.get("content-encoding") == "aes128gcm", f"Content-Encoding is {headers.get('content-encoding')}")
    ttl = headers.get("ttl", "")
    need(re.fullmatch(r"[0-9]+", ttl) and int(ttl) <= MAX_TTL, f"TTL is {ttl!r}")
    urgency = headers.get("urgency", "normal")
    need(urgency in ("very-low", "low", "normal", "high"), f"Urgency is {urgency!r}")
    topic = headers.get("topic")
    need(topic is None or re.fullmatch(r"[A-Za-z0-9_-]{1,32}", topic), f"Topic is {topic!r}")


def open_body(body, keys):
    need(len(body) <= MAX_BODY, f"the body has {len(body)} bytes")
    public = decode(keys["p256dh"])
    private = ec.derive_private_key(int.from_bytes(decode(keys["private"]), "big"), ec.SECP256R1())
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    need(private.public_key().public_numbers() == point.public_numbers(), "keys.private does not belong to keys.p256dh")
    need(len(body) > 86 and body[20] == 65, "the body's header does not carry a public key of 65 bytes")
    # RFC 8291 section 4: one record only, so the record size must be larger than the rest of the body.
    need(len(body) - 86 <= int.from_bytes(body[16:20], "big"), "the body has more than one record")
    try:
        return http_ece.decrypt(body, private_key=private, auth_secret=decode(keys["auth"]), version="aes128gcm")
    except Exception as error:  # whatever the library says, the browser would not open it
        raise Failed(f"the body does not open: {error!r}") from None


def check(message, document):
    """The opened payload; raises Failed."""
    headers = {name.lower(): value for name, value in message["headers"].items()}
    check_headers(headers)
    check_authorization(
        headers.get("authorization", ""),
        message["endpoint"],
        decode(document["public_key"]),
        document["subject"],
        document["now"],
    )
    payload = open_body(decode(message["body"]), message["keys"])
    expected = message.get("expected")
    if isinstance(expected, str):
        need(payload.decode() == expected, "the payload is not the expected text")
    elif expected is not None:
        need(json.loads(payload) == expected, f"the payload is {payload.decode()}")
    return payload


def reason_against(message, document):
    try:
        check(message, document)
    except (Failed, KeyError, ValueError, TypeError) as error:
        return str(error) or repr(error)
    return None


def examples_hold():
    """RFC 8291 section 5 and RFC 8292 section 2.4: what is published as right must pass here."""
    keys = {
        "private": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    }
    body = decode(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert open_body(body, keys) == b"When I grow up, I want to be a watermelon"
    key = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
    token = (
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1ha"
        "Wx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA"
    )
    endpoint = "https://push.example.net/p/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"
    check_authorization(f"vapid t={token}, k={key}", endpoint, decode(key), "mailto:push@example.com", 1453480768)


def spoiled(message, document):
    """Variants of a good message that must each be refused: (what was done, message, document)."""

    def variant(name, change):
        other, around = copy.deepcopy(message), copy.deepcopy(document)
        change(other, around)
        return name, other, around

    def flip(at):
        def change(other, _):
            body = bytearray(decode(other["body"]))
            body[at] ^= 1
            other["body"] = base64.b64encode(body).decode()

        return change

    def token_part(number, text):
        def change(other, _):
            name = next(name for name in other["headers"] if name.lower() == "authorization")
            parts = other["headers"][name].split(".")
            parts[number] = text(parts[number])
            other["headers"][name] = ".".join(parts)

        return change

    def resigned_claims(part):
        claims = json.loads(decode(part)) | {"sub": "mailto:other@example.org"}
        return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")

    def drop(header):
        return lambda other, _: [other["headers"].pop(name) for name in list(other["headers"]) if name.lower() == header]

    yield variant("salt changed", flip(0))
    yield variant("sealed text changed", flip(-20))
    yield variant("claims changed", token_part(1, resigned_claims))
    yield variant("signature changed", token_part(2, lambda part: ("B" if part[0] == "A" else "A") + part[1:]))
    yield variant("another origin", lambda other, _: other.update(endpoint="https://other.example.org/x"))
    yield variant("another port", lambda other, _: other.update(endpoint=f"https://{urlsplit(other['endpoint']).hostname}:1/x"))
    yield variant("another subject", lambda _, around: around.update(subject="mailto:other@example.org"))
    yield variant("too late", lambda _, around: around.update(now=around["now"] + 2 * DAY))
    yield variant("too early", lambda _, around: around.update(now=around["now"] - 2 * DAY))
    yield variant("no TTL", drop("ttl"))
    yield variant("no signature", drop("authorization"))
    yield variant("no encoding", drop("content-encoding"))
    yield variant("another payload", lambda other, _: other.update(expected="something else"))


def main(path):
    examples_hold()
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    passed = failed = 0
    for message in document["messages"]:
        reason = reason_against(message, document)
        if reason is None:
            missed = [name for name, other, around in spoiled(message, document) if reason_against(other, around) is None]
            reason = f"this check let pass: {', '.join(missed)}" if missed else None
        if reason is None:
            passed += 1
        else:
            failed += 1
            print(f"FAILED {message.get('name')}: {reason}")
    seen = [decode(message["body"])[:16] for message in document["messages"]]
    if len(set(seen)) != len(seen):
        failed += 1
        print("FAILED: two messages have the same salt")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
