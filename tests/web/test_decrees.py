"""The register of decrees: appointing with a scan, what ends, renewing many at once."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kelola.evidence.models import Document
from kelola.ledger.models import Entry
from kelola.office import services
from kelola.office.models import Appointment
from kelola.office.queries import posts_of
from kelola.office.scope import office_scope
from tests.people import TOLD, make_people, sign_in
from tests.sample_files import pdf

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.people import People, Someone

pytestmark = pytest.mark.django_db
NEW = {"decree_number": "W1-A1/9/KP/2027", "decree_on": "2026-12-20"}


@pytest.fixture
def people() -> People:
    return make_people()


def browser(someone: Someone) -> Client:
    return sign_in(Client(), someone.user)


def scan(name: str = "sk.pdf", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or pdf("Surat Keputusan"))


def appointed(people: People, someone: Someone, key: str, until: date | None) -> Appointment:
    with office_scope(people.office.pk):
        return services.appoint(
            post=people.court.posts[key],
            person=someone.person,
            decree_number="W1-A1/2/KP/2026",
            decree_on=date(2026, 1, 2),
            valid_from=date(2026, 1, 2),
            valid_until=until,
            **TOLD,
        )


def counts(people: People) -> tuple[int, int, int]:
    with office_scope(people.office.pk):
        return Appointment.objects.count(), Document.objects.count(), Entry.objects.count()


def appoint(people: People, **changes: Any) -> HttpResponse:
    data = NEW | {"person": people.jamil.person.pk, "valid_from": "2027-01-01"} | changes
    page = reverse("appoint", args=[people.court.posts["operator"].pk])
    return browser(people.budi).post(page, data)


def test_somebody_is_appointed_with_the_scan(people: People) -> None:
    answer = appoint(people, scan=scan(), valid_until="2027-12-31")
    assert answer.status_code == 302
    with office_scope(people.office.pk):
        row = Appointment.objects.get(person=people.jamil.person)
        document = Document.objects.get(pk=row.decree_file_id)
    assert document.subject == f"office.appointment:{row.pk}"
    assert (row.valid_until, row.decree_number) == (date(2027, 12, 31), NEW["decree_number"])
    page = browser(people.jamil).get(reverse("document", args=[document.pk]))
    assert b"".join(page).startswith(b"%PDF")
    assert browser(people.eko).get(reverse("document", args=[document.pk])).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scan": scan("sk.pdf", b"MZ\x90\x00program")}, "scan"),
        ({"valid_until": "2026-01-01"}, "valid_until"),
        ({"person": "x"}, "person"),
        ({"decree_number": ""}, "decree_number"),
        ({"decree_on": "31/02/2026"}, "decree_on"),
    ],
)
def test_what_cannot_be_appointed_leaves_nothing(
    people: People, change: dict[str, Any], field: str
) -> None:
    before = counts(people)
    answer = appoint(people, **change)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert counts(people) == before


def test_another_offices_person_cannot_be_appointed(people: People) -> None:
    before = counts(people)
    assert appoint(people, person=people.eko.person.pk).status_code == 422
    assert counts(people) == before


def test_the_register_shows_filters_and_exports_by_state(people: People) -> None:
    today = timezone.localdate()
    appointed(people, people.jamil, "operator", today + timedelta(days=10))
    appointed(people, people.jamil, "ketua", today - timedelta(days=10))
    client = browser(people.jamil)
    for key, badge in {
        "": None,
        "segera-habis": "decree.ending_soon",
        "habis": "decree.ended",
        "berlaku": "decree.in_force",
    }.items():
        rows = client.get(reverse("decrees") + f"?keadaan={key}").context["rows"]
        assert rows
        assert badge is None or {row.badge for row in rows} == {badge}
    data = client.get(reverse("decrees") + "?keadaan=habis&unduh=csv").getvalue()
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert [row[2:4] + row[6:] for row in rows[1:]] == [["Jamil Akbar", "Ketua", "Habis"]]
    found = client.get(reverse("decrees") + "?cari=cut meutia").context["rows"]
    assert [row.row.person.name for row in found] == ["Cut Meutia"]
    assert client.get(reverse("decrees") + "?keadaan=x").status_code == 404
    assert client.get(reverse("decrees") + "?keadaan=belum-mulai").context["rows"] == []


def test_the_register_turns_over(people: People) -> None:
    with office_scope(people.office.pk):
        for n in range(60):
            person = services.add_person(office=people.office.pk, name=f"Orang {n}", **TOLD)
            services.appoint(
                post=people.court.posts["operator"],
                person=person,
                decree_number=f"W1/{n}",
                decree_on=date(2025, 1, 1) + timedelta(days=n // 2),
                valid_from=date(2025, 1, 1),
                **TOLD,
            )
    client, seen, query = browser(people.jamil), [], ""
    for _page in range(3):
        page = client.get(f"{reverse('decrees')}?{query}")
        seen += [row.row.pk for row in page.context["rows"]]
        query = f"setelah={page.context['next']}"
        if not page.context["next"]:
            break
    with office_scope(people.office.pk):
        assert len(seen) == len(set(seen)) == Appointment.objects.count()


def test_a_register_without_decrees_says_what_to_do(people: People) -> None:
    page = browser(people.budi).get(reverse("decrees") + "?cari=tidakada").text
    assert "Tidak ada SK yang cocok" in page
    with office_scope(people.office.pk):
        Appointment.objects.all().delete()
    page = browser(people.budi).get(reverse("decrees")).text
    assert "Belum ada SK." in page
    assert "Peran tanpa SK akan ditanyakan asesor." in page
    assert "Unggah SK tahun ini" in page


def test_one_scan_serves_every_appointment_of_its_decree(people: People) -> None:
    first = appointed(people, people.jamil, "operator", None)
    second = appointed(people, people.andi, "ketua", None)
    page = reverse("decree_scan", args=[first.pk])
    client = browser(people.budi)
    refused = client.post(page, {"scan": scan("sk.exe", b"MZ\x90\x00")})
    assert refused.status_code == 422
    assert "tidak diterima" in refused.text
    assert client.post(page, {"scan": scan()}).status_code == 302
    with office_scope(people.office.pk):
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.decree_file_id == second.decree_file_id is not None
        assert Document.objects.count() == 1
        untouched = Appointment.objects.get(person=people.cut.person)
        assert untouched.decree_file_id is None


def renew(people: People, rows: list[Appointment], **changes: Any) -> HttpResponse:
    data = NEW | {
        "chosen": [str(row.pk) for row in rows],
        "valid_from": "2027-01-01",
        "valid_until": "2027-12-31",
    }
    page = reverse("decree_renewals") + "?tahun=2027"
    return browser(people.budi).post(page, data | changes)


def test_a_year_is_renewed_on_one_page(people: People) -> None:
    last = date(2026, 12, 31)
    rows = [appointed(people, people.jamil, key, last) for key in ("operator", "ketua")]
    left = appointed(people, people.andi, "redaktur", last)
    page = browser(people.budi).get(reverse("decree_renewals") + "?tahun=2027")
    assert {entry.row for entry, _chosen in page.context["rows"]} == {*rows, left}
    assert renew(people, rows, scan=scan()).status_code == 302
    with office_scope(people.office.pk):
        made = Appointment.objects.filter(decree_number=NEW["decree_number"])
        assert {(row.person_id, row.post_id) for row in made} == {
            (row.person_id, row.post_id) for row in rows
        }
        assert len({row.decree_file_id for row in made}) == 1
        assert Document.objects.count() == 1
    page = browser(people.budi).get(reverse("decree_renewals") + "?tahun=2027")
    assert [entry.row for entry, _chosen in page.context["rows"]] == [left]


def test_a_renewal_is_all_or_nothing(people: People) -> None:
    last = date(2026, 12, 31)
    rows = [appointed(people, people.jamil, key, last) for key in ("operator", "ketua")]
    foreign = Appointment(pk=people.eko.person.pk)
    before = counts(people)
    for answer in (
        renew(people, rows, scan=scan("sk.pdf", b"bukan pdf\x00")),
        renew(people, rows, valid_until="2026-01-01"),
        renew(people, rows, decree_number=" "),
        renew(people, []),
        renew(people, [foreign]),
    ):
        assert answer.status_code == 422
        assert counts(people) == before
    assert "Pilih paling sedikit satu baris" in renew(people, []).text


@pytest.mark.parametrize("year", ["1999", "3000", "27", "dua", "２０２７", "2027'"])
def test_years_that_are_none(people: People, year: str) -> None:
    page = f"{reverse('decree_renewals')}?tahun={year}"
    assert browser(people.budi).get(page).status_code == 404


def test_an_appointment_from_next_month_takes_effect_on_its_day(people: People) -> None:
    today = timezone.localdate()
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    assert appoint(people, decree_on=today, valid_from=first).status_code == 302
    with office_scope(people.office.pk):
        held = {
            day: [post.key for post in posts_of(people.jamil.person, day)]
            for day in (today, first - timedelta(days=1), first)
        }
    assert held == {today: [], first - timedelta(days=1): [], first: ["operator"]}
    waiting = browser(people.budi).get(reverse("decrees") + "?keadaan=belum-mulai").context["rows"]
    assert [entry.row.person for entry in waiting] == [people.jamil.person]
