"""Several steps on one page, and work recorded after it was done, as a browser posts them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kelola.evidence.models import Document
from kelola.sop.models import Run, Step
from tests.doors import enter_by_pin, give_pin, share
from tests.people import sign_in
from tests.sample_files import png

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.people import Someone
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
B1 = {
    "B1-requester": "Panitera",
    "B1-unit": "PTSP",
    "B1-channel": "phone",
    "B1-category": "device",
    "B1-description": "Printer <b>macet</b>",
}
B2 = {
    "B2-type": "incident",
    "B2-analysis": "Rol kotor",
    "B2-third_party": "no",
    "B2-solution": "Dibersihkan",
}
BOTH = {**B1, **B2, "activity": ["B1", "B2"], "revision": "0"}


def come(someone: Someone) -> Client:
    """Sign somebody in."""
    return sign_in(Client(), someone.user)


def words(answer: HttpResponse) -> str:
    """Return what a page says."""
    return answer.content.decode()


@pytest.fixture
def run(desk: Desk) -> Run:
    """A request that nobody has taken up."""
    desk.now = timezone.now() - timedelta(minutes=5)
    return desk.open("B", "Printer macet")


@pytest.fixture
def andi(desk: Desk) -> Client:
    """Andi's browser."""
    return come(desk.people.andi)


def address(desk: Desk, run: Run, activity: str = "B1") -> str:
    """Return where the steps are finished together."""
    return reverse("step_together", args=[desk.step(run, activity).id])


def test_both_forms_stand_on_one_page_and_are_finished_at_once(
    desk: Desk, run: Run, andi: Client
) -> None:
    step = words(andi.get(reverse("step", args=[desk.step(run, "B1").id])))
    assert "Isi 2 langkah sekaligus" in step
    page = words(andi.get(address(desk, run)))
    assert 'name="B1-requester"' in page
    assert 'name="B2-analysis"' in page
    assert "Keputusan: Selesaikan." in page  # B2 has other ways on
    answer = andi.post(address(desk, run), BOTH, follow=True)
    assert "2 langkah diselesaikan." in words(answer)
    states = dict(Step.objects.filter(run=run).values_list("activity", "state"))
    assert states == {"B1": "done", "B2": "done", "B3": "ready"}
    assert desk.step(run, "B2").form["analysis"] == "Rol kotor"


def test_what_is_missing_is_told_at_its_field_and_nothing_typed_is_lost(
    desk: Desk, run: Run, andi: Client
) -> None:
    given: dict[str, Any] = {**BOTH, "B2-solution": "", "B1-channel": "drum"}
    given["B1-photo"] = SimpleUploadedFile("sebelum.png", png(), "image/png")
    answer = andi.post(address(desk, run), given)
    page = words(answer)
    assert answer.status_code == 422
    assert "Belum ada yang diselesaikan" in page
    assert 'href="#f-B2-solution"' in page
    assert 'href="#f-B1-channel"' in page
    assert "Printer &lt;b&gt;macet" in page
    kept = Document.objects.get()
    assert f'value="{kept.id}" checked' in page
    again = {**BOTH, "B1-photo": str(kept.id)}
    assert andi.post(address(desk, run), again).status_code == 302
    assert desk.step(run, "B1").form["photo"] == [str(kept.id)]


def test_a_table_gets_its_row_without_javascript(desk: Desk) -> None:
    desk.now = timezone.now() - timedelta(minutes=5)
    run = desk.open("C2-C7")
    desk.finish(run, "C2")
    budi = come(desk.people.budi)
    keys = ["C3", "C4", "C5", "C6"]
    page = words(budi.get(address(desk, run, "C3")))
    assert '<button class="btn" name="add_row" value="C4-software"' in page
    posted = {"activity": keys, "C4-software.rows": "4", "add_row": "C4-software"}
    more = words(budi.post(address(desk, run, "C3"), posted))
    assert 'name="C4-software.rows" value="5"' in more
    looked = budi.post(address(desk, run, "C3"), {"activity": keys, "look": "1"})
    assert looked.status_code == 200
    assert desk.step(run, "C3").state == "ready"


def test_somebody_else_and_another_row_are_refused(desk: Desk, run: Run, andi: Client) -> None:
    cut = come(desk.people.cut)
    assert cut.get(address(desk, run)).status_code == 302
    answer = cut.post(address(desk, run), BOTH)
    assert answer.status_code == 409
    assert "Langkah ini untuk" in words(answer)
    for keys, status in ((["B1", "B3"], 409), (["B1", "C2"], 404), (["B2"], 404)):
        assert andi.post(address(desk, run), {**BOTH, "activity": keys}).status_code == status
    assert desk.step(run, "B1").state == "ready"


