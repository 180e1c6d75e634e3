"""The check of a chain a portion at a time: asked for, gone on with, and what it finds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from kelola.ledger import queries, services
from kelola.ledger.models import ChainCheck, CheckState, Cursor, Head
from kelola.ledger.queries import Wanted
from kelola.ledger.rules import GENESIS
from kelola.registry import checks
from tests.ledger_flush import lifted
from tests.services.ledger_writing import ANDI, BANDA_ACEH, NINE, SABANG, write

pytestmark = pytest.mark.django_db(transaction=True)

A, B = str(BANDA_ACEH), str(SABANG)
HOUR = timedelta(hours=1)


def fill(count=7, office=BANDA_ACEH):
    for number in range(1, count + 1):
        write(office=office, at=NINE + number * HOUR, data={"n": number})


def tamper(sql, *values):
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)


def check(size=3, chain=A):
    services.ask_check(chain=chain, at=NINE)
    while services.check_portion(chain=chain, at=NINE, size=size):
        pass
    return ChainCheck.objects.get(chain=chain)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_a_whole_chain_is_found_whole_in_portions_of_any_size(size):
    fill()
    row = check(size)
    assert (row.state, row.entries, row.first_bad) == (CheckState.WHOLE, 7, None)
    assert row.head == Head.objects.get(chain=A).hash
    assert row.finished_at == NINE


def test_an_empty_chain_is_whole():
    row = check()
    assert (row.state, row.entries, row.head) == (CheckState.WHOLE, 0, GENESIS)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("sql", "bad"),
    [
        ("UPDATE ledger_entry SET verb = 'x.y.z' WHERE seq = 5", 5),
        ("UPDATE ledger_entry SET seq = 99 WHERE seq = 4", 4),
        ("DELETE FROM ledger_entry WHERE seq = 3", 3),
        ("DELETE FROM ledger_entry WHERE seq > 5", 6),
        ("DELETE FROM ledger_entry", 1),
        ("UPDATE ledger_head SET hash = 'f'", 7),
        (
            (
                "UPDATE ledger_head SET seq = 5, hash = (SELECT e.hash FROM ledger_entry e "
                "WHERE e.seq = 5)"
            ),
            6,
        ),
        ("UPDATE ledger_head SET seq = 9", 8),
    ],
)
def test_the_first_bad_entry_is_found_as_the_command_finds_it(sql, bad, size):
    fill()
    tamper(sql)
    row = check(size)
    assert (row.state, row.first_bad) == (CheckState.BROKEN, bad)
    assert queries.verify(A).first_bad == (A, bad)
    assert any(str(bad) in said for said in checks["ledger.whole"].run())


def test_what_is_altered_between_two_portions_is_found_by_the_next_check():
    fill()
    services.ask_check(chain=A, at=NINE)
    assert services.check_portion(chain=A, at=NINE, size=3)
    tamper("UPDATE ledger_entry SET verb = 'x.y.z' WHERE seq = 2")
    while services.check_portion(chain=A, at=NINE, size=3):
        pass
    assert ChainCheck.objects.get(chain=A).state == CheckState.WHOLE
    assert check().first_bad == 2


def test_a_check_goes_on_where_a_kill_left_it():
    fill()
    services.ask_check(chain=A, at=NINE)
    assert services.check_portion(chain=A, at=NINE, size=3)
    services.ask_check(chain=A, at=NINE + HOUR)  # asking again begins nothing anew
    row = ChainCheck.objects.get(chain=A)
    assert (row.seq, row.state, row.asked_at) == (3, CheckState.ASKED, NINE)
    assert row.hash == queries.after(A, 2, limit=1)[0].hash


def test_entries_that_come_meanwhile_are_checked_too():
    fill()
    services.ask_check(chain=A, at=NINE)
    assert services.check_portion(chain=A, at=NINE, size=5)
    fill(4)
    while services.check_portion(chain=A, at=NINE, size=5):
        pass
    assert ChainCheck.objects.get(chain=A).entries == 11


def test_every_chain_is_checked_once_a_day_and_no_oftener():
    fill()
    fill(2, SABANG)
    assert services.check_chains(at=NINE) == 2
    assert services.check_chains(at=NINE + timedelta(hours=23)) == 0
    assert services.check_chains(at=NINE + timedelta(hours=24)) == 2
    assert {row.chain for row in ChainCheck.objects.filter(state=CheckState.WHOLE)} == {A, B}


def test_one_turn_reads_no_more_than_its_portions():
    fill()
    assert services.check_chains(at=NINE, portions=2, size=2) == 2
    assert ChainCheck.objects.get(chain=A).seq == 4
    assert services.check_chains(at=NINE, portions=9, size=2) == 2
    assert ChainCheck.objects.get(chain=A).state == CheckState.WHOLE


def test_two_workers_on_one_portion_count_it_once(monkeypatch):
    fill()
    services.ask_check(chain=A, at=NINE)
    read = queries.check_part

    def beside(chain, after, size):
        monkeypatch.setattr(queries, "check_part", read)
        services.check_portion(chain=A, at=NINE, size=3)
        return read(chain, after, size)

    monkeypatch.setattr(queries, "check_part", beside)
    services.check_portion(chain=A, at=NINE, size=3)
    assert ChainCheck.objects.get(chain=A).seq == 3


def numbers(found):
    return [entry.seq for entry in found[0]]


def test_the_newest_come_first_and_go_on_below():
    fill()
    first = queries.newest(A, Wanted(), limit=3)
    assert (numbers(first), first[1]) == ([7, 6, 5], 5)
    second = queries.newest(A, Wanted(), below=first[1], limit=3)
    assert (numbers(second), second[1]) == ([4, 3, 2], 2)
    assert queries.newest(A, Wanted(), below=2, limit=3)[1] is None
    assert queries.newest(B, Wanted()) == ([], None)


def test_a_filter_looks_through_a_window_at_a_time(monkeypatch):
    monkeypatch.setattr(queries, "WINDOW", 4)
    fill()
    write(by="system")
    fill()
    wanted = Wanted(by="system")
    pages, below = [], None
    while True:
        found, below = queries.newest(A, wanted, below=below)
        pages.append([entry.seq for entry in found])
        if below is None:
            break
    assert [n for page in pages for n in page] == [8]
    assert len(pages) == 4


@pytest.mark.parametrize(("since", "before"), [(2, 5), (None, 3), (6, None), (8, 9), (5, 2)])
def test_dates_bound_what_is_shown(since, before):
    fill()
    wanted = Wanted(
        since=None if since is None else NINE + since * HOUR,
        before=None if before is None else NINE + before * HOUR,
    )
    expected = [n for n in range(7, 0, -1) if (since or 0) <= n < (before or 99)]
    assert numbers(queries.newest(A, wanted)) == expected


def test_a_clock_that_went_wrong_for_some_hours_hides_nothing():
    """E-51: the time of entries may run backwards."""
    for hours in (0, 30, 60, 52, 40, 61, 100):
        write(at=NINE + timedelta(hours=hours))
    wanted = Wanted(since=NINE + timedelta(hours=38), before=NINE + timedelta(hours=61))
    assert numbers(queries.newest(A, wanted)) == [5, 4, 3]


def test_persons_and_verbs_are_told_apart():
    fill(3)
    write(verb="office.person.added", by="system")
    assert numbers(queries.newest(A, Wanted(prefix="office."))) == [4]
    assert numbers(queries.newest(A, Wanted(by=ANDI))) == [3, 2, 1]
    assert not Cursor.objects.exists()
