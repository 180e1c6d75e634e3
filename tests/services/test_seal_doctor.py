"""``kelola doctor`` speaks of a key that is gone, broken, open or strange."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kelola.evidence.doctor import _key
from kelola.evidence.rules.seals import Claim
from kelola.evidence.services import make_seal

pytestmark = pytest.mark.django_db
CLAIM = Claim(b"\1" * 8, "sop.form", "1", date(2026, 11, 30), b"\2" * 32)


@pytest.fixture
def path(settings, tmp_path):
    settings.SEAL_KEY_FILE = tmp_path / "seal.key"
    return Path(settings.SEAL_KEY_FILE)


def seal():
    return make_seal(claim=CLAIM, by="system", at=datetime(2026, 11, 30, tzinfo=UTC))


def test_before_the_first_paper_and_after_it_all_is_well(path):
    assert _key() == []
    seal()
    assert _key() == []


def test_a_lost_key_is_told(path):
    seal()
    path.unlink()
    assert "seal.key" in _key()[0]


def test_an_open_key_is_told_with_its_remedy(path):
    seal()
    path.chmod(0o644)
    assert f"chmod 600 {path}" in _key()[0]


def test_a_strange_or_broken_key_is_told(path):
    seal()
    kept = path.read_bytes()
    path.unlink()
    seal()
    path.write_bytes(b"rusak")
    assert len(_key()) == 1
    path.write_bytes(kept)
    assert _key() == []
