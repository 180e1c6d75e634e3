"""Installations of their own for the tests that break something."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.faults.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """Give a folder that is not there yet and a database without a table."""
    made = Installation(tmp_path / "data")
    yield made
    made.remove()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Let the first command make the tables once; it takes three seconds."""
    first = Installation(tmp_path_factory.mktemp("blank") / "data")
    done = first.kelola("office", "list")
    assert done.returncode == 0, done.stderr
    yield first
    first.remove()


@pytest.fixture
def installation(empty: Installation, blank: Installation) -> Installation:
    """Give an installation with its tables, in which nothing was done."""
    empty.made_like(blank)
    return empty


# Faults of one engine are asked on that engine; the other has none of that name.
ENGINE = os.environ.get("KELOLA_TEST_ENGINE", "sqlite")
collect_ignore = ["test_sqlite.py"] if ENGINE == "postgresql" else ["test_postgresql.py"]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Make a demo office once; tests work on copies."""
    first = Installation(tmp_path_factory.mktemp("made") / "data")
    done = first.kelola("demo", "--until", "2026-03-02T10:00")
    assert done.returncode == 0, done.stderr
    first.catch_up()
    yield first
    first.remove()


@pytest.fixture
def demo(made: Installation, tmp_path: Path) -> Iterator[Installation]:
    """Give a copy of the demo office, not started."""
    copy = Installation(tmp_path / "data")
    copy.made_like(made)
    yield copy
    copy.remove()
