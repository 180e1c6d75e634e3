"""The first office: who comes first makes it, by one address, all or nothing."""

from __future__ import annotations

import io
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from kelola.ledger.models import Entry
from kelola.ledger.queries import verify
from kelola.office import services
from kelola.office.models import Membership, Office, Person, SetupLink, User
from kelola.office.scope import unscoped
from tests.people import AT, PASSWORD, TOLD, make_court

FACTS: services.OfficeFacts = {
    "name": "Mahkamah Syar'iyah Uji",
    "short_name": "MS Uji",
    "zone": "Asia/Jakarta",
}


def admin(login: str = "rahmat") -> services.FirstAdmin:
    return services.FirstAdmin("Rahmat", "", login, PASSWORD)


def begin(secret: str, login: str = "rahmat", name: str = FACTS["name"]) -> User:
    facts: services.OfficeFacts = {**FACTS, "name": name}
    return services.begin_office(secret=secret, facts=facts, admin=admin(login), at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_who_post_at_once_make_one_office():
    secret = services.make_setup_link(**TOLD)
    barrier = threading.Barrier(2)

    def one(login: str) -> object:
        try:
            barrier.wait()
            return begin(secret, login, f"Kantor {login}")
        except services.LinkSpent as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(one, ("rahmat", "siti")))
    assert sorted(type(answer).__name__ for answer in made) == ["LinkSpent", "User"]
    (winner,) = (answer for answer in made if isinstance(answer, User))
    assert Office.objects.get().name == f"Kantor {winner.login}"
    assert User.objects.get() == winner
    assert not SetupLink.objects.exists()
    with unscoped("the test looks at everything"):
        assert Membership.objects.get().user == winner
        assert Person.objects.count() == 1
    assert verify().ok


@pytest.mark.django_db
def test_an_address_that_was_used_makes_nothing_more():
    secret = services.make_setup_link(**TOLD)
    begin(secret)
    with pytest.raises(services.LinkSpent):
        begin(secret, "siti", "Kantor lain")
    assert Office.objects.count() == 1


@pytest.mark.django_db
def test_an_address_holds_for_a_day():
    secret = services.make_setup_link(**TOLD)
    late = AT + timedelta(hours=24)
    assert services.setup_link_holds(secret=secret, at=late - timedelta(seconds=1))
    assert not services.setup_link_holds(secret=secret, at=late)
    with pytest.raises(services.LinkSpent):
        services.begin_office(secret=secret, facts=FACTS, admin=admin(), at=late)
    assert not Office.objects.exists()


@pytest.mark.django_db
def test_a_fault_at_the_end_leaves_nothing_and_the_address_holds():
    secret = services.make_setup_link(**TOLD)
    before = Entry.objects.count()
    with (
        patch("kelola.office.services.beginning.add_membership", side_effect=ZeroDivisionError),
        pytest.raises(ZeroDivisionError),
    ):
        begin(secret)
    assert (Office.objects.count(), User.objects.count()) == (0, 0)
    assert Entry.objects.count() == before
    assert services.setup_link_holds(secret=secret, at=AT)


@pytest.mark.django_db
def test_the_ledger_tells_it_without_names_or_secrets():
    secret = services.make_setup_link(**TOLD)
    begin(secret)
    verbs = list(Entry.objects.order_by("chain", "seq").values_list("verb", flat=True))
    assert sorted(verbs) == [
        "office.membership.added",
        "office.office.created",
        "office.person.added",
        "office.setup_link.made",
        "office.user.created",
    ]
    told = " ".join(str(entry.data) + entry.object for entry in Entry.objects.all())
    for word in (secret, "Rahmat", "rahmat", "Mahkamah", PASSWORD):
        assert word not in told
    assert PASSWORD not in repr(admin())


@pytest.mark.django_db
def test_the_steps_go_forward_only_and_end_once():
    office = Office.objects.get(pk=make_court().office.pk)
    told = {"by": "system", "at": AT}
    assert services.continue_setup(office=office, step=5, **told).setup_step == 0
    with pytest.raises(services.Invalid):
        services.finish_setup(office=office, **told)
    Office.objects.update(setup_step=3)
    assert services.continue_setup(office=office, step=5, **told).setup_step == 5
    assert services.continue_setup(office=office, step=4, **told).setup_step == 5
    assert services.continue_setup(office=office, step=7, **told).setup_step == 5
    with pytest.raises(services.Invalid):
        services.finish_setup(office=office, **told)
    services.continue_setup(office=office, step=6, **told)
    assert services.finish_setup(office=office, **told).setup_step == 0


@pytest.mark.django_db
def test_the_command_gives_a_new_address_until_there_is_an_office():
    out = io.StringIO()
    call_command("office", "setup-link", stdout=out)
    found = re.search(r"http://127\.0\.0\.1:\d+/mulai/([\w-]{43})/", out.getvalue())
    assert found
    begin(services.make_setup_link(**TOLD))
    with pytest.raises(CommandError, match="Kantor sudah ada") as refused:
        call_command("office", "setup-link")
    assert refused.value.returncode == 2
