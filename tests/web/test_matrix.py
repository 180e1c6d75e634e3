"""Who may open what: every address is asked by everybody, as ``matrix.csv`` says it must answer.

The table is written and reviewed by people. Which rows it must have is worked out here: each
address by GET and POST, and where it names an object, one of the own and one of another office.
An answer is a status, or ``sign-in`` for the way to the sign-in page.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse
from django.urls.resolvers import RegexPattern

from kelola.ledger.models import Entry
from tests.web.targets import ARGUMENTS, POSTED, Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = Path(__file__).with_name("matrix.csv")
ROLES = {
    "signed_out": None,
    "member_without_role": "jamil",
    "operator": "andi",
    "kasubag": "budi",
    "sekretaris": "cut",
    "ketua": "dewi",
    "redaktur": "gita",
    "ketua_dewan_redaktur": "hadi",
    "admin_web": "intan",
    "stranger": "fajar",
}
Key = tuple[str, str, str]


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, bool]]:
    """Yield every URL name and whether it takes arguments."""
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            inner = f"{prefix}{part.namespace}:" if part.namespace else prefix
            yield from addresses(part, inner)
        elif isinstance(part, URLPattern):
            yield f"{prefix}{part.name}", bool(part.pattern.converters)


def wanted_rows(resolver: URLResolver) -> set[Key]:
    """Return the rows that the table must have for these addresses."""
    return {
        (name, method, target)
        for name, has_arguments in addresses(resolver)
        for method in ("GET", "POST")
        for target in (("own", "foreign") if has_arguments else ("-",))
    }


def table() -> dict[Key, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    rows = {(r["url_name"], r["method"], r["target"]): r for r in lines}
    assert len(rows) == len(lines), "a row stands twice"
    return rows


def test_the_table_has_exactly_the_rows_that_must_exist():
    rows, wanted = set(table()), wanted_rows(get_resolver())
    assert not wanted - rows, f"rows are missing: {sorted(wanted - rows)}"
    assert not rows - wanted, f"rows of no address: {sorted(rows - wanted)}"


def test_the_table_stands_in_order():
    keys = list(table())
    assert keys == sorted(keys, key=lambda k: (k[0], k[1], k[2] == "foreign"))


def _never(_request, number):
    raise AssertionError(number)


def test_a_new_address_makes_the_table_incomplete():
    class More:
        urlpatterns = (
            *get_resolver().url_patterns,
            path("baru/<int:number>/", _never, name="unlisted"),
        )

    missing = wanted_rows(URLResolver(RegexPattern(r"^/"), More())) - set(table())
    assert missing == {
        ("unlisted", method, target) for method in ("GET", "POST") for target in ("own", "foreign")
    }


def test_another_offices_objects_do_not_exist():
    """What the table says of foreign objects is one sentence, so it is checked as one.

    Whom the address itself refuses learns nothing either, whosever object it is.
    """
    for (name, method, target), row in table().items():
        if target == "foreign":
            own = table()[name, method, "own"]
            for role in ROLES.keys() - {"signed_out", "stranger"}:
                alike = {own[role]} & {"401", "403", "405"}
                assert row[role] in alike | {"404"}, (name, method, role, row[role])


@pytest.fixture
def scene(db):
    made = Scene()
    for side in made.sides.values():  # before the first request, so that no cell pays for it
        _ = side.document, side.waiting_step, side.paused_step, side.saved_view
    return made


@pytest.fixture
def sessions(scene):
    """Session keys by role; each cell gets a fresh browser with its own."""
    keys = {}
    for role, login in ROLES.items():
        client = Client()
        if login:
            who = getattr(scene.people, login)
            client.force_login(getattr(who, "user", who))
            client.get(reverse("account_inactive"))  # the first request settles the office
        keys[role] = {name: morsel.value for name, morsel in client.cookies.items()}
    return keys


def ask(cookies: dict[str, str], method: str, url: str, data: dict[str, Any]) -> str:
    """Make one request and undo whatever it changed; return the answer in the table's words.

    A refusal that changed something all the same is no answer of the table.
    """
    client = Client()
    client.cookies.load(cookies)
    before = Entry.objects.count()
    with transaction.atomic():
        answer = client.generic("GET", url) if method == "GET" else client.post(url, data)
        if answer.streaming:
            b"".join(answer)  # reads the file to its end, so that it is closed
        written = Entry.objects.count() - before
        transaction.set_rollback(True)
    if answer.status_code >= 400 and written:
        return f"{answer.status_code} but written"
    if answer.status_code == 302 and answer.url.partition("?")[0] == reverse("account_login"):
        return "sign-in"
    return str(answer.status_code)


def test_everybody_is_answered_as_the_table_says(scene, sessions):
    wrong = []
    for (name, method, target), row in table().items():
        arguments = {} if target == "-" else ARGUMENTS[name](scene.sides[target])
        url = reverse(name, kwargs=arguments)
        got = {role: ask(sessions[role], method, url, POSTED.get(name, {})) for role in ROLES}
        if any(got[role] != row[role] for role in ROLES):
            wrong.append(",".join([name, method, target, *got.values()]))
    assert not wrong, "these were answered otherwise:\n" + "\n".join(wrong)
