"""Fields that no form has, sent along with every form: nothing changes by them.

Every form is taken from the pages themselves, filled as somebody in a hurry would, and sent twice:
as it is, and with every column name of our models beside it. Both must leave the same rows behind.
Programs are refused with 422 instead (``tests/api``), because theirs are slips of a programmer.
"""

from __future__ import annotations

import functools
import re
import uuid
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from kelola.office.models import User
from kelola.office.scope import office_scope
from tests.hostile import BREAKER
from tests.web.crawling import UUID, Form, Page, Visitor, alike, is_page
from tests.web.targets import ARGUMENTS, POSTED, Scene
from tests.web.test_matrix import addresses
from tests.web.watching import dump, furnished, ids_of, kept_for_a_module, undone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.http import HttpRequest

OFTEN_TRIED = {
    "is_superuser": "on", "is_staff": "on", "role": "admin", "groups": "1", "permissions": "all",
    "owner": "1", "satker": "1", "performer": "1", "pk": "1", "user_permissions": "1", "at": "now",
    "force": "1", "confirmed": "1", "verified": "1", "skip": "1", "_method": "DELETE",
}  # fmt: skip
# Large, and written by no form: SOP files; the index of words follows the rows.
STILL = ("search_", "sop_definition", "django_")
AFTER = "2031-01-01"
HASHES = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{64})\b")
# Forms that a hurried person gets through; a change that breaks this walk is noticed here.
GET_THROUGH = {
    "budi": {"calendar_closure", "person_add", "post_add", "person_admin", "run_cancel"},
    "andi": {"run_open", "step_claim", "step_pause", "step_resume", "saved_view_change"},
}


@pytest.fixture(scope="module")
def kept_scene(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    with kept_for_a_module(django_db_blocker, tmp_path_factory.mktemp("scene")):
        yield furnished()


@pytest.fixture
def scene(kept_scene: Scene, db: None) -> Scene:
    """Give both offices, made once for the module, to one test."""
    return kept_scene


def visitor_of(user: User) -> Visitor:
    client = Client()
    client.force_login(user)
    session = client.session
    moment = timezone.now().timestamp()
    proof = {"method": "password", "at": moment, "reauthenticated": True}
    session["account_authentication_methods"] = [proof]
    session.save()
    client.get(reverse("account_inactive"))
    return Visitor({name: morsel.value for name, morsel in client.cookies.items()})


@pytest.fixture(scope="module")
def forms(kept_scene: Scene, django_db_blocker: Any) -> Callable[[str], list[Form]]:
    """Give the forms that somebody is shown, by login."""

    @functools.cache
    def of(login: str) -> list[Form]:
        with django_db_blocker.unblock(), undone():
            visitor = visitor_of(getattr(kept_scene.people, login).user)
            return list(forms_of(kept_scene, visitor))

    return of


def forms_of(scene: Scene, visitor: Visitor) -> Iterator[Form]:
    """Yield each form that posts, from every page, once for its fields and buttons."""
    own = scene.sides["own"]
    rows = (own.paused_step, own.waiting_step, own.step)
    steps = [reverse("step", args=[row.pk]) for row in rows]
    waiting = list(steps)
    for name, has_arguments in addresses(get_resolver()):
        arguments = ARGUMENTS[name](scene.sides["own"]) if has_arguments else {}
        waiting.append(reverse(name, kwargs=arguments))
    seen: set[Any] = set()
    while waiting:
        url = waiting.pop(0)
        known = url if url in steps else alike(url)  # the steps are alike, their forms are not
        if known in seen or not is_page(url) or "/lembar/" in url or "unduh=" in url:
            continue
        seen |= {known, alike(url)}
        answer = visitor.ask("GET", url)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        page = Page(url, answer.whole.decode())  # type: ignore[attr-defined]  # our note
        waiting += [u.partition("#")[0].removeprefix("http://testserver") for u in page.links]
        for form in page.forms:
            key = (alike(form.action)[0], *sorted(form.controls), *form.buttons)
            if form.method == "post" and key not in seen:
                seen.add(key)
                yield form


def stray(known: set[str], foreign: str) -> dict[str, str]:
    """Return a value for every column of our models that is no field of these forms."""
    sent = {name: value for name, value in OFTEN_TRIED.items() if name not in known}
    for model in apps.get_models():
        if not model.__module__.startswith("kelola."):
            continue
        for column in model._meta.concrete_fields:
            kind = column.get_internal_type()
            values = {
                "BooleanField": "on",
                "DateField": AFTER,
                "DateTimeField": f"{AFTER}T00:00",
                "JSONField": "{}",
                "UUIDField": foreign,
                "ForeignKey": foreign,
                "OneToOneField": foreign,
            }
            value = values.get(kind, "7" if "Integer" in kind else "diserobot")
            for name in {column.name, column.attname, f"{column.name}__in"}:
                if name not in known and name != "office":
                    sent[name] = value
    return sent


@contextmanager
def standing_still(monkeypatch: pytest.MonkeyPatch) -> Iterator[datetime]:
    now = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now)
        yield now


