"""Appending: who may, what is refused, and that chains stay whole when many write at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from kelola.ledger import queries, rules
from kelola.ledger.models import Entry, Head
from kelola.ledger.services import Fact, UnknownVerbError, append, append_all
from tests.services.ledger_writing import ANDI, BANDA_ACEH, NINE, SABANG, STEP, write

pytestmark = pytest.mark.django_db


def test_an_entry_links_to_the_one_before_in_its_own_chain():
    first, foreign, second = write(), write(office=SABANG), write()
    assert (first.seq, first.prev) == (1, rules.GENESIS)
    assert (second.seq, second.prev) == (2, first.hash)
    assert (foreign.seq, foreign.prev) == (1, rules.GENESIS)
    assert first.hash != foreign.hash
    assert queries.heads() == {str(BANDA_ACEH): 2, str(SABANG): 1}


def test_without_an_office_it_is_the_chain_of_the_system():
    assert write(office=None, by="system").chain == "system"


def test_what_the_database_gives_back_has_the_same_hash():
    write(data={"b": [1, True, None, {"ä": "x"}], "a": 2**53 + 1}, acting_for=ANDI)
    row = Entry.objects.get()
    assert row.data == {"a": 2**53 + 1, "b": [1, True, None, {"ä": "x"}]}
    found = queries.verify()
    assert (found.ok, found.first_bad, found.entries, found.chains) == (True, None, 1, 1)


def test_an_unknown_verb_is_refused():
    with pytest.raises(UnknownVerbError, match="nobody"):
        write(verb="nobody.ever.said")
    assert not Entry.objects.exists()
    assert not Head.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused():
    with pytest.raises(TransactionManagementError):
        append(office=None, at=NINE, by=ANDI, verb="evidence.document.added", object=STEP)
    assert not Head.objects.exists()


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"by": "Andi Rahman"}, ValueError),
        ({"by": ""}, ValueError),
        ({"acting_for": "Plh. Sekretaris"}, ValueError),
        ({"object": "printer ruang PTSP"}, ValueError),
        ({"at": NINE.replace(tzinfo=None)}, ValueError),
        ({"data": {"cause": "printer tidak menarik kertas"}}, ValueError),
        ({"data": {"list": [{"deep": "two words"}]}}, ValueError),
        ({"data": {"long": "x" * 201}}, ValueError),
        ({"data": {"nul": "a\0b"}}, ValueError),
        ({"data": {"half": "\ud800"}}, ValueError),
        ({"data": {"cost": 1.5}}, TypeError),
        ({"data": {1: "x"}}, TypeError),
        ({"data": {"when": NINE}}, TypeError),
    ],
)
def test_names_prose_and_floats_are_refused(given, error):
    with pytest.raises(error):
        write(**given)
    assert not Entry.objects.exists()


def test_a_rolled_back_change_leaves_no_entry():
    write()
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert queries.heads() == {str(BANDA_ACEH): 1}
    assert write().seq == 2


def test_entries_of_objects_in_their_order_and_chain():
    other = "sop.step:018f0000-0000-7000-8000-0000000000f2"
    write()
    write(object=other)
    write(office=SABANG)
    write(object="sop.run:018f0000-0000-7000-8000-0000000000f3")
    write()
    found = queries.entries_of(str(BANDA_ACEH), [STEP, other])
    assert [(e.seq, e.object) for e in found] == [(1, STEP), (2, other), (4, STEP)]


def test_a_follower_reads_on_from_its_cursor():
    for minute in range(5):
        write(at=NINE + timedelta(minutes=minute))
    write(office=SABANG)
    first = queries.after(str(BANDA_ACEH), 0, limit=3)
    rest = queries.after(str(BANDA_ACEH), first[-1].seq)
    assert [e.seq for e in first + rest] == [1, 2, 3, 4, 5]
    assert queries.after(str(BANDA_ACEH), 5) == []


@pytest.mark.django_db(transaction=True)
def test_four_threads_make_one_chain_without_gaps():
    failures = []
    start = threading.Barrier(4)

    def work():
        try:
            start.wait()
            for _ in range(20):
                write()
        except BaseException as error:  # noqa: BLE001 - a thread's failure must reach the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 81))
    found = queries.verify()
    assert (found.ok, found.entries) == (True, 80)


def test_many_facts_of_one_change_are_chained_in_their_order():
    write()
    facts = [Fact("evidence.document.added", STEP, {"n": n}) for n in range(3)]
    with transaction.atomic():
        entries = append_all(office=BANDA_ACEH, at=NINE, by="system", facts=facts)
        assert append_all(office=BANDA_ACEH, at=NINE, by="system", facts=[]) == []
    assert [(e.seq, e.data["n"]) for e in entries] == [(2, 0), (3, 1), (4, 2)]
    assert write().prev == entries[-1].hash
    assert queries.verify().ok


def test_of_many_facts_one_that_is_refused_refuses_all():
    facts = [Fact("evidence.document.added", STEP, {}), Fact("nobody.ever.said", STEP, {})]
    with pytest.raises(UnknownVerbError, match="nobody"), transaction.atomic():
        append_all(office=BANDA_ACEH, at=NINE, by=ANDI, facts=facts)
    assert not Entry.objects.exists()
    assert not Head.objects.exists()


def test_many_facts_cost_as_many_queries_as_one(django_assert_max_num_queries):
    write()
    facts = [Fact("evidence.document.added", STEP, {}) for _ in range(50)]
    with transaction.atomic(), django_assert_max_num_queries(4):
        append_all(office=BANDA_ACEH, at=NINE, by=ANDI, facts=facts)
