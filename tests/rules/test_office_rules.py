"""Names, NIPs and periods: the pure decisions of the office."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelola.office.rules import (
    canonical_login,
    login_fits,
    nip_fits,
    overlaps,
    password_is_obvious,
    post_key_fits,
)

days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@st.composite
def periods(draw):
    start = draw(days)
    length = draw(st.none() | st.integers(0, 900))
    return start, None if length is None else start + timedelta(days=length)


@given(st.text(max_size=40))
def test_a_canonical_login_is_its_own_canonical_login(text):
    assert canonical_login(canonical_login(text)) == canonical_login(text)


@given(st.text(alphabet="aáäbčdñxyzABCÁÄß.-_", min_size=1, max_size=20))
def test_case_and_composition_make_no_other_person(text):

    canonical = canonical_login(text)
    for spelling in (text.upper(), unicodedata.normalize("NFD", text), f" {text}\t"):
        assert canonical_login(spelling) == canonical


@pytest.mark.parametrize("login", ["andi", "198501012010011001", "cut.meutia", "a@b", "ándi"])
def test_logins_that_fit(login):
    assert login_fits(login)


@pytest.mark.parametrize("login", ["", "dua kata", "a" * 61, "a/b", "a\u200bb", "a\x00", "<a>"])
def test_logins_that_do_not(login):
    assert not login_fits(login)


def test_a_login_is_found_by_whoever_lowers_it():
    # Cherokee folds to capitals; a library that lowers names would never find such a one.
    assert not login_fits(canonical_login("\u13a0\u13a1"))


@pytest.mark.parametrize(
    ("nip", "fits"),
    [("", True), ("198501012010011001", True), ("19850101201001100", False), ("١" * 18, False)],
)
def test_a_nip_is_18_digits_or_absent(nip, fits):
    assert nip_fits(nip) is fits


@pytest.mark.parametrize(("key", "fits"), [("ketua", True), ("a_1", True), ("Ketua", False)])
def test_post_keys(key, fits):
    assert post_key_fits(key) is fits


def _days_of(period):
    start, until = period
    end = until or date(2035, 1, 1)
    return {start + timedelta(days=n) for n in range((end - start).days + 1)}


@given(periods(), periods())
def test_periods_overlap_when_they_share_a_day(first, second):
    shared = bool(_days_of(first) & _days_of(second))
    assert overlaps(first, second) is shared
    assert overlaps(second, first) is shared


@pytest.mark.parametrize(
    "password",
    [
        "mahkamah-syariyah-2026", "Mahkamah Syar'iyah Banda Aceh", "m4hk4m4h2026!!",
        "P@ssw0rd2026!", "kelola2026kelola", "aaaaaaaaaaaa", "abababababab", "123456789012",
        "198501012010011001", "qwertyuiop123", "rahmat-rahmat-2026", "panitera12345",
        "ｍａｈｋａｍａｈ２０２６",
    ],
)  # fmt: skip
def test_words_of_the_office_and_patterns_make_no_password(password):
    assert password_is_obvious(password, "rahmat")


@pytest.mark.parametrize(
    "password",
    [
        "tujuh-kuda-putih", "h7kd-2mqa-9xyz-kkpp", "HURUF BESAR SEMUA", "جملة سر طويلة جدا",
        "kelola gajah abu", "73920164857201938465", "Ω≈ç√∫˜µ≤ kopi pagi",
    ],
)  # fmt: skip
def test_a_password_of_ones_own_is_taken_whatever_its_letters(password):
    assert not password_is_obvious(password, "rahmat")
