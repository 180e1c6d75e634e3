"""The official form: every word of the SOP on paper, drafts marked, sealed ones kept; charts."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from kelola.evidence.models import IssuedPaper
from kelola.office.scope import office_scope
from kelola.sop import services
from kelola.sop.definition.shape import Words
from kelola.sop.models import SopVersion, VersionState
from tests.people import TOLD, sign_in
from tests.runs import library_sop

if TYPE_CHECKING:
    from pathlib import Path

    from kelola.sop.definition.shape import SopDefinition
    from tests.runs import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def budi(desk: Desk) -> Client:
    return sign_in(Client(), desk.people.budi.user)


def paper(desk: Desk, version: SopVersion | None = None) -> str:
    return reverse("sop_form_paper", args=[desk.version.sop_id, (version or desk.version).pk])


def pages_of(pdf: bytes) -> list[str]:
    """Return the letters of each page, without any white space: lines break inside of words."""
    return [bare(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def adopted(desk: Desk, definition: SopDefinition, state: VersionState) -> SopVersion:
    row, _new = services.load_definition(definition=definition, **TOLD)
    with office_scope(desk.people.office.pk):
        return services.adopt_sop(
            definition=row,
            office=desk.people.office,
            state=state,
            effective_on=None,
            by="system",
            at=desk.now,
        )


@pytest.mark.parametrize("size", ["a4", "f4"])
@pytest.mark.parametrize("verbatim", [False, True], ids=["corrected", "verbatim"])
def test_every_word_of_the_sop_is_printed(
    desk: Desk, budi: Client, size: str, *, verbatim: bool
) -> None:
    asked = {"kertas": size, "naskah": "1" if verbatim else ""}
    pages = pages_of(budi.get(paper(desk), asked).content)
    whole, missing = "".join(pages), []

    def expect(words: Words) -> None:
        text = (words.verbatim or words.id) if verbatim else words.id
        missing.extend(w for w in text.split() if bare(w) not in whole)

    activities = [a for p in library_sop().procedures for a in p.activities]
    assert len(activities) == 38
    for activity in activities:
        assert activity.key in whole
        for part in (activity.title, activity.requirement, activity.time_words, activity.output):
            expect(part)
    identity = library_sop().identity
    for words in (*identity.qualifications, *identity.equipment, *identity.warnings):
        expect(words)
    assert missing == []
    assert ("Persyaratan/Perlengkapan" in whole) is verbatim
    assert ("sesuainaskah" in whole) is verbatim
    assert "DRAF" not in whole
    box = PdfReader(io.BytesIO(budi.get(paper(desk), asked).content)).pages[0].mediabox
    mm = [round(float(v) * 25.4 / 72) for v in (box.width, box.height)]
    assert mm == ([297, 210] if size == "a4" else [330, 215])


def test_the_cells_of_a_row_stand_on_its_page(desk: Desk, budi: Client) -> None:
    pages = pages_of(budi.get(paper(desk)).content)
    for procedure in library_sop().procedures:
        for activity in procedure.activities:
            found = [p for p in pages if bare(f"{procedure.code}. {procedure.title.id}") in p]
            words = [bare(w) for w in activity.title.id.split()]
            assert any(all(w in page for w in words) for page in found), activity.key


def test_a_version_without_approval_is_a_draft_on_every_page(desk: Desk, budi: Client) -> None:
    definition = dataclasses.replace(library_sop(), source_note="lain")
    version = adopted(desk, definition, VersionState.DRAFT)
    pages = pages_of(budi.get(paper(desk, version)).content)
    assert len(pages) > 6
    assert all("DRAF" in page for page in pages)
    sent = budi.post(paper(desk, version), {"office": str(desk.people.office.pk)}, follow=True)
    assert "Hanya versi yang berlaku" in sent.content.decode()
    assert not IssuedPaper.objects.filter(kind="sop.official").exists()


def test_a_form_in_force_is_sealed_once_and_kept(desk: Desk, budi: Client) -> None:
    for _again in range(2):
        sent = budi.post(paper(desk), {"office": str(desk.people.office.pk)}, follow=True)
        assert "disimpan" in sent.content.decode()
    (kept,) = IssuedPaper.objects.filter(kind="sop.official")
    assert kept.number == "SOP/AS/29"
    body = b"".join(budi.get(reverse("document", args=[kept.document_id])).streaming_content)
    whole = "".join(pages_of(body))
    assert bare(kept.digest) in whole
    # Nobody held the post on the day it took effect, in 2018: the place stays empty.
    assert bare(desk.people.dewi.person.name) not in whole
    page = budi.get(reverse("sop_versions", args=[desk.version.sop_id])).content.decode()
    assert kept.digest[:16] in page


def long_one(definition: SopDefinition) -> SopDefinition:
    """Return the SOP with an activity of 600 characters, a name of 200 and Arabic in the title."""
    first, *others = definition.procedures
    long = " ".join(f"memeriksa{n:03}" for n in range(46))[:600]
    changed = dataclasses.replace(first.activities[0], title=Words(long))
    role = dataclasses.replace(first.roles[1], title=Words(("Kepala Subbagian " * 12)[:200]))
    first = dataclasses.replace(
        first,
        activities=(changed, *first.activities[1:]),
        roles=(first.roles[0], role, *first.roles[2:]),
    )
    identity = dataclasses.replace(
        definition.identity, title=Words("Pengelolaan TI المحكمة الشرعية")
    )
    return dataclasses.replace(definition, identity=identity, procedures=(first, *others))


def test_long_texts_and_arabic_are_printed_whole(desk: Desk, budi: Client) -> None:
    version = adopted(desk, long_one(library_sop()), VersionState.IN_FORCE)
    for size in ("a4", "f4"):
        whole = "".join(pages_of(budi.get(paper(desk, version), {"kertas": size}).content))
        assert all(f"memeriksa{n:03}" in whole for n in range(45))
        assert bare(("Kepala Subbagian " * 12)[:200]) in whole
        assert bare(desk.people.dewi.person.name) in whole
        assert any("\u0600" <= c <= "\uffff" and c.isalpha() for c in whole)


def test_the_command_prints_and_seals(desk: Desk, tmp_path: Path, capsys) -> None:
    out = tmp_path / "f.pdf"
    office = str(desk.people.office.pk)
    told = ["sop", "print", "sop/as/29", "--out", str(out), "--office", office]
    call_command(*told)
    assert out.read_bytes().startswith(b"%PDF-")
    assert "Pengelolaan" in "".join(pages_of(out.read_bytes()))
    first = out.read_bytes()
    call_command(*told)
    assert out.read_bytes() == first
    assert IssuedPaper.objects.filter(kind="sop.official").count() == 1
    for wrong in (
        ["sop", "print", "SOP/AS/99", "--out", str(out), "--office", office],
        ["sop", "print", "SOP/AS/29", "--out", str(tmp_path / "x" / "f.pdf"), "--office", office],
        ["sop", "print", "SOP/AS/29", "--out", str(out), "--office", "x"],
        ["sop", "print", "SOP/AS/29", "--out", str(out)],
    ):
        with pytest.raises(CommandError) as refused:
            call_command(*wrong)
        assert refused.value.returncode == 2
    capsys.readouterr()


def test_the_chart_shows_where_a_run_stands_and_escapes_what_is_written(
    desk: Desk, budi: Client
) -> None:
    first, *others = library_sop().procedures
    changed = dataclasses.replace(
        first.activities[0], title=Words("<script>alert(1)</script> & co")
    )
    first = dataclasses.replace(first, activities=(changed, *first.activities[1:]))
    hostile = dataclasses.replace(library_sop(), procedures=(first, *others))
    run = desk.open("B", "Printer PTSP")
    desk.finish(run, "B1")
    page = budi.get(reverse("run_chart", args=[run.pk])).content.decode()
    assert page.count("is-done") == 1
    assert page.count("is-now") == 1
    assert "belum dibuka" in page
    adopted(desk, hostile, VersionState.IN_FORCE)
    page = budi.get(reverse("chart", args=[desk.version.sop_id, "A"])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert budi.get(reverse("chart", args=[desk.version.sop_id, "Z"])).status_code == 404


def test_heat_is_told_in_words_and_by_a_look(desk: Desk, budi: Client) -> None:
    where = reverse("chart", args=[desk.version.sop_id, "B"])
    whole_year = "?dari=2026-01-01&sampai=2026-12-31"
    counts = []
    for _round in range(2):
        for _number in range(3):
            run = desk.open("B")
            desk.now += timedelta(minutes=30)
            desk.finish(run, "B1")
            desk.now += timedelta(hours=2)
            desk.finish(run, "B2")
        budi.get(where + whole_year)
        with CaptureQueriesContext(connection) as seen:
            page = budi.get(where + whole_year).content.decode()
        counts.append(len(seen))
        assert counts[1:] or "is-heat-4" in page
    assert "6 langkah, separuhnya dalam" in page
    assert counts[0] == counts[1]
    for wrong in ("?dari=2026-02-31&sampai=2026-03-01", "?dari=2026-05-01&sampai=2026-04-01",
                  "?dari=2020-01-01&sampai=2026-04-01", "?dari=x"):  # fmt: skip
        assert budi.get(where + wrong).status_code == 422
