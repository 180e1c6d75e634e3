"""Orders to act, absences and leaving on the screen, as owner, colleague and another office."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kelola.evidence.models import Document
from kelola.ledger.models import Entry
from kelola.office import queries, services
from kelola.office.models import Absence, Appointment, Membership
from kelola.office.rules import AppointmentKind
from kelola.office.scope import office_scope
from kelola.sop import services as sop
from kelola.sop.models import Step
from tests.people import TOLD, sign_in
from tests.sample_files import pdf

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.people import Someone
    from tests.runs import Desk

pytestmark = pytest.mark.django_db
NUMBER = "W1-A99/7/KP/XI/2026"


@pytest.fixture
def today(desk: Desk) -> date:
    desk.now = timezone.now()
    return desk.now.astimezone(ZoneInfo(desk.people.office.zone)).date()


def browser(someone: Someone) -> Client:
    return sign_in(Client(), someone.user)


def page(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def order(desk: Desk, someone: Someone, today: date, key: str = "sekretaris") -> Appointment:
    return services.appoint(
        post=desk.people.court.posts[key],
        person=someone.person,
        kind=AppointmentKind.PLH,
        decree_number=NUMBER,
        decree_on=today,
        valid_from=today,
        valid_until=today + timedelta(days=4),
        **TOLD,
    )


def away(desk: Desk, someone: Someone, today: date, kind: str = "leave") -> Absence:
    return services.record_absence(
        person=someone.person,
        kind=kind,
        starts_on=today,
        ends_on=today + timedelta(days=4),
        **TOLD,
    )


def posted(today: date, **more: Any) -> dict[str, Any]:
    days = {"valid_from": today.isoformat(), "valid_until": (today + timedelta(3)).isoformat()}
    return {"kind": "plh", "decree_number": NUMBER, "decree_on": today.isoformat(), **days, **more}


def test_an_administrator_orders_a_plh_with_its_paper(desk: Desk, today: date) -> None:
    post = desk.people.court.posts["sekretaris"]
    scan = SimpleUploadedFile("perintah.pdf", pdf("Surat Perintah"))
    data = posted(today, person=desk.people.jamil.id, scan=scan)
    budi = browser(desk.people.budi)
    answer = budi.post(reverse("appoint", args=[post.pk]), data, follow=True)
    text = page(answer)
    assert "Jamil Akbar bertugas sebagai Plh. Sekretaris." in text
    assert "menggantikan Cut Meutia" in text
    row = Appointment.objects.get(kind="plh")
    assert Document.objects.get(pk=row.decree_file_id).name == "perintah.pdf"
    listed = page(budi.get(reverse("posts")))
    assert listed.count("Plh. Jamil Akbar") == 1
    assert "Plh. Sekretaris" in page(budi.get(reverse("decrees")))


def test_who_is_appointed_from_a_later_day_on_is_told_the_day(desk: Desk, today: date) -> None:
    post = desk.people.court.posts["operator"]
    data = posted(today, kind="", person=desk.people.jamil.id, valid_from="2031-02-03")
    data["valid_until"] = ""
    answer = browser(desk.people.budi).post(reverse("appoint", args=[post.pk]), data, follow=True)
    assert "Jamil Akbar memegang jabatan Operator mulai 3 Februari 2031." in page(answer)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kind": "plt"}, "pilih Plh."),
        ({"valid_until": ""}, "harus punya hari terakhir"),
        ({"kind": "pejabat"}, "pejabat"),
    ],
)
def test_an_order_that_does_not_fit_says_what_to_do_and_keeps_nothing(
    desk: Desk, today: date, more: dict[str, str], words: str
) -> None:
    before = Appointment.objects.count(), Entry.objects.count()
    post = desk.people.court.posts["sekretaris"]
    data = posted(today, person=desk.people.jamil.id, **more)
    answer = browser(desk.people.budi).post(reverse("appoint", args=[post.pk]), data)
    assert answer.status_code == 422
    assert words in page(answer)
    assert NUMBER in page(answer)
    assert (Appointment.objects.count(), Entry.objects.count()) == before


def test_the_link_fills_the_order_in(desk: Desk, today: date) -> None:
    away(desk, desk.people.cut, today)
    post = desk.people.court.posts["sekretaris"]
    found = queries.posts_without_actor(today)[post.pk]
    budi = browser(desk.people.budi)
    desk_page = page(budi.get(reverse("desk")))
    assert "Sekretaris cuti dan belum ada Plh." in desk_page
    link = f"{reverse('appoint', args=[post.pk])}?sebagai=plh&amp;mulai={today}&amp;sampai="
    assert link in desk_page
    assert found.since == today
    form = page(budi.get(link.replace("&amp;", "&") + "2026-13-99<b>"))
    assert f'value="{today}"' in form
    assert "2026-13-99&lt;b&gt;" in form


def test_who_waits_reads_why_and_only_an_administrator_is_led_to_the_order(
    desk: Desk, today: date
) -> None:
    run = desk.open("A", "Rencana TI")
    desk.finish(run, "A1")
    away(desk, desk.people.cut, today, "illness")
    words = "Sekretaris berhalangan dan belum ada Plh."
    step = reverse("step", args=[desk.step(run, "A2").id])
    for someone, led in ((desk.people.budi, True), (desk.people.andi, False)):
        text = page(browser(someone).get(step))
        assert words in text
        assert ("sebagai=plh" in text) is led
        assert "akit" not in text.replace("terakit", "")
    assert words in page(browser(desk.people.budi).get(reverse("desk")))
    assert words in page(browser(desk.people.andi).get(reverse("runs")))
    order(desk, desk.people.jamil, today)
    assert words not in page(browser(desk.people.budi).get(step))


def test_the_plh_reads_for_whom_and_is_warned_of_a_strategic_decision(
    desk: Desk, today: date
) -> None:
    run = desk.open("A", "Rencana TI")
    desk.finish(run, "A1")
    desk.finish(run, "A2")
    order(desk, desk.people.jamil, today, "ketua")
    step = desk.step(run, "A3")
    jamil = browser(desk.people.jamil)
    text = page(jamil.get(reverse("step", args=[step.id])))
    assert "Anda bertugas sebagai Plh. Ketua, menggantikan Dewi Lestari." in text
    assert "Ini keputusan strategis" in text
    desk.finish(run, "A3", by=desk.people.jamil.person)
    done = page(jamil.get(reverse("step", args=[step.id])))
    assert f"Plh. Ketua (menggantikan Dewi Lestari, surat perintah {NUMBER})" in done
    assert "sebagai Plh. Ketua menyelesaikan A3" in done
    assert "Plh. Ketua" in page(jamil.get(reverse("step_output", args=[step.id])))


def test_no_warning_where_the_decision_is_not_strategic(desk: Desk, today: date) -> None:
    run = desk.open("A", "Rencana TI")
    desk.finish(run, "A1")
    order(desk, desk.people.jamil, today)
    jamil = browser(desk.people.jamil)
    text = page(jamil.get(reverse("step", args=[desk.step(run, "A2").id])))
    assert "Anda bertugas sebagai Plh. Sekretaris" in text
    assert "keputusan strategis" not in text


def test_the_holder_is_back_by_one_button_on_the_desk(desk: Desk, today: date) -> None:
    run = desk.open("A", "Rencana TI")
    desk.finish(run, "A1")
    row = order(desk, desk.people.jamil, today)
    cut, jamil = browser(desk.people.cut), browser(desk.people.jamil)
    step = reverse("step", args=[desk.step(run, "A2").id])
    recall = reverse("order_recall", args=[row.pk])
    assert recall not in page(jamil.get(reverse("desk")))
    assert jamil.post(recall).status_code == 403
    before = page(cut.get(reverse("desk")))
    assert "Jamil Akbar menggantikan Anda sebagai Plh. Sekretaris." in before
    assert step not in before
    refused = page(cut.get(step))
    assert "Jamil Akbar menggantikan Anda sebagai Plh. Sekretaris." in refused
    assert recall in refused
    assert recall not in page(browser(desk.people.andi).get(step))
    after = cut.post(recall, {"from": "desk"}, follow=True)
    assert after.redirect_chain[-1][0] == reverse("desk")
    assert step in page(after)
    assert "sudah berakhir" in page(cut.post(recall, follow=True))
    assert browser(desk.people.eko).post(recall).status_code == 404


def test_what_a_plh_typed_waits_for_the_holder(desk: Desk, today: date) -> None:
    run = desk.open("A", "Rencana TI")
    desk.finish(run, "A1")
    step = desk.step(run, "A2")
    row = order(desk, desk.people.jamil, today)
    jamil = browser(desk.people.jamil)
    form = {k: v for k, v in step.form.items() if isinstance(v, str)}
    sop.save_draft(
        step_id=step.id, data=form, revision=0, by=desk.people.jamil.person, at=timezone.now()
    )
    services.recall_order(appointment=row, today=today, by=desk.people.cut.id, at=timezone.now())
    refused = jamil.post(reverse("step_finish", args=[step.id]), {"save": "1", "revision": "1"})
    assert refused.status_code == 409
    assert "Langkah ini untuk Sekretaris." in page(refused)
    assert Step.objects.get(pk=step.pk).revision == 1


def test_somebody_records_their_own_absence_and_is_back(desk: Desk, today: date) -> None:
    cut = browser(desk.people.cut)
    add = reverse("absence_add", args=[desk.people.cut.id])
    days = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=2)).isoformat()}
    answer = cut.post(add, {"kind": "leave", "note": "Surat cuti 12/2026", **days}, follow=True)
    text = page(answer)
    assert "Ketidakhadiran dicatat." in text
    assert "Surat cuti 12/2026" in text
    assert "Surat cuti" not in page(browser(desk.people.andi).get(answer.redirect_chain[-1][0]))
    row = Absence.objects.get()
    end = reverse("absence_end", args=[row.pk])
    assert browser(desk.people.andi).post(end).status_code == 403
    assert browser(desk.people.eko).post(end).status_code == 404
    assert "Cut Meutia sudah kembali." in page(cut.post(end, follow=True))
    assert "sudah selesai" in page(cut.post(end, follow=True))


def test_an_absence_that_cannot_be_says_why(desk: Desk, today: date) -> None:
    add = reverse("absence_add", args=[desk.people.cut.id])
    days = {"starts_on": today.isoformat(), "ends_on": (today - timedelta(days=2)).isoformat()}
    cut = browser(desk.people.cut)
    for data in ({"kind": "leave", **days}, {"kind": "libur", **days}, {}):
        assert cut.post(add, data).status_code == 422
    assert not Absence.objects.exists()
    assert browser(desk.people.andi).post(add, {"kind": "leave"}).status_code == 403


def test_who_leaves_today_is_out_at_the_next_request(desk: Desk, today: date) -> None:
    cut = browser(desk.people.cut)
    assert cut.get(reverse("desk")).status_code == 200
    leave = reverse("person_leave", args=[desk.people.cut.id])
    budi = browser(desk.people.budi)
    text = page(budi.post(leave, {"last_day": today.isoformat()}, follow=True))
    assert "Cut Meutia sudah keluar; akunnya ditutup." in text
    assert "Hari terakhir di kantor ini" in text
    assert cut.get(reverse("desk")).status_code == 302
    assert not Membership.objects.get(pk=desk.people.cut.membership.pk).is_active


def test_the_last_administrator_is_told_to_make_another_first(desk: Desk, today: date) -> None:
    leave = reverse("person_leave", args=[desk.people.budi.id])
    answer = browser(desk.people.budi).post(leave, {"last_day": today.isoformat()})
    assert answer.status_code == 422
    assert "administrator" in page(answer)
    assert Appointment.objects.get(person=desk.people.budi.person).valid_until is None


def test_desk_and_list_ask_no_more_for_more_absences(desk: Desk, today: date) -> None:
    run = desk.open("A", "Rencana TI")
    desk.finish(run, "A1")
    away(desk, desk.people.cut, today)
    budi = browser(desk.people.budi)

    def asked() -> tuple[int, int]:
        counts = []
        for name in ("desk", "runs"):
            with CaptureQueriesContext(connection) as found:
                assert budi.get(reverse(name)).status_code == 200
            counts.append(len(found))
        return counts[0], counts[1]

    asked()
    before = asked()
    for n in range(4):
        desk.finish(desk.open("A", f"Rencana {n}"), "A1")
    for someone in (desk.people.dewi, desk.people.gita, desk.people.hadi):
        away(desk, someone, today)
    with office_scope(desk.people.office.pk):
        assert len(queries.posts_without_actor(today)) > 3
    assert asked() == before
