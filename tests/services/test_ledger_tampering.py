"""Somebody with the database in hand: what the triggers refuse, and what ``verify`` finds."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from kelola.ledger import queries, triggers
from kelola.ledger.models import Entry, Head
from kelola.registry import checks
from tests.ledger_flush import lifted
from tests.services.ledger_writing import BANDA_ACEH, NINE, SABANG, STEP, write

pytestmark = pytest.mark.django_db(transaction=True)

A, B = str(BANDA_ACEH), str(SABANG)


def fill():
    for number in range(1, 6):
        write(data={"n": number})
        write(office=SABANG, data={"n": number})


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def tamper(*statements):
    with lifted(connection):
        for sql, *values in statements:
            run(sql, *values)


REFUSED = {
    "update": "UPDATE ledger_entry SET verb = 'x' WHERE seq = 2",
    "delete": "DELETE FROM ledger_entry WHERE seq = 2",
    "delete all": "DELETE FROM ledger_entry",
}
COPY = "(chain, seq, at, by, acting_for, verb, object, data, prev, hash) SELECT"
REFUSED_SQLITE = {
    **REFUSED,
    "replace by number": f"REPLACE INTO ledger_entry {COPY} chain, seq, at, 'eko', '', verb, "
    "object, data, prev, hash FROM ledger_entry WHERE seq = 2",
    "replace by id": "REPLACE INTO ledger_entry SELECT id, 'other', seq, at, by, acting_for, verb, "
    "object, data, prev, hash FROM ledger_entry WHERE seq = 2",
    "upsert": f"INSERT INTO ledger_entry {COPY} chain, seq, at, by, '', verb, object, data, prev, "
    "hash FROM ledger_entry WHERE seq = 2 ON CONFLICT DO UPDATE SET by = 'eko'",
    "update or replace": "UPDATE OR REPLACE ledger_entry SET seq = 3 WHERE seq = 2",
}
REFUSED_POSTGRESQL = {
    **REFUSED,
    "truncate": "TRUNCATE ledger_entry",
    "upsert": f"INSERT INTO ledger_entry {COPY} chain, seq, at, by, '', verb, object, data, prev, "
    "hash FROM ledger_entry WHERE seq = 2 ON CONFLICT (chain, seq) DO UPDATE SET by = 'eko'",
    "as a replica": "SET LOCAL session_replication_role = 'replica'; DELETE FROM ledger_entry",
}


def refused_statements():
    return REFUSED_SQLITE if connection.vendor == "sqlite" else REFUSED_POSTGRESQL


@pytest.mark.parametrize("name", sorted({*REFUSED_SQLITE, *REFUSED_POSTGRESQL}))
def test_the_database_itself_refuses(name):
    fill()
    before = list(Entry.objects.order_by("id").values())
    sql = refused_statements().get(name, REFUSED["delete"])
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        run(sql)
    assert list(Entry.objects.order_by("id").values()) == before
    assert queries.verify().ok


def test_the_models_own_ways_are_refused_too():
    fill()
    entry = Entry.objects.filter(chain=A).first()
    for change in (entry.delete, entry.save, Entry.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Entry.objects.count() == 10


def test_the_head_may_move():
    fill()
    assert Head.objects.get(chain=A).seq == 5


@pytest.mark.parametrize(
    ("number", "sql"),
    [
        (3, "UPDATE ledger_entry SET by = 'eko' WHERE chain = %s AND seq = 3"),
        (3, "UPDATE ledger_entry SET data = '{\"n\": 3.0}' WHERE chain = %s AND seq = 3"),
        (3, "UPDATE ledger_entry SET data = '{\"n\": 4}' WHERE chain = %s AND seq = 3"),
        (3, "UPDATE ledger_entry SET data = 'null' WHERE chain = %s AND seq = 3"),
        (3, "DELETE FROM ledger_entry WHERE chain = %s AND seq = 3"),
        (3, "UPDATE ledger_entry SET seq = 30 WHERE chain = %s AND seq = 3"),
        (1, "DELETE FROM ledger_entry WHERE chain = %s AND seq = 1"),
        (5, "DELETE FROM ledger_entry WHERE chain = %s AND seq = 5"),
        (1, "DELETE FROM ledger_entry WHERE chain = %s"),
        (5, "UPDATE ledger_entry SET verb = 'x' WHERE chain = %s AND seq = 5"),
        (4, "UPDATE ledger_head SET seq = 4 WHERE chain = %s"),
        (6, "UPDATE ledger_head SET seq = 6 WHERE chain = %s"),
        (5, "UPDATE ledger_head SET hash = 'f' WHERE chain = %s"),
        (1, "DELETE FROM ledger_head WHERE chain = %s"),
    ],
)
def test_the_first_bad_entry_is_named(number, sql):
    fill()
    assert queries.verify().ok
    tamper((sql, A))
    found = queries.verify()
    assert (found.ok, found.first_bad) == (False, (A, number))
    assert queries.verify(A).first_bad == (A, number)
    assert queries.verify(B).ok


def test_swapped_chains_are_found_in_both():
    fill()
    swap = "UPDATE ledger_entry SET chain = %s WHERE chain = %s"
    heads = "UPDATE ledger_head SET chain = %s WHERE chain = %s"
    tamper(
        (swap, "x", A), (swap, A, B), (swap, B, "x"),
        (heads, "x", A), (heads, A, B), (heads, B, "x"),
    )  # fmt: skip
    assert queries.verify(A).first_bad == (A, 1)
    assert queries.verify(B).first_bad == (B, 1)


def test_one_swapped_row_is_found():
    fill()
    tamper(
        ("UPDATE ledger_entry SET chain = 'x' WHERE chain = %s AND seq = 4", A),
        ("UPDATE ledger_entry SET chain = %s WHERE chain = %s AND seq = 4", A, B),
        ("UPDATE ledger_entry SET chain = %s WHERE chain = 'x'", B),
    )
    assert queries.verify(A).first_bad == (A, 4)
    assert queries.verify(B).first_bad == (B, 4)


@pytest.mark.parametrize(
    "garbage", ["at = 'kemarin'", "at = '2026-13-45 00:00:00'", "seq = 'many'"]
)
def test_a_row_no_reader_can_take_is_found(garbage):
    fill()
    change = (f"UPDATE ledger_entry SET {garbage} WHERE chain = %s AND seq = 3", A)
    if connection.vendor == "postgresql":  # its columns are typed
        with pytest.raises(DatabaseError):
            tamper(change)
        return
    tamper(change)
    assert queries.verify().first_bad == (A, 3)


def test_lost_triggers_are_found_and_made_again():
    check = checks["ledger.triggers"].run
    assert check() == []
    name = next(iter(triggers.SQLITE if connection.vendor == "sqlite" else triggers.POSTGRESQL))
    where = "" if connection.vendor == "sqlite" else " ON ledger_entry"
    run(f"DROP TRIGGER {name}{where}")
    assert triggers.missing(connection) == [name]
    assert name in check()[0]
    call_command("ledger", "protect", verbosity=0)
    assert check() == []


def test_a_trigger_that_does_nothing_counts_as_lost():
    if connection.vendor == "sqlite":
        name = "ledger_entry_no_delete"
        run(f"DROP TRIGGER {name}")
        run(f"CREATE TRIGGER {name} BEFORE DELETE ON ledger_entry BEGIN SELECT 1; END")
        expected = [name]
    else:
        expected = sorted(triggers.POSTGRESQL)
        run("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
    assert sorted(triggers.missing(connection)) == expected
    triggers.install(connection)
    assert triggers.missing(connection) == []
    fill()
    with pytest.raises(DatabaseError), transaction.atomic():
        run(REFUSED["delete"])


def test_altering_the_table_brings_the_triggers_back():
    with connection.schema_editor() as editor:
        editor.add_field(Entry, _note())
    try:
        call_command("migrate", "ledger", verbosity=0)
        assert triggers.missing(connection) == []
    finally:
        with lifted(connection), connection.schema_editor() as editor:
            editor.remove_field(Entry, _note())
    assert triggers.missing(connection) == []


def _note():
    from django.db import models  # noqa: PLC0415 - only this test alters a table

    field = models.CharField(max_length=10, null=True)
    field.set_attributes_from_name("note")
    field.model = Entry
    return field


def verify(capsys, *arguments):
    code = 0
    try:
        call_command("ledger", "verify", "--json", *arguments)
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(capsys.readouterr().out)


def test_the_command_says_it_in_json_and_by_its_exit_code(capsys):
    fill()
    good = {"ok": True, "first_bad": None, "entries": 10, "chains": 2}
    assert verify(capsys) == (0, good)
    assert verify(capsys, "--office", A) == (0, {**good, "entries": 5, "chains": 1})
    tamper(("UPDATE ledger_entry SET by = 'eko' WHERE chain = %s AND seq = 2", B))
    code, found = verify(capsys)
    assert (code, found["ok"], found["first_bad"]) == (1, False, {"chain": B, "seq": 2})
    assert verify(capsys, "--chain", A)[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--office", "Sabang"],
        ["verify", "--office", "system"],
        ["verify", "--chain", "018f0000-0000-7000-8000-00000000ffff"],
        ["verify", "--chain", A, "--office", A],
        ["rewrite"],
        [],
    ],
)
def test_wrong_use_is_code_two(arguments, capsys):
    from kelola.ledger.management.commands.ledger import Command  # noqa: PLC0415 - as typed

    with pytest.raises(SystemExit) as stop:
        Command().run_from_argv(["kelola", "ledger", *arguments])
    assert stop.value.code == 2


def test_show_lists_an_objects_entries(capsys):
    fill()
    call_command("ledger", "show", STEP, "--json")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(r["chain"], r["seq"]) for r in rows] == [(c, n) for c in (A, B) for n in range(1, 6)]
    assert rows[0]["at"] == NINE.isoformat().replace("+00:00", "Z")
    with pytest.raises(CommandError):
        call_command("ledger", "show", "sop.step:none")