class Left:
    """Posts forms and tells which rows they leave behind, before it undoes them."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.known = visitor, ids()
        self.before = self.rows()

    def after(self, form: Form, data: dict[str, str]) -> tuple[int, list[str]]:
        """Return the answer's status and every row, without the ids made meanwhile."""
        client = Client(raise_request_exception=False)
        client.cookies.load(self.visitor.cookies)
        with transaction.atomic():
            answer = client.post(form.action, data)
            body_of(answer)
            rows = self.rows()
            transaction.set_rollback(True)
        return answer.status_code, rows

    def rows(self) -> list[str]:
        """Return every row, but of the SOP files and of what follows other rows."""
        return sorted(
            f"{name} {self._plain(row)}"
            for name, rows in dump(without=STILL).items()
            for row in rows
        )

    def _plain(self, row: tuple[Any, ...]) -> str:
        counted = row[1:] if isinstance(row[0], int) else row
        # Digests of passwords, and what is encrypted (Fernet), differ each time.
        text = re.sub(r"'(\$?(argon2|md5)\$|gAAAAA)[^']+'", "'#'", repr(counted))
        return HASHES.sub(self._known, UUID.sub(self._known, text))

    def _known(self, found: re.Match[str]) -> str:
        return found[0] if found[0].replace("-", "") in self.known else "#"


def ids() -> set[str]:
    """Return every id and digest that is there now."""
    text = repr(dump())
    return {found.replace("-", "") for found in (*UUID.findall(text), *HASHES.findall(text))}


def names_of(forms: list[Form]) -> dict[str, set[str]]:
    """Return what the forms of each address ask for; two of them may ask for different things."""
    names: dict[str, set[str]] = {}
    for form in forms:
        asked = {*form.controls, *(name for name, _value in form.buttons)}
        names.setdefault(alike(form.action)[0], set()).update(asked)
    return names


def filled(form: Form) -> dict[str, str]:
    """Return a form filled by somebody in a hurry."""
    today = timezone.localdate().isoformat()
    return form.data(today) | POSTED.get(alike(form.action)[0], {})


def body_of(answer: Any) -> str:
    """Return the text of an answer; a file that is sent is read to its end, which closes it."""
    if answer.streaming:
        b"".join(answer.streaming_content)
        return ""
    return str(answer.content.decode(errors="replace"))


