"""The one setting that names the database: what it says about encryption reaches the driver."""

from __future__ import annotations

import pytest

from kelola.config.settings import _database


def test_encryption_to_another_machine_is_passed_on():
    told = _database(
        "postgresql://kelola:p%40ss@db.example:5433/kelola?sslmode=verify-full&sslrootcert=/x/ca.pem"
    )
    assert (told["HOST"], told["PORT"], told["PASSWORD"]) == ("db.example", "5433", "p@ss")
    assert told["OPTIONS"]["sslmode"] == "verify-full"
    assert told["OPTIONS"]["sslrootcert"] == "/x/ca.pem"


def test_a_slip_in_the_address_is_not_passed_over():
    with pytest.raises(ValueError, match="sslmod "):
        _database("postgresql://kelola@db.example/kelola?sslmod=verify-full")


def test_other_databases_are_refused_and_none_means_sqlite():
    with pytest.raises(ValueError, match="postgresql"):
        _database("mysql://kelola@db.example/kelola")
    assert _database("")["ENGINE"].endswith("sqlite3")
