"""Offices, people, posts and accounts: what services make and what they refuse."""

from __future__ import annotations

import threading
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from kelola.ledger.models import Entry
from kelola.ledger.queries import verify
from kelola.office import queries, services
from kelola.office.models import Appointment, Counter, Office, Person, User
from kelola.office.scope import office_scope, unscoped
from kelola.office.services import Invalid
from tests.people import AT, FROM, PASSWORD, TOLD, make_court, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


def test_everybody_is_made_and_the_ledger_tells_it_without_a_name(people):
    entries = list(Entry.objects.all())
    assert {e.verb for e in entries} >= {
        "office.office.created",
        "office.post.added",
        "office.person.added",
        "office.user.created",
        "office.membership.added",
        "office.appointment.made",
    }
    told = " ".join(str(e.data) for e in entries)
    for words in ("Andi", "andi", "Budi", "Contoh", "KP.04.6", PASSWORD):
        assert words not in told
    assert verify().ok
    assert {e.at for e in entries} == {AT}


def test_accounts_are_told_in_the_systems_chain(people):
    chains = set(Entry.objects.filter(verb="office.user.created").values_list("chain", flat=True))
    assert chains == {"system"}
    chains = set(Entry.objects.filter(verb="office.person.added").values_list("chain", flat=True))
    assert chains == {str(people.office.pk), str(people.other.office.pk)}


@pytest.mark.parametrize("zone", ["Asia/Jakarata", "", "WIB", "../../etc/passwd", "asia/jakarta"])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(Invalid) as refusal:
        make_court("Kantor Baru", zone)
    assert refusal.value.field == "zone"
    assert not Office.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "Kantor\u202eterbalik"}, "name"),
        ({"short_name": ""}, "short_name"),
        ({"letter_code": "W" * 41}, "letter_code"),
    ],
)
def test_office_values_that_do_not_fit(change, field):
    good = {"name": "Kantor", "short_name": "K", "zone": "Asia/Jayapura"}
    with pytest.raises(Invalid) as refusal:
        services.create_office(**{**good, **change}, **TOLD)
    assert refusal.value.field == field


def test_an_office_of_the_same_name_is_refused(people):
    with pytest.raises(Invalid) as refusal:
        make_court(people.office.name)
    assert refusal.value.field == "name"
    assert Office.objects.count() == 2


def test_a_login_has_one_spelling():
    user = services.create_user(login="  A\u0301NDI ", password=PASSWORD, **TOLD)
    assert user.login == "ándi"
    for twin in ("ándi", "ÁNDI", "a\u0301ndi", " Ándi"):
        assert User.objects.get_by_natural_key(twin) == user
        with pytest.raises(Invalid) as refusal:
            services.create_user(login=twin, password=PASSWORD, **TOLD)
        assert refusal.value.field == "login"
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "login", ["", "  ", "dua kata", "a" * 61, "andi\u200b", "<b>", "andi/..", "andi\nbudi"]
)
def test_odd_logins_are_refused(login):
    with pytest.raises(Invalid) as refusal:
        services.create_user(login=login, password=PASSWORD, **TOLD)
    assert refusal.value.field == "login"


@pytest.mark.parametrize(
    "password", ["", "pendek", "q1w2e3r4t5y6", "rahmatullah", "mahkamah-aceh-26"]
)
def test_weak_passwords_are_refused(password):
    with pytest.raises(Invalid) as refusal:
        services.create_user(login="rahmatullah", password=password, **TOLD)
    assert refusal.value.field == "password"
    assert not User.objects.exists()


def test_a_password_like_the_login_is_refused():
    with pytest.raises(Invalid) as refusal:
        services.create_user(login="rahmatullah.m", password="rahmatullah.m", **TOLD)
    assert refusal.value.field == "password"


def test_a_person_needs_a_fitting_and_unshared_nip(people):
    office = people.office.pk
    with office_scope(office):
        made = services.add_person(office=office, name="Kiki", nip="19850101 201001 1 001", **TOLD)
        assert made.nip == "198501012010011001"
        for odd in ("123", "19850101201001100x", "1985010120100110012"):
            with pytest.raises(Invalid):
                services.add_person(office=office, name="Lia", nip=odd, **TOLD)
        with pytest.raises(Invalid) as refusal:
            services.add_person(office=office, name="Lia", nip="198501012010011001", **TOLD)
        assert refusal.value.field == "nip"
        # Without a NIP there may be many.
        services.add_person(office=office, name="Lia", **TOLD)
        services.add_person(office=office, name="Mia", **TOLD)


def test_who_holds_a_post_on_a_day(people):
    office, post = people.office.pk, people.court.posts["admin_web"]
    day = date(2026, 3, 1)
    with office_scope(office):
        services.appoint(
            post=post,
            person=people.jamil.person,
            decree_number="2/2026",
            decree_on=day,
            valid_from=day,
            valid_until=day + timedelta(days=9),
            **TOLD,
        )

        def names(on):
            return {p.name.split()[0] for p in queries.people_in_post(post, on)}

        assert names(FROM - timedelta(days=1)) == set()
        assert names(FROM) == {"Intan"}
        assert names(day - timedelta(days=1)) == {"Intan"}
        assert names(day) == {"Intan", "Jamil"}
        assert names(day + timedelta(days=9)) == {"Intan", "Jamil"}
        assert names(day + timedelta(days=10)) == {"Intan"}
        assert queries.posts_of(people.jamil.person, day) == [post]
        assert queries.posts_of(people.jamil.person, day + timedelta(days=10)) == []
        assert [p.name for p in queries.holders([post], day)[post.pk]] == [
            "Intan Permata",
            "Jamil Akbar",
        ]


