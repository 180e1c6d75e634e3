"""The first start: one address, one office, its steps, and nothing of it afterwards (A-12)."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kelola.ledger.models import Entry
from kelola.office import services
from kelola.office.models import Membership, Office, Person, Post, SetupLink, User
from kelola.office.scope import office_scope, unscoped
from kelola.office.services import importing
from kelola.sop.models import RoleHolder, SopVersion
from kelola.ui.sheets import csv_lines
from kelola.workcal.models import HoursVersion, YearConfirmation
from tests.people import PASSWORD, make_court, make_people, sign_in

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db
OFFICE = {
    "name": "Mahkamah Syar'iyah Uji",
    "name_en": "Uji Court",
    "short_name": "MS Uji",
    "zone": "Asia/Makassar",
    "letter_code": "W1-A9",
    "letterhead": "MAHKAMAH AGUNG\nDITJEN BADILAG",
    "address": "Jalan Uji 1\nUji",
    "place": "Uji",
    "contact": "0641-1",
    "site": "ms-uji.go.id",
}
ADMIN = {
    "person": "Rahmat Hidayat, S.Kom.",
    "nip": "198505122010121003",
    "login": "rahmat",
    "password": PASSWORD,
    "again": PASSWORD,
}
LATER = ("start_people", "start_calendar", "start_sop", "start_done")


def link() -> str:
    secret = services.make_setup_link(by="system", at=timezone.now())
    return reverse("start_office", args=[secret])


def begun(client: Client) -> HttpResponse:
    return client.post(link(), {"act": "begin", **OFFICE, **ADMIN})


@pytest.fixture
def admin() -> Client:
    client = Client()
    assert begun(client).url == reverse("start")
    return client


def test_without_an_office_everybody_is_told_how_it_begins_and_nothing_else():
    client = Client()
    assert client.get("/").url == reverse("start")
    answer = client.get(reverse("start"))
    assert answer.status_code == 200
    assert "kelola office setup-link" in answer.content.decode()
    for address in (reverse("start_office", args=["a" * 43]), link() + "x/", link()[:-2] + "_/"):
        for answer in (client.get(address), client.post(address, {**OFFICE, **ADMIN})):
            assert answer.status_code == 404
            assert b'name="name"' not in answer.content
    assert not Office.objects.exists()
    assert {client.get(reverse(name)).status_code for name in LATER} == {404}


def test_the_address_is_kept_as_a_digest_and_holds_for_a_day():
    address = link()
    row = SetupLink.objects.get()
    assert row.digest not in address
    assert len(row.digest) == 64
    assert timedelta(hours=23) < row.expires_at - timezone.now() <= timedelta(hours=24)
    assert Client().get(address).status_code == 200
    SetupLink.objects.update(expires_at=timezone.now())
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"act": "begin", **OFFICE, **ADMIN}).status_code == 404
    assert not Office.objects.exists()


def test_a_new_address_ends_the_one_before():
    first, second = link(), link()
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_two_steps_make_the_office_and_its_administrator_at_once():
    client, address = Client(), link()
    before = Entry.objects.count()
    page = client.post(address, {"act": "office", **OFFICE})
    assert page.status_code == 200
    assert "langkah 2 dari 5" in page.content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    assert hidden["short_name"] == OFFICE["short_name"]
    assert hidden["letterhead"] == OFFICE["letterhead"]
    assert not Office.objects.exists()
    assert Entry.objects.count() == before
    answer = client.post(address, {"act": "begin", **OFFICE, **ADMIN})
    assert answer.url == reverse("start")
    office = Office.objects.get()
    assert {name: getattr(office, name) for name in OFFICE} == OFFICE
    with unscoped("the test looks at everything"):
        row = Membership.objects.select_related("user", "person").get()
    assert (row.is_admin, row.user.login, row.person.nip) == (True, "rahmat", ADMIN["nip"])
    assert client.get(reverse("start")).url == reverse("start_people")
    verbs = list(
        Entry.objects.filter(chain=str(office.pk)).order_by("seq").values_list("verb", flat=True)
    )
    assert verbs == ["office.office.created", "office.person.added", "office.membership.added"]


def test_the_way_back_keeps_what_was_typed():
    page = Client().post(link(), {"act": "back", **OFFICE, **ADMIN}).content.decode()
    assert "langkah 1 dari 5" in page
    for text in ("Mahkamah Syar&#x27;iyah Uji", "DITJEN BADILAG", "Jalan Uji 1", ADMIN["nip"]):
        assert text in page
    assert PASSWORD not in page


@pytest.mark.parametrize(
    ("wrong", "step", "said"),
    [
        ({"name": " "}, 1, "Nama kantor"),
        ({"address": "1\n2\n3\n4\n5"}, 1, "Paling banyak 4 baris"),
        ({"zone": "Mars/Olympus"}, 1, "Zona waktu"),
        ({"nip": "12"}, 2, "18 angka"),
        ({"again": "lain-sekali-2026"}, 2, "Kedua sandi berbeda"),
        ({"password": "kelola", "again": "kelola"}, 2, "12 karakter"),
        ({"login": "ba di"}, 2, "60 karakter"),
        ({"person": ""}, 2, "Nama Anda"),
    ],
)
def test_what_does_not_fit_is_told_at_its_step_and_nothing_is_written(
    wrong: dict[str, str], step: int, said: str
):
    address, before = link(), Entry.objects.count()
    answer = Client().post(address, {"act": "begin", **OFFICE, **ADMIN, **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"langkah {step} dari 5" in page
    assert said in page
    assert "W1-A9" in page
    assert (Office.objects.count(), User.objects.count()) == (0, 0)
    assert Entry.objects.count() == before
    assert Client().get(address).status_code == 200


def test_a_replayed_address_is_none_for_anybody(admin: Client):
    office = Office.objects.get()
    secret = reverse("start_office", args=["b" * 43])
    SetupLink.objects.create(  # even if a row were left
        digest=services.beginning._digest("b" * 43),
        expires_at=timezone.now() + timedelta(hours=1),
    )
    before = Entry.objects.count()
    other = OFFICE | {"name": "Kantor Kedua"}
    for client in (admin, Client()):
        for act in ("office", "back", "begin"):
            answer = client.post(secret, {"act": act, **other, **ADMIN, "login": "lain"})
            assert answer.status_code == 404
        assert client.get(secret).status_code == 404
    assert Office.objects.get() == office
    assert Entry.objects.count() == before
    with pytest.raises(services.LinkSpent):
        services.make_setup_link(by="system", at=timezone.now())


def test_any_first_office_ends_the_open_address():
    address = link()
    make_court()
    assert not SetupLink.objects.exists()
    assert Client().get(address).status_code == 404
    assert Client().get(reverse("start")).status_code == 404


def people_file(rows: list[list[Any]]) -> SimpleUploadedFile:
    return SimpleUploadedFile("pegawai.csv", b"".join(csv_lines(importing.HEADER, rows)))


DECREE = ["W1-A9/1/SK/2026", "02/01/2026", "02/01/2026", ""]


def test_people_come_from_a_table_and_the_step_is_taken(admin: Client):
    file = people_file(
        [
            [ADMIN["person"], ADMIN["nip"], "PTIP", "Operator/Admin TI", *DECREE, ""],
            ["Budi", "", "PTIP", "Kasubag PTIP", *DECREE, "budi"],
        ]
    )
    page = admin.post(reverse("start_people"), {"act": "look", "file": file}).content.decode()
    assert "langkah 3 dari 5" in page
    sealed = re.search(r'name="table" value="([^"]+)"', page)
    assert sealed
    given = admin.post(reverse("start_people"), {"act": "write", "table": sealed[1]})
    assert "budi" in given.content.decode()
    office = Office.objects.get()
    with office_scope(office.pk):
        assert Person.objects.count() == 2
        assert set(Post.objects.values_list("title", flat=True)) == {
            "Operator/Admin TI",
            "Kasubag PTIP",
        }
    assert admin.get(reverse("start")).url == reverse("start_calendar")


def test_a_table_at_fault_is_told_and_the_step_stays(admin: Client):
    file = people_file([["Budi", "12", "", "", "", "", "", "", ""]])
    answer = admin.post(reverse("start_people"), {"act": "look", "file": file})
    assert answer.status_code == 422
    assert admin.get(reverse("start")).url == reverse("start_people")


def hours(client: Client, **changes: str) -> dict[str, str]:
    page = client.get(reverse("start_calendar")).content.decode()
    fields = re.findall(r'<input[^>]*name="((?:opens|pauses|resumes|closes)_\d)"[^>]*>', page)
    values = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="(\w+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and name[1] in fields and value:
            values[name[1]] = value[1]
    assert values["opens_0"] == "08:00"
    return {**values, "basis": "", "decree": "", "decree_on": "", **changes}


def test_hours_left_as_they_are_write_nothing(admin: Client):
    before = Entry.objects.filter(verb__startswith="workcal.").count()
    answer = admin.post(reverse("start_calendar"), hours(admin))
    assert answer.url == reverse("start_sop")
    assert Entry.objects.filter(verb__startswith="workcal.").count() == before


def test_other_hours_hold_from_new_year_and_the_year_is_confirmed(admin: Client):
    data = hours(admin, opens_0="07:30", decree="SKB 1/2026", decree_on="2026-01-05")
    assert admin.post(reverse("start_calendar"), data).url == reverse("start_sop")
    with office_scope(Office.objects.get().pk):
        row = HoursVersion.objects.get()
        assert (row.effective_from.month, row.effective_from.day) == (1, 1)
        assert row.weekdays["0"][0][0] == "07:30"
        assert YearConfirmation.objects.get().decree == "SKB 1/2026"


def test_half_a_decree_is_refused_and_no_hours_are_written(admin: Client):
    answer = admin.post(reverse("start_calendar"), hours(admin, opens_0="07:30", decree="SKB"))
    assert answer.status_code == 422
    assert "Isi nomor dan tanggalnya" in answer.content.decode()
    with office_scope(Office.objects.get().pk):
        assert not HoursVersion.objects.exists()


def roles(client: Client) -> dict[str, str]:
    page = client.get(reverse("start_sop")).content.decode()
    found = {}
    selects = re.findall(r'<select name="(role_\w+)".*?>(.*?)</select>', page, re.DOTALL)
    for name, options in selects:
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    assert len(found) == 9
    return found


def test_roles_go_to_the_posts_with_their_names_and_new_ones_are_added(admin: Client):
    office = Office.objects.get()
    with office_scope(office.pk):
        post = services.add_post_titled(
            office=office.pk, title="Kasubag PTIP", by="system", at=timezone.now()
        )
    wanted = roles(admin)
    assert wanted["role_kasubag_ptip"] == str(post.pk)
    assert wanted["role_ketua"] == "new"
    data = {"state": "trial", **wanted, "role_redaktur": ""}
    assert admin.post(reverse("start_sop"), data).url == reverse("start_done")
    with office_scope(office.pk):
        assert SopVersion.objects.get().state == "trial"
        held = dict(RoleHolder.objects.values_list("role", "post__title"))
    assert held["kasubag_ptip"] == "Kasubag PTIP"
    assert held["ketua"] == "Ketua"
    assert "redaktur" not in held
    assert len(held) == 8


@pytest.mark.parametrize("day", ["", "2026-01-05", "soon"])
def test_an_sop_in_force_needs_its_decree(admin: Client, day: str):
    number = "" if day == "2026-01-05" else "SK 1"
    data = {"state": "in_force", "decree_number": number, "effective_on": day, **roles(admin)}
    assert admin.post(reverse("start_sop"), data).status_code == 422
    with office_scope(Office.objects.get().pk):
        assert not SopVersion.objects.exists()
        assert not Post.objects.exists()


def test_a_day_that_has_not_come_is_refused_whole(admin: Client):
    soon = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    data = {"state": "in_force", "decree_number": "SK 1", "effective_on": soon, **roles(admin)}
    answer = admin.post(reverse("start_sop"), data)
    assert answer.status_code == 422
    assert soon in answer.content.decode()
    with office_scope(Office.objects.get().pk):
        assert not SopVersion.objects.exists()


def test_an_sop_begins_in_force_by_decree_and_twice_changes_nothing(admin: Client):
    data = {"state": "in_force", "decree_number": "SK 1", "effective_on": "2026-01-05"}
    data |= roles(admin)
    for _turn in range(2):
        assert admin.post(reverse("start_sop"), data).url == reverse("start_done")
    with office_scope(Office.objects.get().pk):
        assert SopVersion.objects.get().state == "in_force"
        assert RoleHolder.objects.count() == 9


def test_a_post_of_another_office_is_no_choice(admin: Client):
    other = make_people().court.posts["ketua"]
    data = {"state": "trial", **roles(admin), "role_ketua": str(other.pk)}
    assert admin.post(reverse("start_sop"), data).status_code == 422


def test_every_step_can_be_skipped_left_and_taken_up_until_it_is_closed_for_good(admin: Client):
    here = [reverse(name) for name in LATER]
    for address, following in itertools.pairwise(here):
        assert admin.get(reverse("start")).url == address
        assert "/mulai/" in admin.get(reverse("desk")).content.decode()
        assert admin.get(here[-1]).url == reverse("start")
        assert admin.post(here[-1]).url == reverse("start")
        assert admin.post(address, {"act": "skip"}).url == following
    again = Client()
    sign_in(again, User.objects.get())
    assert again.get(reverse("start")).url == here[-1]
    assert again.get(here[-1]).status_code == 200
    assert admin.post(here[0], {"act": "skip"}).url == here[1]  # back, which undoes nothing
    assert admin.get(reverse("start")).url == here[-1]
    assert admin.post(here[-1]).url == reverse("desk")
    assert '"/mulai/' not in admin.get(reverse("desk")).content.decode()
    for address in (reverse("start"), *here):
        assert admin.get(address).status_code == 404
        assert admin.post(address, {"act": "skip"}).status_code == 404


def test_the_steps_are_the_administrators_alone(admin: Client):
    office = Office.objects.get()
    told = {"by": "system", "at": timezone.now()}
    with office_scope(office.pk):
        person = services.add_person(office=office.pk, name="Siti", **told)
        user = services.create_user(login="siti", password=PASSWORD, **told)
        services.add_membership(office=office.pk, user=user, person=person, **told)
    for client in (sign_in(Client(), user), Client()):
        for name in ("start", *LATER):
            assert client.get(reverse(name)).status_code == 404
            assert client.post(reverse(name), {"act": "skip"}).status_code == 404
    assert Office.objects.get().setup_step == services.beginning.PEOPLE
