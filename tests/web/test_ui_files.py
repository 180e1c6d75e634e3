"""The face's files: symbols, words, colours and what the content policy forbids."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest

import kelola
from tools import assets

SOURCE = Path(kelola.__file__).parent
UI = SOURCE / "ui"
STATIC = UI / "static" / "ui"
# A page that lies in a zip has no server beside it: its style stands in itself.
IN_A_ZIP = SOURCE / "evidence/templates/evidence/pack.html"
TEMPLATES = sorted(set(SOURCE.glob("*/templates/**/*.html")) - {IN_A_ZIP})
SMALL_TEXT = 4.5


def tokens(ground: str) -> dict[str, str]:
    css = (STATIC / "tokens.css").read_text()
    block = (
        css.split(':root[data-theme="dark"]{')[1] if ground == "dark" else css.split(":root{")[1]
    )
    return dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", block.split("}")[0]))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_small_text_is_readable_on_every_ground(ground: str) -> None:
    t = tokens(ground)
    grounds = ("paper", "card", "hover", "green-soft", "gold-soft", "red-soft", "blue-soft")
    pairs = [(ink, g) for ink in ("ink", "ink-2") for g in grounds]
    pairs += [("ink-3", "paper"), ("ink-3", "card")]
    pairs += [(c, g) for c in ("green", "gold", "red", "blue") for g in ("card", f"{c}-soft")]
    pairs += [("on-green", "green"), ("on-red", "red"), ("on-green", "green-hover")]
    poor = {p: round(contrast(t[p[0]], t[p[1]]), 2) for p in pairs}
    assert not {p: c for p, c in poor.items() if c < SMALL_TEXT}


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_the_edge_of_a_control_can_be_seen(ground: str) -> None:
    t = tokens(ground)
    assert contrast(t["line-strong"], t["card"]) >= 3


def test_the_two_dark_blocks_say_the_same() -> None:
    css = (STATIC / "tokens.css").read_text()
    by_device = css.split(':root:not([data-theme="light"]){')[1].split("}")[0]
    by_choice = css.split(':root[data-theme="dark"]{')[1].split("}")[0]
    assert by_device.split() == by_choice.split()


def test_every_symbol_that_a_template_draws_is_in_the_sprite() -> None:
    symbols = set(re.findall(r'symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    for path in TEMPLATES:
        used = set(re.findall(r'{% icon "([^"]+)"', path.read_text()))
        assert used <= symbols, path
    states = (UI / "states.py").read_text()
    shapes = {f"s-{s}" for s in re.findall(r'Look\(_\("[^"]+"\), "([\w-]+)"', states)}
    assert shapes <= symbols


class Inline(HTMLParser):
    """Collects what a policy without inline code would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _value in attrs}
        kind = dict(attrs).get("type") or ""
        inert = kind == "application/json"
        if tag == "style" or (tag == "script" and "src" not in names and not inert):
            self.found.append(tag)
        self.found += [n for n in names if n == "style" or n.startswith("on")]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_template_holds_inline_code(path: Path) -> None:
    parser = Inline()
    parser.feed(re.sub(r"{%.*?%}|{{.*?}}", "", path.read_text(), flags=re.DOTALL))
    assert not parser.found


def words_in_templates() -> set[str]:
    found: set[str] = set()
    for path in UI.glob("templates/**/*.html"):
        text = path.read_text()
        found |= {m[1] for m in re.findall(r"{% translate (['\"])(.*?)\1", text)}
        for block in re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", text):
            for part in block.split("{% plural %}"):
                found.add(re.sub(r"{{ (\w+) }}", r"%(\1)s", part))
    return found


def test_every_word_of_the_face_has_its_indonesian() -> None:
    catalogue = polib.pofile(str(UI / "locale/id/LC_MESSAGES/django.po"))
    known = {e.msgid for e in catalogue if e.translated()}
    known |= {e.msgid_plural for e in catalogue if e.translated() and e.msgid_plural}
    code = "".join(p.read_text() for p in UI.glob("**/*.py"))
    wanted = words_in_templates() | set(re.findall(r'\b_\("([^"]+)"\)', code))
    assert len(wanted) > 60
    assert wanted <= known
    assert not [e.msgid for e in catalogue if e.fuzzy or not e.translated()]
    said = {
        node.value
        for path in UI.glob("**/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert known - wanted - said == set(), "words that nothing says any more"


def test_the_working_parts_stand_in_a_layer_below_ours() -> None:
    drawn = assets.layered(b'@charset "UTF-8";/*! licence */.a{b:c}')
    assert drawn == b"@layer tabler{/*! licence */.a{b:c}}\n"


def test_the_lock_names_no_address_to_fetch_from() -> None:
    root = SOURCE.parent.parent
    assert '"resolved"' not in (root / "package-lock.json").read_text()
    assert not re.search(r'": "[~^*]', (root / "package.json").read_text())
