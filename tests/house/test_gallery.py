"""The gallery holds every component and state; the face keeps no component and sign unused."""

from __future__ import annotations

import re

import pytest

from kelola.ui.rules import sprite_names
from kelola.ui.templatetags.ui import register
from tests.house.source import HOUSE

GALLERY = HOUSE / "home" / "templates" / "home" / "gallery.html"
SPRITE = HOUSE / "ui" / "static" / "ui" / "icons.svg"


def test_every_component_stands_in_the_gallery():
    named = set(re.findall(r"{% (\w+)", GALLERY.read_text(encoding="utf-8")))
    assert register.tags.keys() - named == set()


@pytest.fixture(scope="module")
def pages():
    return "".join(
        path.read_text(encoding="utf-8")
        for path in HOUSE.rglob("templates/**/*.html")
        if path != GALLERY
    )


@pytest.mark.parametrize("name", sorted(register.tags))
def test_every_component_is_used_by_a_page(name, pages):
    assert re.search(rf"{{% {name}\b", pages)


def test_every_sign_is_used():
    said = "".join(
        path.read_text(encoding="utf-8")
        for pattern in ("**/*.html", "**/*.py", "**/*.js")
        for path in HOUSE.glob(pattern)
        if path != GALLERY
    )
    words = set(re.findall(r"[\"\'#]([a-z-]+)[\"\']", said))
    unused = {
        n
        for n in sprite_names(SPRITE.read_text(encoding="utf-8"))
        if n not in words and n.removeprefix("s-") not in words
    }
    assert not unused
