"""The steps of the first start met with texts that want to be more, and without a token."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kelola.office.models import Office
from kelola.office.services import beginning, importing
from kelola.ui.sheets import csv_lines
from tests.hostile import BREAKER, CORPUS
from tests.web.crawling import Page
from tests.web.test_start import ADMIN, DECREE, LATER, OFFICE, admin, link
from tests.web.watching import dump

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["admin"]
pytestmark = pytest.mark.django_db
BREACH = f"{BREAKER} {CORPUS[0]}"


def typed(page: str) -> Iterator[dict[str, str]]:
    """Yield each form of a page that is posted, with a breach in every text of it."""
    for form in Page("/", page).forms:
        if form.method == "post":
            texts = {
                name: BREACH
                for name, control in form.controls.items()
                if control.kind in {"text", "textarea", "time", "date"}
            }
            filled = form.data("2026-11-23") | texts
            filled.pop("act", None)  # the first button has no name and saves
            yield filled


@pytest.mark.parametrize("name", ["start", *LATER])
def test_an_open_step_takes_nothing_without_the_token_of_its_page(admin: Client, name: str) -> None:
    admin.handler.enforce_csrf_checks = True
    before = dump(("django_session",))
    assert admin.post(reverse(name), {"act": "skip"}).status_code == 403
    assert dump(("django_session",)) == before
    assert Office.objects.get().setup_step == beginning.PEOPLE


class Acting(HTMLParser):
    """Gathers what a browser would run or load of a hostile text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note attributes that act."""
        self._script = tag == "script"
        for name, value in attrs:
            leads = name in {"href", "src", "action", "formaction"} and "jahat" in (value or "")
            if name.startswith(("on", "hx-on")) or "jahat" in name or leads:
                self.found.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag: str) -> None:
        """Leave a script."""
        self._script = self._script and tag != "script"

    def handle_data(self, data: str) -> None:
        """Note a script of somebody else's."""
        if self._script and "jahat" in data:
            self.found.append(data)


def test_a_hostile_text_that_acts_is_noticed() -> None:
    assert len(Acting(f"<input value='{BREACH}'>").found) == 2


def said(answer: Any) -> str:
    """Return a page that shows a hostile text, after a look that it is only shown."""
    page: str = answer.content.decode()
    assert "jahat()" in page, answer
    assert not Acting(page).found
    return page


def test_hostile_texts_in_the_steps_are_shown_as_they_were_typed(admin: Client) -> None:
    seen = 0
    for name in ("start_calendar", "start_sop"):
        for data in typed(admin.get(reverse(name)).content.decode()):
            if BREACH in data.values():
                answer = admin.post(reverse(name), data)
                assert answer.status_code == 422
                said(answer)
                seen += 1
    assert seen == 2
    row = [BREACH, "", BREACH, BREACH, *DECREE, ""]
    file = SimpleUploadedFile("a.csv", b"".join(csv_lines(importing.HEADER, [row])))
    said(admin.post(reverse("start_people"), {"act": "look", "file": file}))


def test_hostile_texts_before_there_is_an_office_travel_unharmed() -> None:
    """Step 2 carries what step 1 was told in hidden fields, and back."""
    client, address = Client(), link()
    texts = dict.fromkeys(("name", "name_en", "letterhead", "address", "contact"), BREACH)
    office = OFFICE | texts | {"short_name": "MS Uji", "zone": OFFICE["zone"]}
    admin = ADMIN | {"person": BREACH, "login": BREACH, "nip": BREACH, "again": "lain"}
    for act in ("office", "begin", "back"):
        said(client.post(address, {"act": act, **office, **admin}))
    assert not Office.objects.exists()


def test_the_first_office_is_not_made_without_the_token_of_its_page() -> None:
    client, address = Client(enforce_csrf_checks=True), link()
    before = dump()
    assert client.post(address, {"act": "begin", **OFFICE, **ADMIN}).status_code == 403
    assert client.get(address).status_code == 200
    assert dump() == before
