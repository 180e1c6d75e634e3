"""Whom to tell about a weakness: /.well-known/security.txt (RFC 9116)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pydantic import ValidationError

from kelola.config.env import Env

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

ADDRESS = "/.well-known/security.txt"


@pytest.mark.django_db
def test_without_a_contact_there_is_no_file(client: Client) -> None:
    assert client.get(ADDRESS).status_code == 404


@pytest.mark.django_db
def test_the_contact_is_told_to_anybody(client: Client, settings: SettingsWrapper) -> None:
    settings.SECURITY_CONTACT = "mailto:keamanan@pa-contoh.go.id"
    answer = client.get(ADDRESS)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert told.keys() == {"Contact", "Expires", "Preferred-Languages"}
    assert told["Contact"] == "mailto:keamanan@pa-contoh.go.id"
    ends = datetime.fromisoformat(told["Expires"])
    assert timedelta(days=80) < ends - timezone.now() < timedelta(days=365)


@pytest.mark.parametrize("text", ["keamanan@pa.go.id", "http://pa.go.id", "mailto:a\nExpires: x"])
def test_what_no_reader_of_the_file_takes_does_not_start(text: str) -> None:
    with pytest.raises(ValidationError, match="mailto"):
        Env(security_contact=text)
    assert Env(security_contact="https://pa-contoh.go.id/lapor").security_contact
