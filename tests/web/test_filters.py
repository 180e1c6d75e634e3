"""Questions in an address that no page asks: refused or unheard, never a break, never dear.

Every list, page and table, and every operation for programs that reads, is asked with look-ups of
the ORM, operators, orders by hidden columns, numbers beyond every measure, and a text of 100 KB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.urls import get_resolver, reverse

from tests.api.conftest import key_of
from tests.web.crawling import Page, Visitor
from tests.web.targets import ARGUMENTS, Scene
from tests.web.test_mass_assignment import kept_scene, scene, visitor_of
from tests.web.test_matrix import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["kept_scene", "scene"]

LONG = "a" * 100_000
# Names that no address knows.
STRANGE = (
    {"owner__password__startswith": "argon2", "membership__user__password__startswith": "md5"},
    {"_connector": "OR 1=1", "_negated": "1", "opened_by__memberships__user__login": "andi"},
    {"form__subject__icontains": "x", "data__key": "1", "form__'||(select+1)||'": "1"},
    {"pk__in": "1,2,3", "id__gt": "0", "id__regex": "(a+)+$", "order_by": "salt", "o": "1.-2"},
    {"ordering": "-user__password", "sort_by": "digest", "search": "x", "q": "x"},
    {"offset": "-1", "page": "NaN", "page_size": "1e9", "a[b][c]": "1", "__proto__": "1"},
    {"fields": "password", "include": "user", "expand": "*", "format": "api", "callback": "x"},
)
# What is asked of the names that an address does know.
VALUES = (
    "-1", "0", "NaN", "Infinity", "1e308", "9" * 40, "99999999999999999999", "²", "１２", "0x10",
    "2026-02-30", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z", "' OR 1=1 --", "%", "_%_",
    "\\", '"', "(", "*", "a__b", "-salt", "user__password", "[]", "{}", "null", "true", "\ud7ff",
    "((((((((((", '"a" OR "b" NOT', "a" * 5000,
)  # fmt: skip
# What operations for programs ask by; those of pages are read from their forms and links.
OF_PROGRAMS = (
    "after", "late", "limit", "opened_by", "pause", "procedure", "rule", "sop", "sort", "standard",
    "start", "state", "strand", "text", "wall", "year",
)  # fmt: skip
PAPERS = {"run_paper", "step_paper", "step_blank", "sop_blank"}
DEAREST = 6  # queries more than the plain page


@pytest.fixture
def asking(scene: Scene) -> dict[str, Visitor]:
    _row, key = key_of(scene.people.andi)
    return {
        "pages": visitor_of(scene.people.budi.user),
        "programs": Visitor({}, {"authorization": f"Bearer {key}"}),
    }


def readable(scene: Scene, asking: dict[str, Visitor]) -> Iterator[tuple[str, Visitor, set[str]]]:
    """Yield every address that answers 200, who asks it, and the names its own forms ask with."""
    for name, has_arguments in addresses(get_resolver()):
        if name in PAPERS:
            continue
        arguments = ARGUMENTS[name](scene.sides["own"]) if has_arguments else {}
        url = reverse(name, kwargs=arguments)
        visitor = asking["programs" if url.startswith("/api/") else "pages"]
        answer = visitor.ask("GET", url)
        if answer.status_code == 200:
            asked = set()
            if "text/html" in answer.headers.get("Content-Type", ""):
                page = Page(url, answer.whole.decode())  # type: ignore[attr-defined]  # our note
                here = [
                    f for f in page.forms if f.method == "get" and urlsplit(f.action).path == url
                ]
                asked = {name for form in here for name in form.controls}
                for link in map(urlsplit, page.links):
                    if link.path == url:
                        asked |= parse_qs(link.query, keep_blank_values=True).keys()
            yield url, visitor, asked


def together(asked: tuple[dict[str, str], ...], number: int) -> Iterator[dict[str, str]]:
    """Yield several questions as one: that is as far as most of them get."""
    for first in range(number):
        yield {name: value for one in asked[first::number] for name, value in one.items()}


def cost(visitor: Visitor, url: str, asked: Any) -> tuple[int, int]:
    answer = visitor.ask("GET", f"{url}?{urlencode(asked, doseq=True)}")
    return answer.status_code, visitor.queries


def test_names_that_nobody_knows_reach_no_row(scene: Scene, asking: dict[str, Visitor]) -> None:
    wrong, lists = [], 0
    for url, visitor, _asked in readable(scene, asking):
        _status, usual = cost(visitor, url, {})
        lists += 1
        for strange in together(STRANGE, 3):
            status, dear = cost(visitor, url, strange)
            if status not in {200, 302, 400, 404, 422} or dear > usual + DEAREST:
                wrong.append(f"{url} {strange}: {status}, {dear} queries instead of {usual}")
    assert lists > 50
    assert not wrong


def test_values_beyond_measure_break_nothing(scene: Scene, asking: dict[str, Visitor]) -> None:
    wrong = []
    for url, visitor, asked in readable(scene, asking):
        names = sorted(asked or (OF_PROGRAMS if url.startswith("/api/") else ()))
        several = len(names) > 1
        sent = [dict.fromkeys(names, value) for value in VALUES if several]
        sent += [{name: value} for name in names for value in ("9" * 40, "a__b")]
        sent += [{name: ["1", "", "x"] for name in names}]
        sent += [{name: LONG} for name in names[:1]]
        _status, usual = cost(visitor, url, {})
        for values in sent if names else []:
            status, dear = cost(visitor, url, values)
            if status not in {200, 302, 400, 404, 414, 422} or dear > usual + 4 * DEAREST:
                wrong.append(f"{url} {str(values)[:80]}: {status}, {dear} queries, usual {usual}")
    assert not wrong
