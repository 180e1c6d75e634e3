"""Two offices, made and planted once for a module, and who goes through them.

Each test sees them as they were made: what it changes is undone behind it. The second office holds
a word of its own in each text that an office keeps (``tests/planting.py``).
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from django.utils import timezone

from kelola.office.scope import is_scoped, office_scope
from tests.planting import plant
from tests.web.crawling import UUID, Visitor, bytes_of
from tests.web.targets import ARGUMENTS, Scene
from tests.web.test_matrix import ROLES, addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http.response import HttpResponseBase

    from tests.planting import Planted

CANARY = re.compile(rb"kanari[0-9a-f]{4}z", re.IGNORECASE)
NOBODYS = "kanariffffz"
# What a read may write: who is signed in, counters of tries, the day a key was last used, and
# that news was read.
KEPT_BY_READING = {"office_sessionrow", "kelola_cache", "api_token", "notify_news"}


@contextmanager
def undone() -> Iterator[None]:
    """Undo what is written meanwhile."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def furnished() -> Scene:
    """Return both offices with the objects that addresses name."""
    scene = Scene()
    for side in scene.sides.values():
        _ = side.document, side.waiting_step, side.paused_step, side.saved_view, side.token
        _ = side.news, side.disposition, side.handover, side.delivery
        _ = side.closure, side.declared_day, side.season
        _ = side.undone_step, side.settled_run, side.absence, side.order, side.revised
    return scene


@contextmanager
def kept_for_a_module(blocker: Any, folder: Any) -> Iterator[None]:
    """Open the database for a module, with a folder of files of its own."""
    with blocker.unblock(), override_settings(FILES_DIR=folder / "files"), undone():
        yield


@dataclass
class Watch:
    """The scene with its canaries; ``notes`` gathers what is wrong."""

    scene: Scene
    planted: Planted
    visitors: dict[str, Visitor]
    theirs: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def look(self, role: str, method: str, url: str, data: Any = None) -> HttpResponseBase:
        """Make a request and note canaries, ids of the other office, and writes of a read."""
        visitor = self.visitors[role]
        sent = {"content_type": "application/json"} if role == "key" and method == "POST" else {}
        answer = visitor.ask(method, url, data, **sent)
        self.kinds.add(answer.headers.get("Content-Type", ""))
        self.judge(f"{role} {method} {url}", answer, known=url + repr(data))
        changed = {line for line in visitor.writes if line.split()[1] not in KEPT_BY_READING}
        if method == "GET" and changed:
            self.notes.append(f"{role} GET {url} wrote: {sorted(changed)}")
        return answer

    def judge(self, who: str, answer: HttpResponseBase, known: str) -> None:
        """Note what an answer should not carry; what was asked with is ``known``."""
        if answer.status_code >= 500:
            self.notes.append(f"{who} broke: {answer.status_code}")
        for part in bytes_of(answer, answer.whole):  # type: ignore[attr-defined]  # our note
            found = {c.decode() for c in CANARY.findall(part)}
            found |= self.theirs.keys() & set(UUID.findall(part.decode(errors="replace")))
            for one in sorted(found):
                if one not in known:
                    self.notes.append(f"{who} showed {one} {self.theirs.get(one, '')}")


def counted() -> Any:
    """Return a source of canaries, each another one."""
    number = 0

    def word(longest: int = 200) -> str:
        nonlocal number
        number += 1
        assert longest >= len(NOBODYS)
        return f"kanari{number:04x}z"

    return word


def ids_of(office: Any) -> dict[str, str]:
    """Return the ids of an office's rows, each with its model."""
    found = {str(office.pk): "office.Office"}
    for model in apps.get_models():
        if is_scoped(model):
            for key in model.objects.values_list("pk", flat=True):
                found[str(key)] = model._meta.label
    return {key: label for key, label in found.items() if UUID.fullmatch(key)}


def sessions(scene: Scene) -> dict[str, Visitor]:
    """Sign everybody in; return their browsers by role."""
    found = {}
    for role, login in ROLES.items():
        client = Client()
        if login:
            who = getattr(scene.people, login)
            client.force_login(getattr(who, "user", who))
            client.get(reverse("account_inactive"))  # the first request settles the office
        found[role] = Visitor({name: m.value for name, m in client.cookies.items()})
    return found


@pytest.fixture(scope="module")
def garden(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watch]:
    """Plant the second office once for all tests of a module."""
    with kept_for_a_module(django_db_blocker, tmp_path_factory.mktemp("garden")):
        scene = furnished()
        people = scene.people
        planted = plant(people.other, people.eko, counted(), timezone.now())
        made = Watch(scene, planted, sessions(scene))
        with office_scope(people.other.office.pk):
            made.theirs = ids_of(people.other.office)
        yield made


@pytest.fixture
def watch(garden: Watch, db: None) -> Watch:
    """Give the garden to one test, with no notes in it."""
    return fresh(garden)


def fresh(garden: Watch) -> Watch:
    """Return the garden with browsers of its own and no notes."""
    visitors = {role: replace(one) for role, one in garden.visitors.items()}
    return replace(garden, visitors=visitors, notes=[], kinds=set())


def urls(scene: Scene, target: str) -> Iterator[tuple[str, str]]:
    """Yield every address by its name: those without an object, or with one of this side's."""
    for name, has_arguments in addresses(get_resolver()):
        if not has_arguments and target == "-":
            yield name, reverse(name)
        elif has_arguments and target != "-":
            yield name, reverse(name, kwargs=ARGUMENTS[name](scene.sides[target]))


def dump(without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table but what a read may write, and those that begin with these names."""
    tables = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            if name not in KEPT_BY_READING and not name.startswith(without or ("-",)):
                cursor.execute(f'SELECT * FROM "{name}"')
                tables[name] = sorted(cursor.fetchall(), key=repr)
    return tables
