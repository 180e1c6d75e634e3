"""The office scope: nothing of one office is seen or changed while another one is open."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Count

from kelola.office import services
from kelola.office.models import Appointment, Membership, Office, Person, Post, Unit
from kelola.office.scope import (
    ScopedManager,
    ScopedModel,
    ScopeMissing,
    ScopeViolation,
    current_office,
    is_scoped,
    office_scope,
    unscoped,
)
from tests.people import TOLD, make_people

pytestmark = pytest.mark.django_db

# Rows that belong to no single office, each with its reason. Adding one takes a reason here.
UNSCOPED = {
    "office.Office": "it is the scope",
    "office.User": "may work in several offices",
    "office.SessionRow": "a browser is signed in before anybody knows for which office",
    "office.Pin": "belongs to a user",
    "office.SetupLink": "comes before the first office",
    "ledger.Entry": "no foreign keys, so that anyone may write; the chain names the office",
    "ledger.Head": "one per chain, the system's included",
    "sop.Definition": "the text of an SOP by its hash, shared",
    "jobs.JobSlot": "schedules belong to the installation",
    "jobs.JobRun": "jobs know no office",
    "ledger.Cursor": "a follower reads every chain",
    "ledger.ChainCheck": "one per chain, like its head",
    "search.Item": "lies below offices; every question names its office",
    "evidence.SealKey": "a key belongs to the installation",
}


@pytest.fixture
def people():
    return make_people()


def test_every_model_of_ours_is_scoped_or_has_a_reason():
    ours = [m for m in apps.get_models() if m.__module__.startswith("kelola.")]
    loose = {m._meta.label for m in ours if not is_scoped(m)}
    assert loose <= UNSCOPED.keys(), loose - UNSCOPED.keys()
    for model in ours:
        if is_scoped(model):
            assert isinstance(model._default_manager, ScopedManager), model
            assert isinstance(model._base_manager, ScopedManager), model
            assert not model._meta.get_field("office").null, model
    assert {Person, Post, Membership, Appointment} <= {m for m in ours if is_scoped(m)}


@pytest.mark.parametrize(
    "act",
    [
        Person.objects.all,
        Person.objects.count,
        lambda: Person.objects.filter(name="Andi"),
        Person._base_manager.all,
        lambda: Person.objects.create(office_id=uuid.uuid4(), name="X"),
        lambda: Person(office_id=uuid.uuid4(), name="X").save(),
        lambda: Person.objects.bulk_create([Person(office_id=uuid.uuid4(), name="X")]),
        lambda: Person.objects.raw("SELECT * FROM office_person"),
        current_office,
    ],
)
def test_without_a_scope_everything_raises(act):
    with pytest.raises(ScopeMissing):
        act()


def test_an_open_office_sees_its_own_rows_alone(people):
    with office_scope(people.office.pk):
        assert current_office() == people.office.pk
        assert Person.objects.count() == 8
        assert not Person.objects.filter(name__startswith="Eko").exists()
        assert not Person.objects.filter(pk=people.eko.person.pk).exists()
        with pytest.raises(Person.DoesNotExist):
            Person.objects.get(pk=people.eko.person.pk)
        with pytest.raises(Person.DoesNotExist):
            people.eko.person.refresh_from_db()
    with office_scope(people.other.office.pk):
        assert [p.name for p in Person.objects.all()] == ["Eko Prasetyo"]


def test_reverse_access_and_prefetch_stay_inside(people):
    with office_scope(people.other.office.pk):
        assert list(people.andi.person.appointments.all()) == []
        assert list(people.andi.user.memberships.all()) == []
        assert list(people.court.posts["ketua"].appointments.all()) == []
        user = people.andi.user
        models.prefetch_related_objects([user], "memberships")
        assert list(user.memberships.all()) == []


def _smuggle(people):
    """Leave a row that points into another office, as a restored dump might."""
    with unscoped("the test breaks what the guard keeps"):
        theirs = Unit.objects.create(office=people.office, name="Unit mereka")
        row = Person(office=people.other.office, name="Salah tunjuk", unit_id=theirs.pk)
        row.save()
    return row.pk


def test_foreign_key_access_and_joins_do_not_load_a_foreign_row(people):
    key = _smuggle(people)
    with office_scope(people.other.office.pk):
        person = Person.objects.get(pk=key)
        with pytest.raises(Unit.DoesNotExist):
            _ = person.unit
        with pytest.raises(ScopeViolation):
            list(Person.objects.select_related("unit"))


def test_a_queryset_made_inside_tells_nothing_outside(people):
    with unscoped("the test keeps a lazy queryset"):
        lazy = Person.objects.order_by("name")
    with office_scope(people.office.pk), pytest.raises(ScopeViolation):
        list(lazy)
    with pytest.raises(ScopeMissing):
        list(lazy.all())


def test_rows_of_another_office_are_neither_saved_nor_deleted(people):
    eko = people.eko.person
    with office_scope(people.office.pk):
        eko.name = "Bukan Eko"
        for act in (
            eko.save,
            lambda: eko.save(update_fields=["name"]),
            eko.delete,
            lambda: Person.objects.create(office=people.other.office, name="X"),
            lambda: Person.objects.get_or_create(office=people.other.office, name="X"),
            lambda: Person.objects.bulk_create([Person(office=people.other.office, name="X")]),
            lambda: Person.objects.bulk_update([eko], ["name"]),
        ):
            with pytest.raises(ScopeViolation):
                act()
        assert Person.objects.filter(pk=eko.pk).update(name="Bukan Eko") == 0
        assert Person.objects.filter(pk=eko.pk).delete() == (0, {})
    with office_scope(people.other.office.pk):
        assert [p.name for p in Person.objects.all()] == ["Eko Prasetyo"]


def test_a_row_never_moves_and_never_points_abroad(people):
    andi, other = people.andi.person, people.other.office
    with office_scope(people.office.pk):
        andi.office = other
        with pytest.raises(ScopeViolation):
            andi.save()
        for change in ({"office": other}, {"office_id": other.pk}):
            with pytest.raises(ScopeViolation):
                Person.objects.update(**change)
        with pytest.raises(ScopeViolation):
            Person.objects.bulk_update([people.budi.person], ["office"])
        abroad = Membership(office=people.office, user=people.fajar, person=people.eko.person)
        with pytest.raises(ScopeViolation):
            abroad.save()
    with unscoped("count both offices"):
        assert Person.objects.filter(office=other).count() == 1


def test_scopes_nest_and_close(people):
    a, b = people.office.pk, people.other.office.pk
    with office_scope(a):
        with office_scope(b):
            assert current_office() == b
        assert current_office() == a
        with unscoped("the test looks at both"):
            assert Person.objects.count() == 9
        with pytest.raises(ZeroDivisionError), unscoped("the test fails inside"):
            _ = 1 / 0
        assert current_office() == a
    with pytest.raises(ScopeMissing):
        current_office()


@pytest.mark.parametrize("reason", ["", "  "])
def test_lifting_the_guard_takes_a_reason(reason):
    with pytest.raises(ValueError, match="reason"), unscoped(reason):
        pass


def test_another_thread_starts_without_a_scope(people):
    found = []

    def look():
        try:
            current_office()
        except ScopeMissing:
            found.append("missing")

    with office_scope(people.office.pk):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == ["missing"]


def test_aggregates_over_scoped_rows_stay_inside(people):
    with office_scope(people.office.pk):
        rows = Post.objects.annotate(n=Count("appointments")).filter(key="ketua")
        assert [row.n for row in rows] == [1]
        assert Person.objects.aggregate(n=Count("pk"))["n"] == 8


def test_services_do_not_open_a_scope_of_their_own(people):
    with office_scope(people.office.pk), pytest.raises(ScopeViolation):
        services.add_person(office=people.other.office.pk, name="X", **TOLD)
    with pytest.raises(ScopeMissing):
        services.add_person(office=people.office.pk, name="X", **TOLD)


def test_only_models_with_an_office_of_their_own_count_as_scoped():
    assert issubclass(Person, ScopedModel)
    assert not is_scoped(Office)
