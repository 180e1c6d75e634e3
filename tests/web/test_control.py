"""Document control: the list of revisions, table 7, the approval sheet, the index of SOPs."""

from __future__ import annotations

import dataclasses
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from kelola.office import services as office
from kelola.office.scope import office_scope
from kelola.sop import queries, services
from kelola.sop.definition.shape import Words
from kelola.sop.models import SopVersion, VersionState
from tests.people import TOLD, sign_in
from tests.runs import library_sop

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.sop.definition.shape import SopDefinition
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
HALF = "?paruh=2026-2"


def words_of(response: HttpResponse) -> str:
    """Return the text of a paper, without its line ends."""
    assert response["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(response.content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def revised() -> SopDefinition:
    """Return the library's SOP with B3 given four hours and the website's care left out."""
    old = library_sop()
    b3 = dataclasses.replace(
        old.procedure("B").activity("B3"), time="PT4H", time_words=Words("4 Jam <b>")
    )
    first, second = old.procedures[:2]
    activities = tuple(b3 if a.key == "B3" else a for a in second.activities)
    second = dataclasses.replace(second, activities=activities)
    return dataclasses.replace(old, procedures=(first, second, *old.procedures[2:-1]))


def draft(desk: Desk, definition: SopDefinition) -> SopVersion:
    """Take a revision up as a draft."""
    row, _new = services.load_definition(definition=definition, **TOLD)
    with office_scope(desk.people.office.pk):
        return services.adopt_sop(
            definition=row,
            office=desk.people.office,
            state=VersionState.DRAFT,
            effective_on=None,
            by="system",
            at=desk.now,
        )


@pytest.fixture
def budi(desk: Desk) -> Client:
    return sign_in(Client(), desk.people.budi.user)


def test_a_revision_is_shown_and_printed_row_by_row(desk: Desk, budi: Client) -> None:
    version = draft(desk, revised())
    where = [desk.version.sop_id, version.pk]
    page = budi.get(reverse("revision", args=where)).content.decode()
    assert "3 perbedaan" in page
    assert "4 Jam &lt;b&gt;" in page
    paper = words_of(budi.get(reverse("revision_paper", args=where)))
    before = library_sop().procedure("B").activity("B3").time_words.id
    for told in ("Semula", "Menjadi", "B3", "4 Jam <b>", before, "Pemeliharaan Website"):
        assert told in paper, told
    assert version.definition_id in paper.replace(" ", "").replace("\u200b", "")
    versions = budi.get(reverse("sop_versions", args=[desk.version.sop_id])).content.decode()
    assert versions.count("perubahan/") == 1


def test_a_first_version_revises_nothing(desk: Desk, budi: Client) -> None:
    where = [desk.version.sop_id, desk.version.pk]
    assert "versi pertama" in budi.get(reverse("revision", args=where)).content.decode()
    assert budi.get(reverse("revision_paper", args=where)).status_code == 404


def test_a_version_of_another_sop_is_not_shown(desk: Desk, budi: Client) -> None:
    definition = library_sop()
    other = dataclasses.replace(
        definition, identity=dataclasses.replace(definition.identity, number="SOP/AS/30")
    )
    version = draft(desk, other)
    where = [desk.version.sop_id, version.pk]
    assert budi.get(reverse("revision", args=where)).status_code == 404
    assert budi.get(reverse("approval_paper", args=where)).status_code == 404


def half_a_year(desk: Desk) -> None:
    """Do one run of B with a return and a late record, leave a D4 undone and one step overdue."""
    run = desk.open("B", "Printer PTSP")
    desk.finish(run, "B1")
    done = desk.now
    desk.now += timedelta(days=1)
    desk.finish(run, "B2", performed_at=done, late_reason="Listrik padam")
    services.leave_undone(
        step_id=desk.step(desk.open("D4"), "D4").id,
        reason="Server mati",
        by=desk.people.andi.person,
        at=desk.now,
    )


def test_table_7_holds_the_figures_of_the_half_year(desk: Desk, budi: Client) -> None:
    half_a_year(desk)
    where = [desk.version.sop_id]
    page = budi.get(reverse("monitoring", args=where) + HALF).content.decode()
    for told in ("Selesai tepat waktu: 2 dari", "Dicatat susulan: 1", "Tidak dilaksanakan: 1"):
        assert told in page, told
    paper = words_of(budi.get(reverse("monitoring_paper", args=where) + HALF))
    for told in ("Tidak berjalan dengan baik", "Paraf penilai", "Tindakan", "Dicatat susulan: 1"):
        assert told in paper, told
    for code in "ABCDEF":
        assert f"{code}. " in paper
    first = budi.get(reverse("monitoring", args=where) + "?paruh=2026-1").content.decode()
    assert "Selesai tepat waktu" not in first
    assert budi.get(reverse("monitoring", args=where) + "?paruh=9999-1").status_code == 404
    # What is no half-year shows this one.
    assert budi.get(reverse("monitoring", args=where) + "?paruh=<x>").status_code == 200


def test_table_7_counts_like_the_rows_themselves(desk: Desk) -> None:
    half_a_year(desk)
    with office_scope(desk.people.office.pk):
        found = queries.ran(
            desk.version.sop_id, desk.now - timedelta(days=30), desk.now + timedelta(days=30),
            desk.now + timedelta(days=20),
        )  # fmt: skip
    assert found["B"] == (1, 2, 0, 0, 1, 0, 1)
    assert found["D"] == (1, 0, 0, 0, 0, 1, 0)


def test_figures_cost_the_same_for_more_runs(desk: Desk, budi: Client) -> None:
    where = reverse("monitoring", args=[desk.version.sop_id]) + HALF
    counts = []
    for _number in range(2):
        for _run in range(4):
            desk.finish(desk.open("B"), "B1")
        budi.get(where)
        with CaptureQueriesContext(connection) as seen:
            budi.get(where)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_approval_sheet_names_who_holds_the_chosen_posts(desk: Desk, budi: Client) -> None:
    where = [desk.version.sop_id, desk.version.pk]
    assert budi.get(reverse("approval", args=where)).status_code == 200
    paper = words_of(budi.get(reverse("approval_paper", args=where)))
    for someone in (desk.people.budi, desk.people.cut, desk.people.dewi):
        assert someone.person.name in paper
        assert someone.person.nip in paper
    for told in ("Disusun oleh", "Diperiksa oleh", "Ditetapkan oleh", "Ketua"):
        assert told in paper
    chosen = {"disusun": str(desk.people.court.posts["redaktur"].pk), "kertas": "f4"}
    own = words_of(budi.get(reverse("approval_paper", args=where), chosen))
    assert desk.people.gita.person.name in own
    assert desk.people.dewi.person.name not in own


def test_the_sheet_knows_no_post_of_another_office(desk: Desk, budi: Client) -> None:
    where = [desk.version.sop_id, desk.version.pk]
    with office_scope(desk.people.other.office.pk):
        foreign = office.add_post(
            office=desk.people.other.office.pk, key="x", title="Asing", title_en="", **TOLD
        )
    for key in (str(foreign.pk), "x", "1 OR 1"):
        sent = budi.get(reverse("approval_paper", args=where), {"disusun": key})
        assert sent.status_code == 404


def test_the_index_lists_every_sop_in_few_queries(desk: Desk, budi: Client) -> None:
    counts = []
    for number in range(1, 4):
        budi.get(reverse("index_paper"))
        with CaptureQueriesContext(connection) as seen:
            paper = words_of(budi.get(reverse("index_paper")))
        counts.append(len(seen))
        definition = library_sop()
        identity = dataclasses.replace(definition.identity, number=f"SOP/AS/{90 + number}")
        draft(desk, dataclasses.replace(definition, identity=identity))
    for told in ("SOP/AS/29", "SOP/AS/91", "SOP/AS/92", "38", "Berlaku", "Rancangan"):
        assert told in paper, told
    assert len(set(counts)) == 1
