"""Which post is meant by a role of the SOP, told by its title alone."""

from __future__ import annotations

import pytest

from kelola.home.rules import likely

POSTS = {
    "1": "Operator/Admin TI",
    "2": "Kepala Subbagian PTIP",
    "3": "Kepala Subbagian Umum dan Keuangan",
    "4": "Ketua Mahkamah Syar'iyah",
    "5": "Wakil Ketua",
    "6": "Plt. Sekretaris",
    "7": "Ketua Dewan Redaktur",
    "8": "Administrator Website",
}


@pytest.mark.parametrize(
    ("role", "post"),
    [
        ("Operator/Admin", "1"),
        ("Kasubag Perencanaan, Teknologi Informasi, dan Pelaporan (PTIP)", "2"),
        ("Ketua", "4"),
        ("Sekretaris", "6"),
        ("Ketua Dewan Redaktur", "7"),
        ("Admin Web", "8"),
        ("Redaktur", None),
        ("Penanggung Jawab", None),
        ("", None),
    ],
)
def test_a_title_that_says_the_same_is_found_and_half_of_it_is_not_enough(role, post):
    assert likely(role, POSTS) == post


def test_two_that_fit_alike_are_left_to_people():
    assert likely("Ketua", {"1": "Ketua", "2": "Ketua Pengadilan Agama"}) is None
    assert likely("Ketua", {}) is None
