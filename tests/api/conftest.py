"""Programs with keys of the tests' people."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from kelola.api import services
from kelola.api.rules import Scope
from kelola.office.scope import office_scope

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpResponse

    from tests.people import Someone

ROOT = "/api/v1"
JSON = "application/json"


def key_of(
    someone: Someone, scopes: Collection[Scope] = tuple(Scope), *, days: float = 30
) -> tuple[Any, str]:
    """Make a key for somebody; return its row and the key."""
    now = timezone.now()
    office = someone.membership.office_id
    with office_scope(office):
        return services.make_token(
            membership=someone.membership,
            name="Laporan harian",
            scopes=scopes,
            expires_at=now + timedelta(days=days),
            by=someone.id,
            at=now,
        )


@dataclass
class Program:
    """A program that acts with a key."""

    key: str
    language: str = "id"
    client: Client = field(default_factory=Client)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send one request under ``/api/v1``; a body that is no text or bytes goes as JSON."""
        raw = body if isinstance(body, str | bytes) else json.dumps(body)
        sent: dict[str, Any] = {}
        if body is not None:
            content_type = headers.pop("content_type", JSON)
            sent = {"data": raw, "content_type": content_type}
            headers["content_type"] = content_type  # Django's client drops it of an empty body
        told = {"authorization": f"Bearer {self.key}", "accept-language": self.language}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith(ROOT) else f"{ROOT}{path}"
        return self.client.generic(method, address, headers=told, **sent)

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Read."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Act."""
        return self.ask("POST", path, body, **headers)


def program(someone: Someone, *scopes: Scope) -> Program:
    """Return a program with a fresh key of somebody, allowed everything unless told otherwise."""
    return Program(key_of(someone, scopes or tuple(Scope))[1])


@pytest.fixture
def andi(desk: Any) -> Program:
    """Andi's program; the desk is there."""
    return program(desk.people.andi)


def problem(answer: HttpResponse) -> dict[str, Any]:
    """Return a refusal's document, which every refusal must have."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content[:300]
    found: dict[str, Any] = json.loads(answer.content)
    assert found["status"] == answer.status_code
    assert found["type"].startswith("urn:kelola:problem:")
    assert found["title"]
    assert found["detail"]
    return found


def kind(answer: HttpResponse) -> tuple[int, str]:
    """Return a refusal's status and kind."""
    return answer.status_code, problem(answer)["type"].rpartition(":")[2]
