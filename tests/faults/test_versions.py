"""An older Kelola on the tables of a newer one, and a newer one while the older still runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.faults.installation import Installation

APPLIED = "SELECT count(*) FROM django_migrations"
TIME = "'2027-01-01 00:00:00+00:00'"


@pytest.fixture
def newer(demo: Installation) -> Installation:
    """Give an office with which a version of next year has worked: one more table, one record."""
    demo.rows("CREATE TABLE jobs_of_next_year (id integer)")
    record(demo, "0999_of_next_year")
    return demo


def record(installation: Installation, name: str, app: str = "jobs") -> None:
    installation.rows(
        f"INSERT INTO django_migrations (app, name, applied) VALUES ('{app}', '{name}', {TIME})"
    )


def test_an_older_version_refuses_the_tables_of_a_newer_one(newer: Installation) -> None:
    entries = newer.rows("SELECT count(*) FROM ledger_entry")
    applied = newer.rows(APPLIED)
    for command in (("up", "--no-demo"), ("office", "list")):
        refused = newer.kelola(*command)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "Kelola yang lebih baru" in refused.stderr
        assert "Pasang kembali versi" in refused.stderr
        assert "Traceback" not in refused.stderr
    doctor = newer.kelola("doctor")
    assert doctor.returncode == 1
    assert "Kelola yang lebih baru" in doctor.stdout
    assert newer.rows("SELECT count(*) FROM ledger_entry") == entries
    assert newer.rows(APPLIED) == applied


def test_a_newer_version_changes_no_table_under_an_older_one(demo: Installation) -> None:
    """The running one knows the old tables only: whoever starts the newer is told to stop it."""
    demo.up("--no-demo")
    applied = demo.rows(APPLIED)
    # As if this code had one migration more than the running one has applied.
    demo.rows("DELETE FROM django_migrations WHERE app = 'jobs' AND name LIKE '0001%'")
    refused = demo.kelola("office", "list")
    assert refused.returncode == 1
    assert "masih berjalan" in refused.stderr
    assert "Hentikan" in refused.stderr
    assert demo.rows(APPLIED)[0][0] == applied[0][0] - 1
    assert not (demo.folder / "migrate.unfinished").exists()
    assert demo.status("/masuk/") == 200  # who works, works on
    record(demo, "0001_job_slots")
    record(demo, "0001_of_a_library_that_folded_them", app="account")
    assert demo.stop() < 30
    assert demo.kelola("office", "list").returncode == 0
    demo.sound()
