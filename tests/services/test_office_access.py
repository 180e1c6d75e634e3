"""Accounts that administrators give and take, and changes to what is there."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from kelola.ledger.models import Entry
from kelola.office import queries, services
from kelola.office.models import Membership, Person, Post, SessionRow, Unit, User
from kelola.office.rules import DecreeState, LoginFlaw, decree_state, login_flaw, post_key
from kelola.office.scope import office_scope
from kelola.office.services import Invalid
from tests.people import AT, FROM, TOLD, make_people

pytestmark = pytest.mark.django_db
SETTINGS = {
    "name": "Mahkamah Syar'iyah Baru",
    "name_en": "",
    "short_name": "MS Baru",
    "zone": "Asia/Makassar",
    "letter_code": "W1-A9",
    "letterhead": "MAHKAMAH AGUNG REPUBLIK INDONESIA\n\n  DIREKTORAT JENDERAL  ",
    "address": "Jalan Sultan Nomor 1",
    "place": "Kualasimpang",
    "contact": "0651-1234",
    "site": "ms-baru.go.id",
}


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def here(people):
    with office_scope(people.office.pk):
        yield people


def told() -> str:
    return " ".join(f"{e.verb} {e.data}" for e in Entry.objects.all())


@pytest.mark.parametrize(
    ("login", "flaw"),
    [
        ("аndi", LoginFlaw.SCRIPT),  # a Cyrillic а
        ("аndі", LoginFlaw.SCRIPT),
        ("ａｎｄｉ", LoginFlaw.SCRIPT),
        ("andı", LoginFlaw.SCRIPT),
        ("an\u200bdi", LoginFlaw.INVISIBLE),
        ("andi\u2060", LoginFlaw.INVISIBLE),
        ("an\u00addi", LoginFlaw.INVISIBLE),
        ("an di", LoginFlaw.CHARACTERS),
        ("andi😀", LoginFlaw.CHARACTERS),
        ("", LoginFlaw.CHARACTERS),
    ],
)
def test_logins_that_look_like_others_are_refused_with_their_reason(here, login, flaw):
    assert login_flaw(login) is flaw
    person = services.add_person(office=here.office.pk, name="Andi Palsu", **TOLD)
    users = User.objects.count()
    with pytest.raises(Invalid) as refused:
        services.give_access(person=person, login=login, **TOLD)
    assert refused.value.field == "login"
    assert User.objects.count() == users


@pytest.mark.parametrize("login", ["ándi", "a\u0301ndi", "ÁNDI", " ándi "])
def test_every_spelling_of_a_login_is_one_account(here, login):
    first = services.add_person(office=here.office.pk, name="Ándi", **TOLD)
    services.give_access(person=first, login="ándi", **TOLD)
    second = services.add_person(office=here.office.pk, name="Lain", **TOLD)
    with pytest.raises(Invalid):
        services.give_access(person=second, login=login, **TOLD)
    assert User.objects.get_by_natural_key(login).login == "ándi"


def test_an_account_comes_with_a_password_that_must_be_changed(here):
    person = services.add_person(office=here.office.pk, name="Baru", **TOLD)
    row, password = services.give_access(person=person, login="baru", **TOLD)
    assert row.user.check_password(password)
    assert row.user.must_change_password
    assert not row.is_admin
    assert password not in told()
    with pytest.raises(Invalid):
        services.give_access(person=person, login="baru2", **TOLD)
    services.change_password(user=row.user, password="sandi-milik-sendiri", **TOLD)
    assert not User.objects.get(login="baru").must_change_password


def test_a_reset_ends_every_session_and_the_old_password(here):
    browser = Client()
    browser.force_login(here.andi.user)
    assert SessionRow.objects.filter(user=here.andi.user).exists()
    password = services.reset_password(membership=here.andi.membership, **TOLD)
    assert not SessionRow.objects.filter(user=here.andi.user).exists()
    andi = User.objects.get(login="andi")
    assert andi.check_password(password)
    assert andi.must_change_password
    assert browser.get("/meja-kerja/").status_code == 302


def test_nobody_resets_the_password_of_an_account_that_opens_another_office(people):
    joined = people.other.join("budi", "Budi Santoso")
    with office_scope(people.other.office.pk), pytest.raises(Invalid) as refused:
        services.reset_password(membership=joined.membership, **TOLD)
    assert refused.value.field == "password"
    assert not User.objects.get(login="budi").must_change_password


def test_the_last_administrator_stays(here):
    budi = here.budi.membership
    for act in (
        lambda: services.set_admin(membership=budi, is_admin=False, **TOLD),
        lambda: services.close_access(membership=budi, **TOLD),
    ):
        with pytest.raises(Invalid):
            act()
    services.set_admin(membership=here.cut.membership, is_admin=True, **TOLD)
    services.close_access(membership=budi, **TOLD)
    assert not Membership.objects.get(pk=budi.pk).is_active
    with pytest.raises(Invalid):  # a closed administrator is none
        services.set_admin(membership=here.cut.membership, is_admin=False, **TOLD)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_do_not_unmake_each_other(people):
    with office_scope(people.office.pk):
        services.set_admin(membership=people.cut.membership, is_admin=True, **TOLD)
    ready = threading.Barrier(2)

    def unmake(row):
        try:
            with office_scope(people.office.pk):
                ready.wait()
                services.set_admin(membership=row, is_admin=False, **TOLD)
        except Invalid:
            pass
        finally:
            connection.close()

    rows = (people.cut.membership, people.budi.membership)
    threads = [threading.Thread(target=unmake, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with office_scope(people.office.pk):
        assert Membership.objects.filter(is_admin=True).count() == 1


def test_a_closed_account_is_opened_again_once(here):
    services.close_access(membership=here.andi.membership, **TOLD)
    services.close_access(membership=here.andi.membership, **TOLD)
    services.open_access(membership=here.andi.membership, **TOLD)
    services.open_access(membership=here.andi.membership, **TOLD)
    verbs = list(
        Entry.objects.filter(object=f"office.membership:{here.andi.membership.pk}").values_list(
            "verb", flat=True
        )
    )
    assert verbs[-2:] == ["office.membership.ended", "office.membership.restored"]
    assert verbs.count("office.membership.ended") == 1


def test_a_person_is_changed_and_the_ledger_tells_which_fields(here):
    number = "198501012010011001"
    row = services.edit_person(
        person=here.jamil.person, name="Jamil Akbar, S.H.", nip=number, unit="Umum", **TOLD
    )
    assert (row.name, row.nip, row.unit.name) == ("Jamil Akbar, S.H.", number, "Umum")
    entry = Entry.objects.get(verb="office.person.changed")
    assert entry.data["changed"] == ["name", "nip", "unit"]
    for words in ("Jamil", number, "Umum"):
        assert words not in told()
    services.edit_person(person=row, name="Jamil Akbar, S.H.", nip=number, unit=" umum ", **TOLD)
    assert Entry.objects.filter(verb="office.person.changed").count() == 1
    assert Unit.objects.count() == 1


def test_a_nip_belongs_to_one_colleague(here):
    number = "198501012010011001"
    services.edit_person(person=here.andi.person, name="Andi", nip=number, unit="", **TOLD)
    for nip in (number, "123", "19850101201001100x"):
        with pytest.raises(Invalid) as refused:
            services.edit_person(person=here.jamil.person, name="J", nip=nip, unit="Baru", **TOLD)
        assert refused.value.field == "nip"
    assert not Unit.objects.filter(name="Baru").exists()
    assert Person.objects.get(pk=here.jamil.person.pk).name == "Jamil Akbar"


def test_posts_get_a_key_from_their_title(here):
    row = services.add_post_titled(
        office=here.office.pk, title="Panitera Muda Hukum", unit="Kepaniteraan", **TOLD
    )
    assert (row.key, row.unit.name) == ("panitera_muda_hukum", "Kepaniteraan")
    with pytest.raises(Invalid) as refused:
        services.add_post_titled(office=here.office.pk, title="panitera muda  hukum", **TOLD)
    assert refused.value.field == "title"
    assert post_key("Operator/Admin", {"operator_admin"}) == "operator_admin_2"
    assert post_key("2 Ketua", ()) == "jabatan_2_ketua"
    assert post_key("القاضي", ()) == "jabatan"


def test_a_post_is_renamed_and_keeps_its_key(here):
    post = here.court.posts["operator"]
    row = services.edit_post(post=post, title="Operator TI", title_en="", unit="", **TOLD)
    assert (Post.objects.get(pk=post.pk).title, row.key) == ("Operator TI", "operator")
    assert Entry.objects.get(verb="office.post.changed").data["changed"] == ["title"]


def test_the_office_is_changed_in_digests(here):
    office = services.edit_office(office=here.office, **SETTINGS, **TOLD)
    assert office.letterhead == "MAHKAMAH AGUNG REPUBLIK INDONESIA\nDIREKTORAT JENDERAL"
    entry = Entry.objects.get(verb="office.office.changed")
    assert set(entry.data["changed"]) == SETTINGS.keys() - {"name_en"}
    assert entry.data["zone"] == "Asia/Makassar"
    for words in ("Sultan", "MAHKAMAH", "0651-1234", "ms-baru"):
        assert words not in told()
    services.edit_office(office=here.office, **SETTINGS, **TOLD)
    assert Entry.objects.filter(verb="office.office.changed").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Pengadilan Agama Tetangga"}, "name"),
        ({"zone": "Asia/Bandung"}, "zone"),
        ({"letterhead": "a\nb\nc\nd\ne"}, "letterhead"),
        ({"address": "Jalan\u200b"}, "address"),
    ],
)
def test_settings_that_do_not_fit_change_nothing(here, change, field):
    with pytest.raises(Invalid) as refused:
        services.edit_office(office=here.office, **{**SETTINGS, **change}, **TOLD)
    assert refused.value.field == field
    assert not Entry.objects.filter(verb="office.office.changed").exists()


def test_where_a_decree_stands():
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    stands = {
        date(2025, 12, 31): DecreeState.NOT_BEGUN,
        first: DecreeState.IN_FORCE,
        date(2026, 10, 31): DecreeState.IN_FORCE,
        date(2026, 11, 1): DecreeState.ENDING_SOON,
        last: DecreeState.ENDING_SOON,
        date(2027, 1, 1): DecreeState.ENDED,
    }
    assert {on: decree_state(first, last, on) for on in stands} == stands
    assert decree_state(first, None, date(2099, 1, 1)) is DecreeState.IN_FORCE


def _appoint(here, someone, key, until, *, number="W1/1", since=FROM):
    return services.appoint(
        post=here.court.posts[key],
        person=someone.person,
        decree_number=number,
        decree_on=since,
        valid_from=since,
        valid_until=until,
        **TOLD,
    )


def test_every_decree_is_found_under_its_state(here):
    today = date(2026, 11, 10)
    wanted = {
        DecreeState.IN_FORCE: _appoint(here, here.jamil, "operator", date(2027, 6, 1)),
        DecreeState.ENDING_SOON: _appoint(here, here.jamil, "ketua", date(2026, 12, 31)),
        DecreeState.ENDED: _appoint(here, here.jamil, "redaktur", date(2026, 11, 9)),
        DecreeState.NOT_BEGUN: _appoint(
            here, here.jamil, "sekretaris", None, since=date(2026, 11, 11)
        ),
    }
    for state, row in wanted.items():
        found = queries.decrees(on=today, state=state)
        assert row in found
        assert {decree_state(r.valid_from, r.valid_until, today) for r in found} == {state}


def test_what_must_be_renewed_for_a_year(here):
    today = date(2026, 11, 10)
    ends = _appoint(here, here.jamil, "operator", date(2026, 12, 31))
    gone = _appoint(here, here.jamil, "ketua_dewan_redaktur", date(2026, 6, 30))
    _appoint(here, here.jamil, "redaktur", date(2027, 1, 1))  # lasts beyond the first day
    _appoint(here, here.jamil, "sekretaris", date(2026, 3, 1))
    _appoint(here, here.andi, "sekretaris", None, since=date(2026, 3, 2))  # somebody else's now
    renewed = _appoint(here, here.jamil, "admin_web", date(2026, 12, 31))
    _appoint(here, here.jamil, "admin_web", None, since=date(2027, 1, 1), number="W1/2")
    found = queries.renewals(2027, today)
    assert set(found) == {ends, gone}
    assert renewed not in found
    assert set(queries.renewals(2026, today)) == set()


def test_renewing_is_all_or_nothing(here):
    first = _appoint(here, here.jamil, "operator", date(2026, 12, 31))
    other = _appoint(here, here.andi, "ketua", date(2027, 3, 31))
    new = {"decree_number": "W1/9", "decree_on": date(2026, 12, 20)}
    made = services.renew_appointments(
        appointments=[first, other], **new, valid_from=date(2027, 1, 1), **TOLD
    )
    assert [(r.person_id, r.decree_number) for r in made] == [
        (here.jamil.person.pk, "W1/9"),
        (here.andi.person.pk, "W1/9"),
    ]
    other.refresh_from_db()
    assert other.valid_until == date(2026, 12, 31)  # the day before the new one
    before = Entry.objects.count()
    again = _appoint(here, here.intan, "ketua", date(2026, 12, 31))
    with pytest.raises(Invalid) as refused:
        services.renew_appointments(
            appointments=[again, made[1]], **new, valid_from=date(2027, 1, 1), **TOLD
        )
    assert "Andi Saputra" in str(refused.value.message)
    assert Entry.objects.count() == before + 1  # the one appointment made above
    with pytest.raises(Invalid):
        services.renew_appointments(appointments=[], **new, valid_from=AT.date(), **TOLD)
