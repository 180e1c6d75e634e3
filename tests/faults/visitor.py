"""A browser without a screen: cookies, forms and their proof of origin, on a real port."""

from __future__ import annotations

import re
import urllib.request
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from uuid import UUID

if TYPE_CHECKING:
    from tests.faults.installation import Installation

WAIT = 30.0
PASSWORD = "kelola-demo-2026"  # of every account of the demo office


class Answer:
    """Status, headers and body of one answer; status 0 when the connection broke."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes, address: str) -> None:
        self.status, self.headers, self.body, self.address = status, headers, body, address

    @property
    def text(self) -> str:
        return self.body.decode()


class Visitor:
    """Somebody who signs in to a running installation."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def ask(self, path: str, data: bytes | None = None, **headers: str) -> Answer:
        address = self.installation.address + path
        request = urllib.request.Request(address, data=data, headers=headers)
        try:
            with self.opener.open(request, timeout=WAIT) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read(), answer.url)
        except HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read(), path)
        except (URLError, OSError):
            return Answer(0, {}, b"", path)

    def get(self, path: str) -> Answer:
        return self.ask(path)

    def post(self, path: str, page: str = "", **fields: str) -> Answer:
        """Post a form as drawn on a page (this one by default)."""
        drawn = self.get(page or path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', drawn.text)
        sent = {"csrfmiddlewaretoken": token[1] if token else "", **fields}
        return self.ask(path, urlencode(sent).encode())

    def sign_in(self, login: str = "andi") -> Answer:
        return self.post("/masuk/", login=login, password=PASSWORD)


def ready_steps(installation: Installation, role: str = "operator_admin") -> list[UUID]:
    """Return the steps that wait for somebody of a role, the newest run first."""
    rows = installation.rows(
        "SELECT id FROM sop_step WHERE state = 'ready' AND assignee_id IS NULL "
        f"AND role = '{role}' ORDER BY opened_at DESC"
    )
    return [found if isinstance(found, UUID) else UUID(found) for (found,) in rows]