def test_the_same_person_holds_a_post_once_at_a_time(people):
    post, dewi = people.court.posts["ketua"], people.dewi.person

    def appoint(start, until=None):
        return services.appoint(
            post=post,
            person=dewi,
            decree_number="3/2026",
            decree_on=start,
            valid_from=start,
            valid_until=until,
            **TOLD,
        )

    with office_scope(people.office.pk):
        for start, until in [(FROM, None), (date(2027, 1, 1), None), (date(2025, 1, 1), FROM)]:
            with pytest.raises(Invalid) as refusal:
                appoint(start, until)
            assert refusal.value.field == "valid_from"
        appoint(date(2025, 1, 1), FROM - timedelta(days=1))
        running = Appointment.objects.get(post=post, person=dewi, valid_until=None)
        services.end_appointment(appointment=running, valid_until=date(2026, 6, 30), **TOLD)
        appoint(date(2026, 7, 1))
        with pytest.raises(Invalid):
            services.end_appointment(appointment=running, valid_until=date(2026, 7, 1), **TOLD)
        with pytest.raises(Invalid):
            services.end_appointment(appointment=running, valid_until=date(2026, 1, 1), **TOLD)
        with pytest.raises(Invalid):
            appoint(date(2028, 2, 1), date(2028, 1, 31))
        running.refresh_from_db()
        assert running.valid_until == date(2026, 6, 30)


def test_an_appointment_needs_a_decree(people):
    with office_scope(people.office.pk), pytest.raises(Invalid) as refusal:
        services.appoint(
            post=people.court.posts["redaktur"],
            person=people.jamil.person,
            decree_number=" ",
            decree_on=FROM,
            valid_from=FROM,
            **TOLD,
        )
    assert refusal.value.field == "decree_number"


@pytest.mark.parametrize("key", ["", "Ketua", "1a", "a b", "a-b", "ketua\n", "é"])
def test_odd_post_keys_are_refused(people, key):
    with office_scope(people.office.pk), pytest.raises(Invalid) as refusal:
        services.add_post(office=people.office.pk, key=key, title="X", **TOLD)
    assert refusal.value.field == "key"


def test_numbers_have_no_gap_and_each_register_its_own(people):
    office, other = people.office.pk, people.other.office.pk

    def take(register="sop", year=2026):
        with transaction.atomic():
            return services.next_number(office=office, register=register, year=year)

    with office_scope(office):
        assert [take(), take(), take("surat"), take(year=2027), take()] == [1, 2, 1, 1, 3]
        with transaction.atomic():
            assert services.next_number(office=office, register="sop", year=2026) == 4
            transaction.set_rollback(True)
        assert take() == 4
    with office_scope(other), transaction.atomic():
        assert services.next_number(office=other, register="sop", year=2026) == 1
    with unscoped("count what was made"):
        assert Counter.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused():
    court = make_court()
    with office_scope(court.office.pk), pytest.raises(TransactionManagementError):
        services.next_number(office=court.office.pk, register="sop", year=2026)


@pytest.mark.django_db(transaction=True)
def test_four_at_once_take_different_numbers():
    office = make_court().office.pk
    taken, faults = [], []

    def take():
        try:
            with office_scope(office):
                for _ in range(10):
                    with transaction.atomic():
                        number = services.next_number(office=office, register="sop", year=2026)
                    taken.append(number)
        except Exception as error:  # noqa: BLE001 - a thread's fault must reach the test
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert sorted(taken) == list(range(1, 41))


def test_names_come_in_one_query_and_only_from_the_open_office(people, django_assert_num_queries):
    ids = [people.andi.id, people.budi.id, people.eko.id, "system", str(uuid.uuid4()), "x"]
    with office_scope(people.office.pk), django_assert_num_queries(1):
        names = queries.names_of(ids)
    assert names == {people.andi.id: "Andi Saputra", people.budi.id: "Budi Santoso"}


def test_a_membership_ends(people):
    with office_scope(people.office.pk):
        assert queries.membership(people.andi.user, people.office.pk) == people.andi.membership
        services.end_membership(membership=people.andi.membership, **TOLD)
        assert queries.membership(people.andi.user, people.office.pk) is None
    assert Entry.objects.filter(verb="office.membership.ended").count() == 1


def test_a_user_belongs_to_an_office_once(people):
    office = people.office.pk
    with office_scope(office):
        twin = Person.objects.get(pk=people.jamil.person.pk)
        for user, person in [(people.andi.user, twin), (people.fajar, people.andi.person)]:
            with pytest.raises(Invalid):
                services.add_membership(office=office, user=user, person=person, **TOLD)