@pytest.mark.parametrize("login", ["budi", "andi"])
def test_fields_that_no_form_has_change_nothing(
    scene: Scene,
    forms: Callable[[str], list[Form]],
    monkeypatch: pytest.MonkeyPatch,
    login: str,
) -> None:
    visitor, foreign = visitor_of(getattr(scene.people, login).user), str(scene.people.eko.id)
    names, changed, differ = names_of(forms(login)), set(), []
    with standing_still(monkeypatch):
        left = Left(visitor)
        for form in forms(login):
            name, data = alike(form.action)[0], filled(form)
            plain, more = (
                left.after(form, sent) for sent in (data, stray(names[name], foreign) | data)
            )
            if plain != more:
                differ.append((name, plain[0], more[0], sorted(set(plain[1]) ^ set(more[1]))[:4]))
            if plain[1] != left.before:
                changed.add(name)
    assert not differ
    assert changed >= GET_THROUGH[login], changed


@pytest.mark.parametrize("login", ["budi", "andi"])
def test_an_id_of_another_office_in_a_form_is_nobodys(
    scene: Scene,
    forms: Callable[[str], list[Form]],
    monkeypatch: pytest.MonkeyPatch,
    login: str,
) -> None:
    visitor = visitor_of(getattr(scene.people, login).user)
    own, theirs = {}, dict[str, str]()
    for side, found in (("own", own), ("foreign", theirs)):
        office = scene.sides[side].court.office
        with office_scope(office.pk):
            found.update(ids_of(office))
    of_kind = {label: key for key, label in theirs.items()}
    asked, differ = 0, []
    with standing_still(monkeypatch):
        left = Left(visitor)
        for form in forms(login):
            for control in form.controls.values():
                kind = next((own[v] for v in (control.value, *control.options) if v in own), None)
                if kind not in of_kind:
                    continue
                asked += 1
                answers = [
                    left.after(form, filled(form) | {control.name: one})
                    for one in (of_kind[kind], str(uuid.uuid4()))
                ]
                if answers[0] != answers[1] or answers[0][1] != left.before:
                    differ.append((form.action, control.name, [a[0] for a in answers]))
    assert asked > 3
    assert not differ


class Marks(HTMLParser):
    """Finds elements that a hostile word would have made."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element with a handler, which no page of ours has."""
        if any(name.startswith("on") for name, _value in attrs):
            self.found.append(f"<{tag} {attrs}>")


@pytest.mark.parametrize("login", ["budi", "andi"])
def test_what_a_form_shows_again_stays_text(
    scene: Scene, forms: Callable[[str], list[Form]], login: str
) -> None:
    """A refused form repeats what was written, and a message names it."""
    visitor = visitor_of(getattr(scene.people, login).user)
    shown, wrong = 0, []
    for form in forms(login):
        data = filled(form)
        data |= {
            c.name: BREAKER
            for c in form.controls.values()
            if c.kind not in {"hidden", "file", "submit"}
        }
        client = Client(raise_request_exception=False)
        client.cookies.load(visitor.cookies)
        with transaction.atomic():
            answer = client.post(form.action, data, follow=True)
            text = body_of(answer)
            transaction.set_rollback(True)
        assert answer.status_code < 500, form.action
        shown += "onerror=jahat()" in text
        wrong += [f"{form.action}: {mark}" for mark in Marks(text).found]
    assert shown >= {"budi": 10, "andi": 3}[login], shown
    assert not wrong
    assert Marks(f"<p>{BREAKER}</p>").found


def test_a_field_that_is_taken_is_caught(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The test proves itself: a page that takes any column it is given leaves another row."""
    form = Form(reverse("person_edit", args=[scene.people.andi.person.pk]), "post")

    class Careless:
        def __init__(self, get_response: Any) -> None:
            self.get_response = get_response

        def __call__(self, request: HttpRequest) -> HttpResponse:
            if "is_active" in request.POST:
                User.objects.filter(login="andi").update(is_active=False)
            return HttpResponse()

    monkeypatch.setitem(globals(), "Careless", Careless)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Careless"]
    left = Left(visitor_of(scene.people.budi.user))
    more = stray(set(), scene.people.eko.id) | {"is_active": ""}
    assert left.after(form, {}) == (200, left.before)
    assert left.after(form, more) != (200, left.before)
