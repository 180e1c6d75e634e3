"""Nothing of one office reaches another: canaries in every text of the second, and who goes past.

The second office holds a word of its own in each text that an office keeps (``tests/planting.py``).
Everybody of the first opens every address, with their own objects and with the second's, follows
what links there are, and reads files, tables and papers down to their packed bytes.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote_plus, urlencode, urlsplit

import pytest
from django.apps import apps
from django.core.exceptions import BadRequest
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from kelola.api import services as api
from kelola.api.rules import Scope
from kelola.ledger.models import Entry
from kelola.office.models import Person
from kelola.office.scope import is_scoped, office_scope, unscoped
from kelola.sop.models import Definition
from kelola.ui import sheets
from tests import sample_files
from tests.planting import plant, untouched
from tests.web.crawling import UUID, Page, Visitor, alike, bytes_of, is_page, plain
from tests.web.targets import ARGUMENTS, POSTED, Scene
from tests.web.test_matrix import ROLES, addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from tests.planting import Planted

CANARY = re.compile(rb"kanari[0-9a-f]{4}z", re.IGNORECASE)
NOBODYS = "kanariffffz"
# What a read may write: who is signed in, counters of tries, and the day a key was last used.
KEPT_BY_READING = {"office_sessionrow", "kelola_cache", "api_token"}
PAPERS = {"run_paper", "step_paper", "step_blank", "sop_blank"}
READS_PAPERS = {"operator", "kasubag"}
FOLLOWS_LINKS = {"operator", "kasubag"}
ALIKE = 2  # of pages of one view with the same questions in their addresses, so many are enough
TABLES = ("text/csv", "spreadsheetml", "application/pdf", "text/html")


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


@pytest.fixture
def watch(db, settings, tmp_path) -> Watch:
    settings.FILES_DIR = tmp_path / "files"
    scene = Scene()
    people = scene.people
    planted = plant(people.other, people.eko, counted(), timezone.now())
    for side in scene.sides.values():
        _ = side.document, side.waiting_step, side.paused_step, side.saved_view, side.token
        _ = side.closure, side.declared_day, side.season
    visitors = {}
    for role, login in ROLES.items():
        client = Client()
        if login:
            who = getattr(people, login)
            client.force_login(getattr(who, "user", who))
            client.get(reverse("account_inactive"))
        visitors[role] = Visitor({name: m.value for name, m in client.cookies.items()})
    made = Watch(scene, planted, visitors)
    with office_scope(people.other.office.pk):
        made.theirs = ids_of(people.other.office)
    return made


def urls(watch: Watch, target: str) -> Iterator[tuple[str, str]]:
    """Yield every address by its name: those without an object, or with one of this side's."""
    for name, has_arguments in addresses(get_resolver()):
        if not has_arguments and target == "-":
            yield name, reverse(name)
        elif has_arguments and target != "-":
            yield name, reverse(name, kwargs=ARGUMENTS[name](watch.scene.sides[target]))