def test_a_step_finished_meanwhile_is_told_with_what_was_typed(
    desk: Desk, run: Run, andi: Client
) -> None:
    here = address(desk, run)
    desk.finish(run, "B1")
    answer = andi.post(here, BOTH)
    assert answer.status_code == 409
    assert "sudah diselesaikan" in words(answer)
    assert "Rol kotor" in words(answer)
    assert andi.get(here).status_code == 302


def test_three_answers_record_work_and_the_forms_know_them(desk: Desk, andi: Client) -> None:
    local = timezone.localtime(timezone.now())
    yesterday = (local - timedelta(days=1)).date().isoformat()
    page = words(andi.get(reverse("done_new")))
    assert "Catat yang sudah dikerjakan" in page
    given = {
        "what": "Kabel proyektor diganti",
        "who": "Kasubag Umum",
        "done_on": yesterday,
        "done_time": "10:15",
        "strand": f"{desk.version.sop_id}:B",
    }
    refused = andi.post(reverse("done_new"), given)
    assert refused.status_code == 422
    assert "catatan susulan. Tulis" in words(refused)
    assert "Kabel proyektor diganti" in words(refused)
    assert not Run.objects.exists()
    told = andi.post(reverse("done_new"), {**given, "reason": "Listrik padam"}, follow=True)
    page = words(told)
    assert "Tercatat dengan nomor" in page
    assert f'value="{yesterday}"' in page
    assert 'value="10:15"' in page
    assert "Listrik padam" in page
    run = Run.objects.get()
    assert 'value="Kasubag Umum"' in page
    assert andi.post(address(desk, run), late(BOTH, yesterday, page)).status_code == 302
    for key in ("B1", "B2"):
        step = desk.step(run, key)
        assert step.performed_at
        zone = ZoneInfo(desk.people.office.zone)
        assert step.performed_at.astimezone(zone).strftime("%H:%M") == "10:15"
        assert step.late_reason == "Listrik padam"
    assert "Listrik padam" in words(andi.get(reverse("run", args=[run.id])))


def late(form: dict[str, Any], day: str, page: str) -> dict[str, Any]:
    """Return the form as the page has it: with its moment and the draft's revision."""
    assert 'name="revision" value="1"' in page
    moment = {"done_on": day, "done_time": "10:15", "late_reason": "Listrik padam"}
    return {**form, **moment, "revision": "1"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"what": "  "}, "Apa yang dikerjakan"),
        ({"who": ""}, "Untuk siapa"),
        ({"done_time": "25:00"}, "Pukul berapa"),
        ({"done_on": "2026-02-30"}, "Dikerjakan pada"),
        ({"done_on": "2999-01-01"}, "Dikerjakan pada"),
        ({"strand": "x:B"}, "Prosedur"),
    ],
)
def test_a_record_that_lacks_something_says_what(
    desk: Desk, andi: Client, changes: dict[str, str], told: str
) -> None:
    given = {
        "what": "Kabel diganti",
        "who": "PTSP",
        "done_on": timezone.localdate().isoformat(),
        "done_time": "00:00",
        "strand": f"{desk.version.sop_id}:B",
        **changes,
    }
    answer = andi.post(reverse("done_new"), given)
    assert answer.status_code == 422
    summary = words(answer).partition('class="error-summary')[2].partition("</div>")[0]
    assert told in summary
    assert not Run.objects.exists()


def test_who_opens_nothing_is_told_whom_to_ask(desk: Desk) -> None:
    jamil = come(desk.people.jamil)
    assert "Minta operator mencatatnya" in words(jamil.get(reverse("done_new")))
    assert jamil.post(reverse("done_new"), {"what": "x"}).status_code == 200
    assert not Run.objects.exists()


def test_by_pin_one_looks_and_does_not_finish(desk: Desk, run: Run, client: Client) -> None:
    share(client, desk.people)
    give_pin(desk.people.andi.user)
    enter_by_pin(client, desk.people.andi)
    assert "Isi 2 langkah" in words(client.get(reverse("step", args=[desk.step(run, "B1").id])))
    answer = client.post(address(desk, run), BOTH)
    assert answer.status_code == 409
    assert "Rol kotor" in words(answer)
    assert desk.step(run, "B1").state == "ready"
