"""The making of the tables, killed after each of its commits: the next command goes on."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.conf import settings as kelola_settings
from django.db import connections

from kelola.config import schema
from kelola.ledger import triggers
from tests.faults.kills import Points, in_child

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db(transaction=True)
MOST_COMMITS = 400


@pytest.fixture
def made(settings: SettingsWrapper, tmp_path: Path) -> Iterator[str]:
    """Lead the connection to a new empty database; give the name of the one made in one go."""
    connection = connections["default"]
    connections.close_all()
    before = connection.settings_dict["NAME"]
    server = os.environ.get("KELOLA_DATABASE_URL", "")
    name = f"cut_{uuid.uuid4().hex}"
    if server:
        with psycopg.connect(server, autocommit=True) as other:
            other.execute(f"CREATE DATABASE {name}")
    connection.settings_dict["NAME"] = name if server else tmp_path / "cut.sqlite3"
    settings.DATA_DIR = tmp_path
    yield before
    connections.close_all()
    connection.settings_dict["NAME"] = before
    if server:
        with psycopg.connect(server, autocommit=True) as other:
            other.execute(f"DROP DATABASE {name} WITH (FORCE)")


def cut_after_a_commit() -> bool:
    """Make the tables in a child that dies right after its first commit; tell whether it did."""

    def act() -> None:
        points = Points(2)
        kind = type(connections["default"])
        kind._commit = points.around(kind._commit)
        schema.ensure_schema()

    return in_child(act)


def shape() -> dict[str, list[str]]:
    connection = connections["default"]
    look = connection.introspection
    with connection.cursor() as cursor:
        return {
            table: sorted(c.name for c in look.get_table_description(cursor, table))
            + sorted(look.get_constraints(cursor, table))
            for table in look.table_names(cursor)
            if not table.startswith("sqlite_")  # its own counts of our rows
        }


def test_each_migration_cut_off(made: str) -> None:
    cuts = 0
    while cut_after_a_commit():
        cuts += 1
        assert cuts < MOST_COMMITS
    applied = len(list(Path(schema.__file__).parents[1].glob("*/migrations/0*.py")))
    assert cuts > applied  # ours and Django's
    assert schema.pending() == set()
    assert triggers.missing(connections["default"]) == []
    assert not list(Path(kelola_settings.DATA_DIR).glob("*.unfinished"))
    in_pieces = shape()
    connections.close_all()
    connections["default"].settings_dict["NAME"] = made
    assert in_pieces == shape()