def follow(watch: Watch, role: str) -> int:
    """Open what links lead to, from the desk on; return how many pages there were."""
    waiting, seen, met = [reverse("desk")], set[str](), Counter[tuple[str, ...]]()
    while waiting:
        url = waiting.pop(0)
        if url in seen or met[alike(url)] >= ALIKE:
            continue
        seen.add(url)
        met[alike(url)] += 1
        answer = watch.look(role, "GET", url)
        if "text/html" in answer.headers.get("Content-Type", ""):
            page = Page(url, answer.whole.decode())  # type: ignore[attr-defined]  # our note
            found = [u.partition("#")[0].removeprefix("http://testserver") for u in page.links]
            waiting += [u for u in found if is_page(u)]
        elif answer.status_code in {301, 302}:
            waiting.append(answer.headers["Location"])
    return len(seen)


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Return every table but what a read may write."""
    tables = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            if name not in KEPT_BY_READING:
                cursor.execute(f'SELECT * FROM "{name}"')
                tables[name] = sorted(cursor.fetchall(), key=repr)
    return tables


def test_every_text_of_the_other_office_holds_a_canary(watch: Watch) -> None:
    missing = untouched(lambda text: bool(CANARY.search(text.encode())))
    assert not missing, f"plant these, or say in UNWRITTEN why nobody writes them: {missing}"


def test_the_history_holds_no_word(watch: Watch) -> None:
    chain = Entry.objects.filter(chain=str(watch.scene.people.other.office.pk))
    assert chain.count() > 60
    told = [repr(row) for row in chain.values_list("verb", "object", "by", "data")]
    assert not [line for line in told if CANARY.search(line.encode())]


def test_reading_shows_nothing_of_another_office_and_writes_nothing(watch: Watch) -> None:
    before = dump()
    for role in ROLES:
        for target in ("-", "own", "foreign"):
            for name, url in urls(watch, target):
                if name not in PAPERS or role in READS_PAPERS:
                    watch.look(role, "GET", url)
        if role in FOLLOWS_LINKS:
            assert follow(watch, role) > 50
    assert all(any(kind in one for one in watch.kinds) for kind in TABLES)
    after = dump()
    assert not watch.notes, "\n".join(watch.notes)
    assert [name for name in before if before[name] != after[name]] == []


def test_writing_shows_nothing_of_another_office_and_changes_nothing_there(watch: Watch) -> None:
    chain = Entry.objects.filter(chain=str(watch.scene.people.other.office.pk))
    before, told = dump(), chain.count()
    for role in ROLES:
        for target in ("-", "own", "foreign"):
            for name, url in urls(watch, target):
                if name not in PAPERS or role in READS_PAPERS:
                    watch.look(role, "POST", url, POSTED.get(name, {}))
    assert not watch.notes, "\n".join(watch.notes)
    assert chain.count() == told
    assert dump() == before


class Leaks:
    """A middleware that puts a word where an answer may carry one."""

    leak: ClassVar[Callable[[], HttpResponse]]

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        return type(self).leak() if request.path == reverse("runs") else answer


def test_a_view_that_leaks_is_caught(watch: Watch, settings: Any) -> None:
    """The crawl proves itself: a name, an id, headers, packed tables and papers, and a write."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Leaks"]
    with unscoped("the leak that the crawl must find"):
        person = Person.objects.filter(name__startswith="kanari")[0]
    name = person.name

    def cookie() -> HttpResponse:
        answer = HttpResponse()
        answer.set_cookie("looks", name)
        return answer

    def write() -> HttpResponse:
        Definition.objects.update(number="x")
        return HttpResponse()

    leaks: list[Callable[[], HttpResponse]] = [
        lambda: HttpResponse(f"<b>{name.upper()}</b>"),
        lambda: HttpResponse(f'<a href="/pegawai/{person.pk}/">x</a>'),
        lambda: HttpResponse(headers={"Content-Disposition": name}),
        lambda: HttpResponse(sheets.xlsx_bytes(["Nama"], [[name]])),
        lambda: HttpResponse(sample_files.pdf(name)),
        cookie,
        write,
    ]
    for leak in leaks:
        watch.notes.clear()
        Leaks.leak = staticmethod(leak)
        watch.look("operator", "GET", reverse("runs"))
        found = re.compile(f"(?i) showed ({name}|{person.pk})| wrote: ")
        assert watch.notes, leak
        assert all(found.search(note) for note in watch.notes), watch.notes


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_anothers_answers_like_what_is_nobodys(watch: Watch, method: str) -> None:
    """Byte for byte, so that nobody learns which ids are in use."""
    differ = []
    for role in ("operator", "kasubag", "member_without_role", "stranger", "signed_out"):
        visitor = watch.visitors[role]
        for name, url in urls(watch, "foreign"):
            nowhere = UUID.sub(lambda _m: str(uuid.uuid4()), url)
            data = POSTED.get(name, {})
            answers = [
                plain(visitor.ask(method, one, data), *UUID.findall(one), quote_plus(one))
                for one in (url, nowhere)
            ]
            if answers[0] != answers[1]:
                differ.append(f"{role} {method} {name}")
    assert not differ


