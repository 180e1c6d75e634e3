"""The user's manual speaks in the words of the screen: each word in bold is one of them."""

from __future__ import annotations

import re
from itertools import chain

import polib
import pytest

from tests.house.source import HOUSE, ROOT, short

MANUALS = sorted((ROOT / "docs" / "id").glob("*.md"))


def on_screen() -> set[str]:
    catalogues = (polib.pofile(str(p)) for p in HOUSE.glob("*/locale/id/LC_MESSAGES/django.po"))
    return {entry.msgstr for entry in chain.from_iterable(catalogues)}


@pytest.mark.parametrize("manual", MANUALS, ids=short)
def test_what_the_manual_names_stands_on_the_screen(manual):
    named = re.findall(r"\*\*(.+?)\*\*", manual.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(named) > 20
    assert {" ".join(n.split()) for n in named} - on_screen() == set()
