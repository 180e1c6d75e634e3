"""Plh., Plt., absences and leaving: what the services keep, refuse and tell the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from kelola.ledger.models import Entry
from kelola.office import queries, services, tasks
from kelola.office.models import Absence, Appointment, Membership, Person
from kelola.office.rules import AppointmentKind, who_acts
from kelola.office.scope import office_scope
from kelola.office.services import Invalid
from tests.people import AT, TOLD, make_people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.people import People, Someone

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)
PLH, PLT = AppointmentKind.PLH, AppointmentKind.PLT


@pytest.fixture
def people() -> Iterator[People]:
    found = make_people()
    with office_scope(found.office.pk):
        yield found


def day(n: int) -> date:
    return DAY + timedelta(days=n)


def order(
    people: People,
    someone: Someone,
    first: int,
    last: int | None,
    *,
    key: str = "sekretaris",
    kind: AppointmentKind = PLH,
) -> Appointment:
    return services.appoint(
        post=people.court.posts[key],
        person=someone.person,
        kind=kind,
        decree_number="W1-A99/7/KP/XI/2026",
        decree_on=DAY,
        valid_from=day(first),
        valid_until=day(last) if last is not None else None,
        **TOLD,
    )


def acting(people: People, on: int, key: str = "sekretaris") -> list[str]:
    found = queries.people_in_post(people.court.posts[key], day(on))
    return [person.name.partition(" ")[0] for person in found]


def test_a_plh_acts_on_the_days_of_the_order_and_the_holder_on_all_others(people: People) -> None:
    row = order(people, people.budi, 0, 4)
    assert [acting(people, n) for n in (-1, 0, 4, 5)] == [["Cut"], ["Budi"], ["Budi"], ["Cut"]]
    assert row.stands_in_for == people.cut.person.appointments.get()
    # She holds the post all the while.
    post = people.court.posts["sekretaris"]
    assert {p.name for p in queries.holders([post], day(2))[post.pk]} == {
        "Cut Meutia",
        "Budi Santoso",
    }
    entry = Entry.objects.get(verb="office.plh.ordered")
    assert entry.data["stands_in_for"] == people.cut.id
    assert "KP" not in str(entry.data)


def test_sql_and_the_pure_rule_agree_on_who_acts(people: People) -> None:
    first = order(people, people.budi, 0, 4)
    order(people, people.jamil, 7, 9)
    services.recall_order(appointment=first, today=day(3), **TOLD)
    rows = list(Appointment.objects.filter(post=people.court.posts["sekretaris"]))
    for n in range(-2, 12):
        told = {a.person.name.partition(" ")[0] for a in who_acts(rows, day(n))}
        assert set(acting(people, n)) == told, n


@pytest.mark.parametrize("today", [0, 2, -3])
def test_the_holder_is_back_by_one_act_on_the_same_day(people: People, today: int) -> None:
    row = order(people, people.budi, 0, 4)
    services.recall_order(appointment=row, today=day(today), by=people.cut.id, at=AT)
    assert acting(people, max(today, 0)) == ["Cut"]
    assert acting(people, 4) == ["Cut"]
    assert order(people, people.jamil, max(today, 0), 4).pk  # the days are free again
    row.refresh_from_db()
    with pytest.raises(Invalid, match="berakhir"):
        services.recall_order(appointment=row, today=day(today), **TOLD)


@pytest.mark.parametrize(
    ("someone", "kind", "last", "field"),
    [
        ("cut", PLH, 4, "person"),
        ("budi", PLH, None, "valid_until"),
        ("budi", PLT, 4, "kind"),
        ("jamil", PLH, -1, "valid_until"),
    ],
)
def test_an_order_that_does_not_fit_is_refused_and_nothing_is_written(
    people: People, someone: str, kind: AppointmentKind, last: int | None, field: str
) -> None:
    before = Appointment.objects.count(), Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        order(people, getattr(people, someone), 0, last, kind=kind)
    assert refusal.value.field == field
    assert (Appointment.objects.count(), Entry.objects.count()) == before


def test_two_orders_for_one_post_on_one_day_are_refused_by_name(people: People) -> None:
    order(people, people.budi, 0, 4)
    with pytest.raises(Invalid, match="Budi Santoso"):
        order(people, people.jamil, 4, 8)


def test_a_plt_acts_for_a_vacant_post_until_it_has_a_holder(people: People) -> None:
    held = people.cut.person.appointments.get()
    services.end_appointment(appointment=held, valid_until=day(-1), **TOLD)
    row = order(people, people.budi, 0, 60, kind=PLT)
    assert acting(people, 10) == ["Budi"]
    order(people, people.jamil, 20, None, kind=AppointmentKind.DEFINITIVE)
    row.refresh_from_db()
    assert row.valid_until == day(19)
    assert acting(people, 20) == ["Jamil"]


def test_an_order_ends_with_the_post_of_whom_it_stands_in_for(people: People) -> None:
    row = order(people, people.budi, 0, 9)
    held = people.cut.person.appointments.get()
    services.end_appointment(appointment=held, valid_until=day(3), **TOLD)
    row.refresh_from_db()
    assert row.valid_until == day(3)
    assert acting(people, 4) == []


def test_an_order_of_another_year_waits_for_no_renewal(people: People) -> None:
    order(people, people.budi, 0, 4)
    assert queries.renewals(2027, day(5)) == []


def test_a_post_without_anybody_is_named_with_the_reason_in_one_query(
    people: People, django_assert_num_queries
) -> None:
    post = people.court.posts["sekretaris"].pk
    away(people, people.cut, 0, 4)
    with django_assert_num_queries(1):
        found = queries.posts_without_actor(day(2))
    assert (found[post].kind, found[post].until) == ("leave", day(4))
    assert set(queries.posts_without_actor(day(5))) & {post} == set()
    row = order(people, people.budi, 0, 4)
    assert post not in queries.posts_without_actor(day(2))
    services.recall_order(appointment=row, today=day(2), **TOLD)
    assert post in queries.posts_without_actor(day(2))
    held = people.cut.person.appointments.get(kind="definitive")
    services.end_appointment(appointment=held, valid_until=day(2), **TOLD)
    vacant = queries.posts_without_actor(day(3))[post]
    assert (vacant.kind, vacant.until) == ("", None)


def test_a_post_of_two_is_attended_while_one_of_them_is_there(people: People) -> None:
    lina = people.court.join("lina", "Lina Kedua", "operator")
    post = people.court.posts["operator"].pk
    away(people, people.andi, 0, 4)
    assert post not in queries.posts_without_actor(day(2))
    away(people, lina, 2, 2)
    assert queries.posts_without_actor(day(2))[post].kind == "leave"


def away(
    people: People, someone: Someone, first: int, last: int, *, kind: str = "leave", note: str = ""
) -> Absence:
    return services.record_absence(
        person=someone.person,
        kind=kind,
        starts_on=day(first),
        ends_on=day(last),
        note=note,
        by=people.budi.id,
        at=AT,
    )


def test_the_ledger_is_not_told_why_somebody_is_away(people: People) -> None:
    away(people, people.cut, 0, 4, kind="illness", note="Surat dokter menyusul")
    entry = Entry.objects.get(verb="office.absence.recorded")
    assert set(entry.data) == {"person", "starts_on", "ends_on"}


@pytest.mark.parametrize(
    ("first", "last", "kind", "field"),
    [(4, 0, "leave", "ends_on"), (0, 4, "sakit gigi", "kind"), (3, 6, "leave", "starts_on")],
)
def test_an_absence_that_cannot_be_is_refused(
    people: People, first: int, last: int, kind: str, field: str
) -> None:
    away(people, people.cut, 5, 9)
    before = Absence.objects.count(), Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        away(people, people.cut, first, last, kind=kind)
    assert refusal.value.field == field
    assert (Absence.objects.count(), Entry.objects.count()) == before


@pytest.mark.parametrize("today", [-3, 0, 2])
def test_an_absence_ends_early_at_once(people: People, today: int) -> None:
    row = away(people, people.cut, 0, 4)
    services.end_absence(absence=row, today=day(today), by=people.cut.id, at=AT)
    post = people.court.posts["sekretaris"].pk
    assert all(post not in queries.posts_without_actor(day(n)) for n in range(max(today, 0), 5))
    with pytest.raises(Invalid):
        services.end_absence(absence=row, today=day(today), by=people.cut.id, at=AT)
    away(people, people.cut, max(today, 0), 4)


def leave(people: People, someone: Someone, last: int, today: int) -> Person:
    return services.leave_office(
        person=someone.person, last_day=day(last), today=day(today), by=people.budi.id, at=AT
    )


def is_in(someone: Someone) -> bool:
    return Membership.objects.get(pk=someone.membership.pk).is_active


def test_who_leaves_today_has_no_access_from_now_on(people: People) -> None:
    services.set_pin(user=people.cut.user, pin="739154", known=(), by=people.cut.id, at=AT)
    assert people.cut.person in [row.person for row in queries.people_with_pin()]
    row = order(people, people.budi, 0, 20)
    leave(people, people.cut, 5, 5)
    assert not is_in(people.cut)
    assert people.cut.person not in [row.person for row in queries.people_with_pin()]
    assert people.cut.person.appointments.get().valid_until == day(5)
    row.refresh_from_db()
    assert row.valid_until == day(5)
    assert Entry.objects.filter(verb="office.person.left").count() == 1


def test_who_leaves_on_a_later_day_keeps_access_until_that_day_is_over(people: People) -> None:
    leave(people, people.cut, 5, 0)
    assert is_in(people.cut)
    assert services.close_access_of_leavers(today=day(5), by="system", at=AT) == 0
    assert services.close_access_of_leavers(today=day(6), by="system", at=AT) == 1
    assert not is_in(people.cut)
    assert services.close_access_of_leavers(today=day(6), by="system", at=AT) == 0


def test_who_is_appointed_beyond_that_day_stays(people: People) -> None:
    leave(people, people.cut, 5, 0)
    people.cut.person.refresh_from_db()
    order(people, people.cut, 6, None, kind=AppointmentKind.DEFINITIVE)
    assert services.close_access_of_leavers(today=day(9), by="system", at=AT) == 0
    assert is_in(people.cut)


def test_a_decree_that_runs_out_closes_nobodys_access(people: People) -> None:
    # Yearly decrees come weeks after the old ones ended; people work meanwhile.
    held = people.cut.person.appointments.get()
    services.end_appointment(appointment=held, valid_until=day(0), **TOLD)
    services.close_access_of_leavers(today=day(30), by="system", at=AT)
    assert is_in(people.cut)


def test_the_last_administrator_cannot_leave_the_office_locked(people: People) -> None:
    with pytest.raises(Invalid, match="administrator"):
        leave(people, people.budi, 0, 0)
    assert people.budi.person.appointments.get().valid_until is None
    leave(people, people.budi, 0, -1)
    assert services.close_access_of_leavers(today=day(1), by="system", at=AT) == 0
    assert is_in(people.budi)


def test_the_job_closes_by_the_offices_own_day(people: People) -> None:
    leave(people, people.cut, 5, 0)
    # 5 November is over in Jakarta (UTC+7) at 17.00 UTC.
    evening = AT.replace(year=2026, month=11, day=7, hour=16, minute=59)
    tasks.close_access_of_leavers(at=evening)
    assert is_in(people.cut)
    tasks.close_access_of_leavers(at=evening + timedelta(minutes=1))
    assert not is_in(people.cut)
