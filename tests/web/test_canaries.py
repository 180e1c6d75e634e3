"""Nothing of one office reaches another: canaries in every text of the second, and who goes past.

``test_everybody.py`` opens every address; here are filters, searches, keys, breaks, and the proof
that whatever leaked would be seen.
"""

from __future__ import annotations

import base64
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kelola.api import services as api
from kelola.api.rules import Scope
from kelola.ledger.models import Entry
from kelola.office.doors import STRAYS
from kelola.office.models import Office, Person
from kelola.office.scope import office_scope, unscoped
from kelola.office.services import beginning, importing
from kelola.sop.models import Definition
from kelola.ui import sheets
from kelola.ui.sheets import csv_lines
from tests import sample_files
from tests.people import sign_in
from tests.planting import untouched
from tests.web.crawling import Page, Visitor, plain
from tests.web.watching import CANARY, NOBODYS, Watch, dump, garden, urls, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

__all__ = ["garden", "watch"]


def test_every_text_of_the_other_office_holds_a_canary(watch: Watch) -> None:
    missing = untouched(lambda text: bool(CANARY.search(text.encode())))
    assert not missing, f"plant these, or say in UNWRITTEN why nobody writes them: {missing}"


def test_the_history_holds_no_word(watch: Watch) -> None:
    chain = Entry.objects.filter(chain=str(watch.scene.people.other.office.pk))
    assert chain.count() > 60
    told = [repr(row) for row in chain.values_list("verb", "object", "by", "data")]
    assert not [line for line in told if CANARY.search(line.encode())]


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
    for _name, url in urls(watch.scene, "-"):
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
            for name, url in urls(watch.scene, target):
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
    assert "application/problem+json" in watch.kinds
    assert dump() == before


def cached() -> bytes:
    """Return what the cache holds, unpacked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM kelola_cache")
        return b"".join(key.encode() + base64.b64decode(value) for key, value in cursor.fetchall())


def test_the_cache_holds_no_word_of_an_office(watch: Watch) -> None:
    """It is one for all offices: what lies in it is counts and moments under ids and digests."""
    eko = sign_in(Client(), watch.scene.people.eko.user)
    run = watch.planted.runs[0]
    for url in ("/meja-kerja/", "/alur/", f"/cari/?cari={run.subject}", f"/alur/{run.pk}/"):
        assert CANARY.search(eko.get(url).content), url
    assert eko.post("/masuk/konfirmasi/", {"password": "kanari0000z"}).status_code == 200
    Client().post("/masuk/", {"login": "kanari0000z", "password": "kanari0000z"})
    for _ in range(STRAYS):
        eko.get(f"/alur/{uuid.uuid4()}/?cari=kanari0000z")
    held = cached()
    assert held
    assert not CANARY.search(held)


def test_an_import_that_one_office_looks_at_is_nobody_elses(watch: Watch) -> None:
    """What the preview posts back is sealed for one person; no row and no file keeps it."""
    people = watch.scene.people
    nia = people.other.join("nia", "Nia Kurnia", admin=True)
    theirs, ours = (sign_in(Client(), who.user) for who in (nia, people.budi))
    row = ["kanari0001z", "12", "kanari0002z", "", "", "", "", "", ""]
    file = SimpleUploadedFile("kanari0003z.csv", b"".join(csv_lines(importing.HEADER, [row])))
    before, address = dump(), reverse("import_people")
    seen = theirs.post(address, {"act": "look", "file": file})
    assert b"kanari0001z" in seen.content
    assert dump() == before
    assert not CANARY.search(cached())
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).rglob("*kanari*"))
    (form,) = [f for f in Page(address, seen.text).forms if "table" in f.controls][:1]
    sealed = form.controls["table"].value
    for act in ("look", "faults", "write"):
        answer = ours.post(address, {"act": act, "table": sealed})
        assert not CANARY.search(answer.content), act
        assert not answer.headers.get("Content-Type", "").startswith("text/csv")
    assert dump() == before
    told = theirs.post(address, {"act": "faults", "table": sealed})
    assert told.headers["Content-Type"].startswith("text/csv")


WIZARD = ("start", "start_people", "start_calendar", "start_sop", "start_done")


def test_a_first_start_left_open_is_its_administrators_alone(watch: Watch) -> None:
    """One office may still be set up while the next already works."""
    ours, theirs = (p.office.pk for p in (watch.scene.people, watch.scene.people.other))
    Office.objects.filter(pk=ours).update(setup_step=beginning.LAST)
    chain = Entry.objects.filter(chain=str(theirs))
    stood, before, opened = chain.count(), dump(), []

    def peek() -> None:
        if chain.count() != stood:
            watch.notes.append("the other office was told")

    for role, visitor in watch.visitors.items():
        visitor.peek = peek
        for name in WIZARD:
            url = reverse(name)
            asked = [watch.look(role, "GET", url)]
            asked += [watch.look(role, "POST", url, d) for d in ({"act": "write"}, {"act": "skip"})]
            shown = [answer.status_code != 404 for answer in asked]
            assert len(set(shown)) == 1, (role, name)
            opened += [(role, name)] if shown[0] else []
    assert opened == [("kasubag", name) for name in WIZARD]
    assert not watch.notes, "\n".join(watch.notes)
    assert dump() == before


@pytest.mark.parametrize("step", [beginning.PEOPLE, beginning.CALENDAR, beginning.SOP])
def test_a_first_start_half_typed_shows_no_other_office(watch: Watch, step: int) -> None:
    Office.objects.filter(pk=watch.scene.people.office.pk).update(setup_step=step)
    sent = 0
    for name in WIZARD[1:]:
        page = watch.look("kasubag", "GET", reverse(name))
        for form in Page(reverse(name), page.whole.decode()).forms:  # type: ignore[attr-defined]  # our note
            if form.method == "post" and urlsplit(form.action).path == reverse(name):
                wrong = {c.name: "x" for c in form.controls.values() if c.kind != "file"}
                watch.look("kasubag", "POST", form.action, form.data("x") | wrong)
                sent += 1
    assert sent >= 3
    assert not watch.notes, "\n".join(watch.notes)
