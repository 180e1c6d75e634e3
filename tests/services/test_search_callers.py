"""What becomes findable when people work: runs, forms, notes, files and names."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from kelola.evidence.services import store_file
from kelola.office.scope import office_scope
from kelola.office.services import add_person
from kelola.registry import new_id
from kelola.search import queries, services
from kelola.search.kinds import kinds
from kelola.search.models import Item
from kelola.sop.services import save_draft
from tests.people import TOLD

if TYPE_CHECKING:
    from tests.runs import Desk

KINDS = {"sop.run", "sop.step", "office.person", "evidence.document"}


def found(desk: Desk, text: str) -> dict[str, list[UUID]]:
    answer: dict[str, list[UUID]] = {}
    for hit in queries.find(office=desk.people.office.pk, text=text, limit=99):
        answer.setdefault(hit.kind, []).append(hit.object_id)
    return answer


def test_a_run_is_found_by_subject_number_and_sop(desk: Desk):
    run = desk.open("B", "Printer PTSP macet")
    for asked in ("macet", run.number, "SOP/AS/29"):
        assert found(desk, asked)["sop.run"] == [run.id], asked


def test_a_step_is_found_by_its_form_and_its_note(desk: Desk):
    run = desk.open("B")
    desk.finish(run, "B1", remarks="Menunggu teknisi zamrud")
    assert found(desk, "zamrud") == {"sop.step": [desk.step(run, "B1").id]}
    written = next(v for v in desk.step(run, "B1").form.values() if isinstance(v, str) and " " in v)
    assert desk.step(run, "B1").id in found(desk, written[:60])["sop.step"]


def test_a_draft_is_found_until_its_words_change(desk: Desk):
    run = desk.open("B")
    step = desk.step(run, "B1")
    field = next(
        f for f in desk.procedure("B").activity("B1").form.fields if f.type in ("text", "long_text")
    )

    def save(words: str, revision: int) -> None:
        save_draft(
            step_id=step.id,
            data={field.key: words},
            revision=revision,
            by=desk.people.andi.person,
            at=desk.now,
        )

    save("kabel kobalt", 0)
    assert found(desk, "kobalt") == {"sop.step": [step.id]}
    save("kabel biru", 1)
    assert found(desk, "kobalt") == {}


def test_a_file_is_found_by_its_name_and_a_person_by_theirs_but_not_by_nip(desk: Desk):
    office = desk.people.office.pk
    document = store_file(
        office=office,
        stream=io.BytesIO(b"isi"),
        name="Berita acara serah terima.txt",
        subject=f"sop.run:{new_id()}",
        by=desk.people.andi.id,
        at=desk.now,
    )
    person = add_person(office=office, name="Zulkifli Ma'arif", nip="198001012005011001", **TOLD)
    assert found(desk, "penyerahan acara") == {"evidence.document": [document.pk]}
    assert found(desk, "maarif") == {"office.person": [person.pk]}
    assert found(desk, "198001012005011001") == {}


def test_another_office_finds_nothing_of_it(desk: Desk):
    desk.open("B", "Canary zamrud")
    assert queries.find(office=desk.people.other.office.pk, text="zamrud") == []
    faces = kinds["sop.run"].faces
    ids = [h.object_id for h in queries.find(office=desk.people.office.pk, text="zamrud")]
    assert ids
    with office_scope(desk.people.other.office.pk):
        assert dict(faces(None, ids)) == {}


def test_rebuilding_brings_back_what_was_lost_and_drops_what_is_gone(desk: Desk):
    office = desk.people.office.pk
    run = desk.open("B", "Printer zamrud")
    desk.finish(run, "B1", remarks="catatan kobalt")
    before = {(i.kind, i.object_id, i.title, i.words) for i in Item.objects.filter(office=office)}
    theirs = Item.objects.exclude(office=office).count()
    Item.objects.filter(office=office).delete()
    ghosts = [new_id(), UUID(int=5)]
    for ghost in ghosts:
        services.index(
            office=office, kind="sop.run", object=ghost, title="hantu", text="", at=desk.now
        )
    for _twice in range(2):
        gone = {kind: services.rebuild(office=office, kind=kind)[1] for kind in kinds}
        after = {
            (i.kind, i.object_id, i.title, i.words) for i in Item.objects.filter(office=office)
        }
        assert before <= after
        # A step nobody wrote on has a row without words after a rebuild, and finds nothing.
        assert all(not words and not title for _k, _o, title, words in after - before)
    assert sum(gone.values()) == 0
    assert found(desk, "hantu") == {}
    assert found(desk, "zamrud")["sop.run"] == [run.id]
    assert Item.objects.exclude(office=office).count() == theirs


@pytest.mark.parametrize("size", [1, 2, 3])
def test_rebuilding_in_small_pages_loses_nothing(desk: Desk, monkeypatch, size: int):
    monkeypatch.setattr(services, "CHUNK", size)
    office = desk.people.office.pk
    runs = [desk.open("B", f"Zamrud {n}") for n in range(4)]
    ghosts = [UUID(int=1), new_id(), UUID(int=2**128 - 1)]
    for ghost in ghosts:
        services.index(
            office=office, kind="sop.run", object=ghost, title="hantu", text="", at=desk.now
        )
    assert services.rebuild(office=office, kind="sop.run") == (4, 3)
    assert set(found(desk, "zamrud")["sop.run"]) == {r.id for r in runs}


def test_every_kind_is_registered(desk: Desk):
    assert set(kinds) >= KINDS
