"""Tables that leave: no cell of any of them begins like a formula, whatever people wrote."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from django.urls import get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook

from tests.planting import plant
from tests.web.crawling import Page, alike
from tests.web.targets import Scene
from tests.web.test_mass_assignment import visitor_of
from tests.web.test_matrix import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.crawling import Visitor

FORMULAS = ("=cmd|'/c calc'!A1", "+1+cmd", "-2+3", "@SUM(A1)", "＝1+1", "－1")


def tables(visitor: Visitor) -> Iterator[tuple[str, bytes]]:
    """Yield each table that a page without an object offers, as CSV and as a workbook."""
    seen = set()
    for name, has_arguments in addresses(get_resolver()):
        if has_arguments:
            continue
        url = reverse(name)
        answer: Any = visitor.ask("GET", url)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        for link in Page(url, answer.whole.decode()).links:
            if "unduh=" in link and alike(link) not in seen:
                seen.add(alike(link))
                table: Any = visitor.ask("GET", link)
                assert table.status_code == 200, link
                yield link, table.whole


def cells(table: bytes) -> Iterator[tuple[str, str]]:
    """Yield every cell with its type: ``f`` is a formula."""
    if not table.startswith(b"PK"):
        for row in csv.reader(io.StringIO(table.decode("utf-8-sig")), delimiter=";"):
            yield from ((cell, "s") for cell in row)
        return
    for sheet in load_workbook(io.BytesIO(table)).worksheets:
        for line in sheet.iter_rows():
            yield from ((str(c.value or ""), c.data_type) for c in line)


def test_no_cell_of_any_table_that_leaves_is_a_formula(
    db: None, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_DIR = tmp_path / "files"
    people, number = Scene().people, 0

    def word(longest: int = 200) -> str:
        nonlocal number
        number += 1
        return f"{FORMULAS[number % len(FORMULAS)]}{number}"[:longest]

    plant(people.court, people.budi, word, timezone.now())
    found, neutral, wrong = 0, 0, []
    for link, table in tables(visitor_of(people.budi.user)):
        found += 1
        for text, kind in cells(table):
            number_like = text.lstrip("-").replace(".", "").replace(",", "").isdigit()
            neutral += text.startswith("'")
            if kind == "f" or (text.startswith(tuple("=+-@＝－\t\r")) and not number_like):
                wrong.append(f"{link}: {text}")
    assert found >= 6
    assert neutral > 40
    assert not wrong
