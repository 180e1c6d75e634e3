"""An SOP in the formats of others, on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from kelola.sop import exchange, queries
from tests.people import sign_in

if TYPE_CHECKING:
    from tests.people import Someone
    from tests.runs import Desk

pytestmark = pytest.mark.django_db


def browser(someone: Someone) -> Client:
    return sign_in(Client(), someone.user)


@pytest.mark.parametrize("kind", sorted(exchange.FORMATS))
def test_a_member_downloads_the_sop(desk: Desk, kind: str) -> None:
    andi = browser(desk.people.andi)
    sop = desk.version.sop_id
    page = andi.get(reverse("sop", args=[sop]))
    address = reverse("sop_export", args=[sop, kind])
    assert address in page.content.decode()
    answer = andi.get(address)
    assert answer.status_code == 200
    assert answer.content == exchange.export(queries.definition(desk.version.definition_id), kind)
    assert answer["Content-Disposition"] == f'attachment; filename="sop-as-29.{kind}"'


def test_another_office_and_another_kind_are_not_found(desk: Desk) -> None:
    sop = desk.version.sop_id
    assert (
        browser(desk.people.eko).get(reverse("sop_export", args=[sop, "bpmn"])).status_code == 404
    )
    assert (
        browser(desk.people.andi).get(reverse("sop_export", args=[sop, "exe"])).status_code == 404
    )
