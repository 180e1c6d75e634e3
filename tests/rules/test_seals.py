"""A seal says what was sealed, or that it does not."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kelola.evidence.rules import seals
from kelola.evidence.rules.seals import Claim, Outcome, Verdict

KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"kunci contoh").digest())
PUBLIC = KEY.public_key().public_bytes_raw()
KEYS = {seals.key_id(PUBLIC): PUBLIC}
OFFICE = seals.office_mark(UUID("01990000-0000-7000-8000-0123456789ab"))
CLAIM = Claim(OFFICE, "sop.form", "214/TI-B/XI/2026 B5", date(2026, 11, 30), b"\x5a" * 32)


def sealed(claim: Claim = CLAIM, key: Ed25519PrivateKey = KEY) -> str:
    body = seals.body(claim, key.public_key().public_bytes_raw())
    return seals.spell(body, key.sign(seals.DOMAIN + body))


def respelled(data: bytes) -> str:
    return seals.spell(data, b"")


def raw(seal: str) -> bytes:
    return base64.b32decode(seal + "=" * (-len(seal) % 8))


def test_a_seal_says_what_was_sealed():
    assert seals.verify(sealed(), KEYS) == Verdict(Outcome.GENUINE, CLAIM)


@given(
    number=st.text(max_size=20).filter(lambda t: len(t.encode(errors="ignore")) <= 80),
    on=st.dates(date(1970, 1, 1), date(2149, 6, 6)),
    digest=st.binary(min_size=32, max_size=32),
)
def test_any_claim_comes_back(number, on, digest):
    if any("\ud800" <= c <= "\udfff" for c in number):
        return
    claim = Claim(OFFICE, "sop.run", number, on, digest)
    assert seals.verify(sealed(claim), KEYS).claim == claim


def test_no_single_bit_can_be_turned():
    data = raw(sealed())
    answers = set()
    for place in range(len(data)):
        for bit in range(8):
            turned = bytearray(data)
            turned[place] ^= 1 << bit
            verdict = seals.verify(respelled(bytes(turned)), KEYS)
            assert verdict.claim is None, (place, bit)
            expected = (
                Outcome.OTHER_VERSION if place == 0
                else Outcome.UNKNOWN_KEY if place <= 8
                else Outcome.ALTERED
            )  # fmt: skip
            assert verdict.outcome is expected, (place, bit)
            answers.add(verdict.outcome)
    assert answers == {Outcome.OTHER_VERSION, Outcome.UNKNOWN_KEY, Outcome.ALTERED}


def test_another_installations_key_is_unknown_and_its_mark_does_not_help():
    other = Ed25519PrivateKey.generate()
    assert seals.verify(sealed(key=other), KEYS).outcome is Outcome.UNKNOWN_KEY
    body = seals.body(CLAIM, PUBLIC)
    forged = seals.spell(body, other.sign(seals.DOMAIN + body))
    assert seals.verify(forged, KEYS).outcome is Outcome.ALTERED


def test_a_signature_for_something_else_is_no_seal():
    body = seals.body(CLAIM, PUBLIC)
    assert seals.verify(seals.spell(body, KEY.sign(body)), KEYS).outcome is Outcome.ALTERED


@pytest.mark.parametrize(
    "text", ["", "A", "halo", "0189", "A" * 100, "A" * 599, "A" * 5000, "=" * 40, "é" * 80]
)
def test_what_is_no_seal_is_unreadable(text):
    assert seals.verify(text, KEYS).outcome in {Outcome.UNREADABLE, Outcome.OTHER_VERSION}
    assert seals.verify(text, KEYS).claim is None


def test_a_seal_has_one_spelling():
    seal = sealed(Claim(OFFICE, "sop.form", "1/TI-B/XI/2026", date(2026, 11, 30), b"\0" * 32))
    assert len(seal) % 8, "the example must end in spare bits"
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".index(seal[-1])
    other = seal[:-1] + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[last + 1]
    assert seals.verify(seal, KEYS).outcome is Outcome.GENUINE
    assert seals.verify(other, KEYS).outcome is Outcome.UNREADABLE


@pytest.mark.parametrize(
    "pasted",
    [
        "{seal}",
        "  {seal}\n",
        "https://contoh.go.id/periksa/?s={seal}",
        "https://contoh.go.id/periksa/?a=b&s={seal}&c=d#e",
    ],
)
def test_people_paste_the_seal_or_the_address(pasted):
    assert seals.find(pasted.format(seal=sealed())) == sealed()
    assert seals.find(pasted.format(seal=sealed().lower())) == sealed()


def test_a_seal_broken_into_lines_is_whole_again():
    seal = sealed()
    lines = "\n".join(seal[n : n + 20] for n in range(0, len(seal), 20))
    assert seals.find(lines) == seal


@pytest.mark.parametrize(
    "claim",
    [
        Claim(OFFICE, "sop.form", "x" * 81, date(2026, 1, 1), b"\0" * 32),
        Claim(OFFICE, "sop.form", "x", date(1969, 12, 31), b"\0" * 32),
        Claim(OFFICE, "sop.form", "x", date(2026, 1, 1), b"\0" * 31),
        Claim(b"", "sop.form", "x", date(2026, 1, 1), b"\0" * 32),
    ],
)
def test_what_does_not_fit_is_not_sealed(claim):
    with pytest.raises(ValueError, match="seal"):
        seals.body(claim, PUBLIC)
