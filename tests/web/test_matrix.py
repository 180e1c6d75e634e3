"""Who may open what: ``matrix.csv`` says how every address answers everybody.

The table is written and reviewed by people; ``test_everybody.py`` asks. Which rows it must have is
worked out here: each address by GET and POST, and where it names an object, one of the own and one
of another office.
An answer is a status, or ``sign-in`` for the way to the sign-in page.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from django.urls import URLPattern, URLResolver, get_resolver, path
from django.urls.resolvers import RegexPattern

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
