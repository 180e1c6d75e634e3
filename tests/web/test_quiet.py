"""Today's record at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.people import sign_in

if TYPE_CHECKING:
    from tests.runs import Desk

pytestmark = pytest.mark.django_db


def test_one_tap_at_the_desk(desk: Desk) -> None:
    run = desk.open("D1")
    andi, cut = (sign_in(Client(), p.user) for p in (desk.people.andi, desk.people.cut))
    here = reverse("step_quiet", args=[desk.step(run, "D1").id])
    with mock.patch.object(timezone, "now", return_value=desk.now):
        assert here in andi.get(reverse("desk")).content.decode()
        assert here not in cut.get(reverse("desk")).content.decode()
        assert cut.post(here).status_code == 409
        told = andi.post(here, follow=True).content.decode()
        assert "D1, Senin, 2 November 2026: tidak ada kejadian." in told
        assert here not in told
        again = andi.post(here)
    assert again.status_code == 409
    assert "sudah ditulis" in again.content.decode()
