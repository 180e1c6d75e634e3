"""The index of the search: what is found, in which order, and that no other office shows in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kelola.registry import new_id
from kelola.search import queries, services
from kelola.search.models import Item

pytestmark = pytest.mark.django_db

OURS, THEIRS = UUID(int=1), UUID(int=2)
AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


def put(title: str, text: str = "", *, office: UUID = OURS, kind: str = "sop.run") -> UUID:
    key = new_id()
    again(key, title, text, office=office, kind=kind)
    return key


def again(key: UUID, title: str, text: str = "", *, office: UUID = OURS, kind: str = "sop.run"):
    with transaction.atomic():
        services.index(office=office, kind=kind, object=key, title=title, text=text, at=AT)


def found(text: str, **more: Any) -> list[UUID]:
    return [h.object_id for h in queries.find(office=OURS, text=text, **more)]


def test_titles_come_first_then_words_then_relatives_each_newest_first():
    relative = put("Pemeliharaan jaringan")
    words = put("Ruang server", "harus dipelihara tiap bulan")
    old = put("Yang dipelihara sejak lama")
    new = put("Genset dipelihara")
    assert found("dipelihara") == [new, old, words, relative]
    assert found("dipelihara", limit=2) == [new, old]


def test_every_word_must_fit_and_the_last_may_be_a_beginning():
    both = put("Printer PTSP macet", "kertas tertarik ganda")
    put("Printer ruang sidang")
    assert found("ptsp printer") == [both]
    assert found("ganda print") == [both]
    assert found("printer gan") == [both]
    assert found("print macet") == []
    assert found("") == found("  ") == found("!?") == []


def test_paging_shows_every_hit_once():
    keys = [put(f"Laporan {n}", "pelaporan") for n in range(7)]
    keys += [put("Lain", "laporan") for _ in range(5)]
    keys += [put("Lain", "dilaporkan") for _ in range(4)]
    seen: list[UUID] = []
    after = ""
    while page := queries.find(office=OURS, text="laporan", limit=3, after=after):
        seen += [h.object_id for h in page]
        after = page[-1].place
    assert len(seen) == len(set(seen)) == len(keys)
    assert seen == found("laporan", limit=99)


@pytest.mark.parametrize("after", ["x", "0-", "4-1", "0-x", "0-٣", "-1", "0-" + "9" * 30, "0--1"])
def test_a_place_made_up_is_no_place(after: str):
    with pytest.raises(ValueError, match="no place"):
        queries.find(office=OURS, text="laporan", after=after)


def test_another_office_is_neither_found_nor_counted_nor_felt_in_the_order():
    ours = [put("Kabel jaringan"), put("Lain", "kabel")]
    before = queries.find(office=OURS, text="kabel")
    for _ in range(50):
        put("Kabel rahasia canary", "kabel kabel", office=THEIRS)
    assert queries.find(office=OURS, text="kabel") == before
    assert {h.object_id for h in before} == set(ours)
    assert found("canary") == []
    assert queries.find(office=THEIRS, text=OURS.hex) == []
    assert found(f"o{THEIRS.hex}") == found(THEIRS.hex) == []


def test_only_the_kinds_asked_for():
    run = put("Kabel")
    person = put("Kabel", kind="office.person")
    assert found("kabel", kinds=["sop.run"]) == [run]
    assert set(found("kabel", kinds=["sop.run", "office.person"])) == {run, person}
    assert found("ksoprun") == found("sop.run") == []


def test_indexing_again_replaces_the_words():
    key = put("Printer macet", "rahasia lama")
    again(key, "Pemindai macet", "baru")
    assert found("printer") == found("lama") == []
    assert found("pemindai") == found("baru") == [key]
    assert Item.objects.count() == 1


def test_what_is_forgotten_or_deleted_is_not_found():
    gone, deleted, other = put("Kabel"), put("Kabel"), put("Kabel", office=THEIRS)
    services.forget(office=OURS, kind="sop.run", objects=[gone, other])
    Item.objects.filter(object_id=deleted).delete()
    assert found("kabel") == []
    assert [h.object_id for h in queries.find(office=THEIRS, text="kabel")] == [other]
    assert queries.missing_marks() == 0


def test_the_index_follows_the_transaction():
    with transaction.atomic():
        put("Batal")
        assert found("batal")
        transaction.set_rollback(True)
    assert found("batal") == []
    assert queries.missing_marks() == 0


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_indexed():
    with pytest.raises(TransactionManagementError):
        services.index(office=OURS, kind="sop.run", object=new_id(), title="x", text="", at=AT)


@pytest.mark.parametrize(
    "text",
    [
        '"', "'", '""', "*", "a*", '"a"*', "%", "_", "NEAR(a b)", "a NEAR b", "AND", "OR NOT",
        "a AND", "-a", "^a", "{marks} : a", "marks:a", "a:b", "(", ")", "a & b | !c", "<->", "\\",
        "\\'", "\x00", "\ud800", "😀", "ا" * 200, "a" * 200, "' OR 1=1 --", "rowid", "İ", "ß", "ﬁ",
    ],
)  # fmt: skip
def test_no_question_breaks_the_databases_language(text: str):
    put("NEAR and a marks rowid", "b or not c")
    queries.find(office=OURS, text=text)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_whatever_is_indexed_is_found_by_its_own_title(text: str):
    with transaction.atomic():
        key = put(text)
        asked = queries.question(text)
        assert not asked.words or key in found(text, limit=500)
        transaction.set_rollback(True)


def test_a_very_long_text_costs_a_bounded_index():
    key = put("Panjang", " ".join(f"kata{n}" for n in range(100_000)))
    row = Item.objects.get(object_id=key)
    assert len(row.words.encode()) <= 200_000
    assert found("kata7") == [key]
    assert found("kata99999") == []
    nasty = put("Aneh", "".join(chr(0x4E00 + n % 20000) + " " for n in range(60_000)))
    assert nasty in found("aneh")


def test_a_lost_mark_is_a_finding_of_doctor():
    put("Kabel")
    lost = (
        "UPDATE search_item SET marks = NULL"
        if connection.vendor == "postgresql"
        else "DELETE FROM search_marks"
    )
    with connection.cursor() as cursor:
        cursor.execute(lost)
    assert queries.missing_marks() == 1


def test_the_order_is_of_when_things_came_not_of_when_they_changed():
    first, second = put("Kabel satu"), put("Kabel dua")
    again(first, "Kabel satu diganti")
    assert found("kabel") == [second, first]