BREAKS = {
    400: BadRequest,
    404: Http404,
    500: RuntimeError,
}


@pytest.mark.logs_errors("kelola.ui.views")
@pytest.mark.logs_errors("django.request")
@pytest.mark.parametrize("status", BREAKS)
def test_a_refusal_or_a_break_says_nothing_of_what_it_met(
    watch: Watch, settings: Any, status: int
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Leaks"]
    with unscoped("a break in the midst of the other office's rows"):
        person = Person.objects.filter(name__startswith="kanari")[0]

    def leak() -> HttpResponse:
        raise BREAKS[status](person.name)

    Leaks.leak = staticmethod(leak)
    answer = watch.look("operator", "GET", reverse("runs"))
    assert answer.status_code == status
    assert [n for n in watch.notes if " showed " in n] == []


def questions(watch: Watch, role: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield the address, the fields and one field of every form that only asks."""
    seen = set()
    for _name, url in urls(watch, "-"):
        answer = watch.look(role, "GET", url)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        for form in Page(url, answer.whole.decode()).forms:  # type: ignore[attr-defined]  # our note
            for name in form.controls if form.method == "get" else ():
                key = urlsplit(form.action).path, name
                if key not in seen:
                    seen.add(key)
                    yield form.action, form.data("2026-11-02"), name


def test_asking_for_a_word_of_another_office_is_asking_for_nothing(watch: Watch) -> None:
    """Every filter and search answers a canary, or an id, as it answers what nobody wrote."""
    with office_scope(watch.scene.people.other.office.pk):
        person = watch.scene.people.eko.person
        person.refresh_from_db()
        written = [person.name, watch.planted.runs[0].subject]
    pairs = [(word, NOBODYS) for word in written] + [(str(person.pk), str(uuid.uuid4()))]
    visitor, differ, asked = watch.visitors["kasubag"], [], 0
    for url, data, name in questions(watch, "kasubag"):
        for pair in pairs:
            asked += 1
            answers = [
                plain(visitor.ask("GET", f"{url}?{urlencode(data | {name: one})}"), one)
                for one in pair
            ]
            if answers[0] != answers[1]:
                differ.append(f"{url} {name}={pair[0]}")
    assert asked > 60
    assert not differ


@pytest.mark.parametrize("scopes", [*[(scope,) for scope in Scope], tuple(Scope)])
def test_a_key_opens_nothing_of_another_office(watch: Watch, scopes: tuple[Scope, ...]) -> None:
    """With bodies that stand, ``tests/api/test_operations.py`` asks the same."""
    people, now = watch.scene.people, timezone.now()
    with office_scope(people.office.pk):
        _row, key = api.make_token(
            membership=people.andi.membership,
            name="Laporan",
            scopes=scopes,
            expires_at=now + timedelta(days=3),
            by=people.andi.id,
            at=now,
        )
    watch.visitors["key"] = Visitor({}, {"authorization": f"Bearer {key}"})
    before = dump()
    for method in ("GET", "POST"):
        for target in ("-", "own", "foreign"):
            for name, url in urls(watch, target):
                if url.startswith("/api/"):
                    status = watch.look("key", method, url).status_code
                    assert target != "foreign" or status >= 400, (name, status)
    for path in ("/runs", "/people", "/posts", "/sops", "/steps/mine"):
        for theirs, nobodys in (("kanari0001z", NOBODYS), (people.eko.id, str(uuid.uuid4()))):
            for name in ("text", "sop", "opened_by", "procedure", "cursor", "limit"):
                both = [
                    plain(watch.look("key", "GET", f"/api/v1{path}?{name}={one}"), one)
                    for one in (theirs, nobodys)
                ]
                assert both[0] == both[1], (path, name)
    assert not watch.notes, "\n".join(watch.notes)
    assert dump() == before
