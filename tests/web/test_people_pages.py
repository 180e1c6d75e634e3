"""People and their accounts, posts, and the office's settings, on the screen."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kelola.ledger.models import Entry
from kelola.office import services
from kelola.office.models import Appointment, Membership, Office, Person, Post, User
from kelola.office.scope import office_scope, unscoped
from kelola.ui.sheets import read_table
from tests.people import FROM, PASSWORD, TOLD, make_people, sign_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.people import People, Someone

pytestmark = pytest.mark.django_db
NIP = "198501012010011001"


@pytest.fixture
def people() -> People:
    return make_people()


def browser(someone: Someone) -> Client:
    return sign_in(Client(), someone.user)


def url(name: str, row: Any = None) -> str:
    return reverse(name, args=[row.pk] if row is not None else [])


def post(someone: Someone, page: str, row: Any = None, /, **data: Any) -> HttpResponse:
    return browser(someone).post(url(page, row), data)


def test_members_see_names_and_posts_but_no_nip_and_no_account(people: People) -> None:
    with office_scope(people.office.pk):
        services.edit_person(person=people.andi.person, name="Andi", nip=NIP, unit="", **TOLD)
    for page in (url("people"), url("person", people.andi.person), url("people") + "?unduh=csv"):
        member, admin = browser(people.jamil).get(page), browser(people.budi).get(page)
        seen, full = (r.getvalue().decode() if r.streaming else r.text for r in (member, admin))
        assert "Operator" in seen
        assert NIP not in seen
        assert NIP in full
    assert browser(people.jamil).get(url("people") + f"?cari={NIP}").text.count("/pegawai/") < (
        browser(people.budi).get(url("people") + f"?cari={NIP}").text.count("/pegawai/")
    )


def test_the_list_is_searched_filtered_and_turned_over(people: People) -> None:
    with office_scope(people.office.pk):
        for n in range(60):
            services.add_person_of_unit(
                office=people.office.pk, name=f"Orang {n:02}", nip="", unit="Umum", **TOLD
            )
        unit = Person.objects.get(name="Orang 00").unit_id
    client = browser(people.budi)
    first = client.get(url("people") + f"?unit={unit}")
    assert len(first.context["rows"]) == 50
    second = client.get(
        url("people") + f"?{first.context['query']}&setelah={first.context['next']}"
    )
    assert [r["person"].name for r in second.context["rows"]] == [
        f"Orang {n}" for n in range(50, 60)
    ]
    assert not second.context["next"]
    names = [r["person"].name for r in client.get(url("people") + "?cari=cut").context["rows"]]
    assert names == ["Cut Meutia"]
    without = client.get(url("people") + "?akun=belum-ada&cari=o").context["rows"]
    assert all(r["account"] == "account.none" for r in without)
    assert "Tidak ada pegawai yang cocok" in client.get(url("people") + "?cari=%25").text


@pytest.mark.parametrize(
    "query", ["unit=x", "setelah=1", "akun=apa", "unduh=exe", "unit=%00", "setelah=' OR 1=1"]
)
def test_filters_that_are_none_are_refused(people: People, query: str) -> None:
    assert browser(people.budi).get(f"{url('people')}?{query}").status_code in (400, 404)


def test_another_offices_person_is_no_place_in_the_list(people: People) -> None:
    page = f"{url('people')}?setelah={people.eko.person.pk}"
    assert browser(people.budi).get(page).status_code == 404


def test_the_list_leaves_as_a_table_without_formulas(people: People) -> None:
    with office_scope(people.office.pk):
        services.add_person(office=people.office.pk, name="=HYPERLINK(1)", **TOLD)
    client = browser(people.budi)
    data = client.get(url("people") + "?unduh=csv").getvalue()
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows if "HYPERLINK" in row[0]] == ["'=HYPERLINK(1)"]
    book = client.get(url("people") + "?unduh=xlsx")
    assert "attachment" in book["Content-Disposition"]
    names = [row.cells[0] for row in read_table(io.BytesIO(book.content)).rows]
    assert names == [row[0].removeprefix("'") for row in rows[1:]]
    assert "Eko Prasetyo" not in names


@pytest.mark.parametrize("page", ["people", "posts", "decrees"])
def test_lists_ask_the_same_number_of_questions(people: People, page: str) -> None:
    counts = []
    for size in (10, 20):  # 10, then 30 rows more
        with office_scope(people.office.pk):
            for n in range(size):
                row = services.add_post_titled(
                    office=people.office.pk, title=f"Jabatan {size} {n}", **TOLD
                )
                person, _told = services.give_access(
                    person=services.add_person(
                        office=people.office.pk, name=f"Orang {size} {n}", **TOLD
                    ),
                    login=f"orang{size}.{n}",
                    **TOLD,
                )
                services.appoint(
                    post=row,
                    person=person.person,
                    decree_number="W1",
                    decree_on=FROM,
                    valid_from=FROM,
                    **TOLD,
                )
        client = browser(people.budi)
        client.get(url(page))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url(page)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_person_is_added_and_changed(people: People) -> None:
    answer = post(people.budi, "person_add", name="Rahmat, S.H.", nip=NIP, unit="Umum")
    with office_scope(people.office.pk):
        rahmat = Person.objects.get(nip=NIP)
    assert answer.url == url("person", rahmat)
    answer = post(people.budi, "person_edit", rahmat, name="Rahmat", nip="12", unit="Umum")
    assert answer.status_code == 422
    assert "NIP" in answer.text
    assert "18" in answer.text
    assert post(people.budi, "person_edit", rahmat, name="Rahmat", nip=NIP).status_code == 302
    with office_scope(people.office.pk):
        rahmat.refresh_from_db()
    assert (rahmat.name, rahmat.unit) == ("Rahmat", None)


def test_fields_that_no_form_has_are_ignored(people: People) -> None:
    extra = {
        "office_id": str(people.other.office.pk),
        "is_admin": "1",
        "is_superuser": "1",
        "is_active": "",
        "salt": "x",
        "id": str(people.eko.person.pk),
        "membership": str(people.budi.membership.pk),
        "key": "ketua",
        "must_change_password": "",
        "password": "dipilih-penyerang",
    }
    post(people.budi, "person_add", name="Rahmat", nip=NIP, **extra)
    post(people.budi, "post_add", title="Arsiparis", **extra)
    with office_scope(people.office.pk):
        rahmat = Person.objects.get(nip=NIP)
        assert Post.objects.get(title="Arsiparis").key == "arsiparis"
    post(people.budi, "person_give", rahmat, login="rahmat", **extra)
    user = User.objects.get(login="rahmat")
    assert (rahmat.office_id, rahmat.salt != "x") == (people.office.pk, True)
    assert (user.is_superuser, user.is_active, user.must_change_password) == (False, True, True)
    assert not user.check_password(extra["password"])
    with unscoped("test"):
        assert not Membership.objects.get(user=user).is_admin
        assert Membership.objects.get(pk=people.budi.membership.pk).is_admin


def test_a_given_password_is_shown_once_and_opens_only_its_own_page(people: People) -> None:
    answer = post(people.budi, "person_give", people.eko.person)
    assert answer.status_code == 404
    with office_scope(people.office.pk):
        person = services.add_person(office=people.office.pk, name="Rahmat", **TOLD)
    answer = post(people.budi, "person_give", person, login="Rahmat")
    told = answer.context["told"]
    assert told in answer.text
    assert answer["Cache-Control"] == "no-store"
    assert told not in browser(people.budi).get(url("person", person)).text

    client = Client()
    client.post(url("account_login"), {"login": "rahmat", "password": told})
    for page in (url("desk"), url("people"), url("runs"), url("settings")):
        assert client.get(page).url == url("account_change_password")
    assert client.get(url("desk"), headers={"HX-Request": "true"})["HX-Redirect"]
    change = url("account_change_password")
    assert "dibuatkan orang lain" in client.get(change).text
    same = {"oldpassword": told, "password1": told, "password2": told}
    assert "Ini sandi yang diberikan" in client.post(change, same).text
    assert client.get(url("desk")).status_code == 302
    own = {"oldpassword": told, "password1": PASSWORD, "password2": PASSWORD}
    client.post(change, own)
    assert client.get(url("desk")).status_code == 200


@pytest.mark.parametrize("login", ["аndi", "an\u200bdi", "ANDI", "a b", "x" * 61, ""])
def test_logins_that_cannot_be_given_are_told_at_the_field(people: People, login: str) -> None:
    with office_scope(people.office.pk):
        person = services.add_person(office=people.office.pk, name="Rahmat", **TOLD)
    users = User.objects.count()
    answer = post(people.budi, "person_give", person, login=login)
    assert answer.status_code == 422
    assert answer.context["form"].errors["login"]
    assert User.objects.count() == users


def test_a_closed_account_is_refused_at_the_next_request(people: People) -> None:
    andi = browser(people.andi)
    assert andi.get(url("desk")).status_code == 200
    post(people.budi, "person_close", people.andi.person)
    assert andi.get(url("desk")).url.startswith(url("account_login"))
    assert andi.post(url("office_switch"), {"office": people.office.pk}).status_code in (302, 404)
    sign = {"login": "andi", "password": PASSWORD}
    assert Client().post(url("account_login"), sign, follow=True).status_code in (200, 403)
    post(people.budi, "person_open", people.andi.person)
    assert browser(people.andi).get(url("desk")).status_code == 200


def test_administration_is_given_taken_and_never_lost(people: People) -> None:
    answer = post(people.budi, "person_admin", people.budi.person, admin="0")
    assert answer.status_code == 422
    assert "administrator terakhir" in answer.text
    assert post(people.budi, "person_close", people.budi.person).status_code == 422
    post(people.budi, "person_admin", people.cut.person, admin="1")
    assert browser(people.cut).get(url("settings_office")).status_code == 200
    post(people.cut, "person_admin", people.budi.person, admin="0")
    assert browser(people.budi).get(url("settings_office")).status_code == 403


def test_a_reset_is_told_in_the_history_without_the_password(people: People) -> None:
    told = post(people.budi, "person_reset", people.andi.person).context["told"]
    page = browser(people.budi).get(url("person", people.andi.person)).text
    assert "Sandi sementara untuk Andi Saputra dibuat oleh Budi Santoso" in page
    assert told not in page
    assert all(told not in str(entry.data) for entry in Entry.objects.all())


def test_an_appointment_is_ended_from_the_post(people: People) -> None:
    with office_scope(people.office.pk):
        row = Appointment.objects.select_related("post").get(person=people.cut.person)
    assert post(people.budi, "appointment_end", row, valid_until="2025-01-01").status_code == 422
    answer = post(people.budi, "appointment_end", row, valid_until="2026-06-30")
    assert answer.url == url("post", row.post)
    page = browser(people.jamil).get(answer.url)
    assert [entry.badge for entry in page.context["past"]] == ["decree.ended"]
    assert "Lowong" in browser(people.jamil).get(url("posts")).text


def test_a_post_is_added_and_changed(people: People) -> None:
    post(people.budi, "post_add", title="Arsiparis", title_en="Archivist", unit="Umum")
    with office_scope(people.office.pk):
        row = Post.objects.get(key="arsiparis")
    assert post(people.budi, "post_add", title="arsiparis").status_code == 422
    post(people.budi, "post_edit", row, title="Arsiparis Ahli", title_en="", unit="")
    with office_scope(people.office.pk):
        row.refresh_from_db()
    assert (row.title, row.key, row.unit) == ("Arsiparis Ahli", "arsiparis", None)


def _settings(office: Office, **changes: str) -> dict[str, str]:
    names = ("name", "name_en", "short_name", "zone", "letter_code", "letterhead", "address",
             "place", "contact", "site")  # fmt: skip
    return {name: getattr(office, name) for name in names} | changes


def test_the_letterhead_is_seen_before_it_is_saved(people: People) -> None:
    typed = _settings(people.office, letterhead="MAHKAMAH AGUNG\nBADILAG", name="<b>MS</b>")
    for headers in ({}, {"HX-Request": "true"}):
        answer = browser(people.budi).post(
            url("settings_office"), typed | {"act": "preview"}, headers=headers
        )
        assert answer.status_code == 200
        assert "BADILAG</span>" in answer.text
        assert "<b>&lt;b&gt;MS&lt;/b&gt;</b>" in answer.text
        assert ("<html" in answer.text) == (not headers)
    assert Office.objects.get(pk=people.office.pk).letterhead == ""
    saved = post(people.budi, "settings_office", **typed | {"name": "MS Lain"})
    assert saved.status_code == 302
    office = Office.objects.get(pk=people.office.pk)
    assert (office.name, office.letterhead) == ("MS Lain", "MAHKAMAH AGUNG\nBADILAG")


def test_settings_that_do_not_fit_are_told_at_their_field(people: People) -> None:
    for name, value in {
        "zone": "Asia/Bandung",
        "name": "Pengadilan Agama Tetangga",
        "letterhead": "a\nb\nc\nd\ne",
        "short_name": "",
    }.items():
        answer = post(people.budi, "settings_office", **_settings(people.office, **{name: value}))
        assert answer.status_code == 422
        assert answer.context["form"].errors[name]
    assert Office.objects.get(pk=people.office.pk).name == people.office.name
