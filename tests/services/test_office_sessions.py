"""Expired sessions are cleared, running ones stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kelola.office.models import SessionRow
from kelola.office.tasks import clear_sessions
from tests.people import AT

pytestmark = pytest.mark.django_db


def test_only_expired_sessions_go() -> None:
    for key, left in (("old", -1), ("new", 1)):
        SessionRow.objects.create(
            session_key=key, session_data="", expire_date=AT + timedelta(hours=left), seen_at=AT
        )
    clear_sessions(at=AT)
    assert list(SessionRow.objects.values_list("session_key", flat=True)) == ["new"]
