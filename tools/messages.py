"""The catalogues: build .mo from .po, and find what a catalogue lacks.

    python tools/messages.py compile     build every .mo that is older than its .po
    python tools/messages.py missing     texts of code and templates that have no Indonesian
    python tools/messages.py add         put new texts into their catalogues, drop old ones

No GNU gettext is needed: Python is read by its syntax tree, templates by Django's own converter.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "kelola"
FUNCTIONS = ("gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext",
             "pgettext_lazy", "npgettext", "npgettext_lazy")  # fmt: skip
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(((?:\s*{LITERAL}\s*,?)+)", re.DOTALL)
HEADER = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "id",
    "Plural-Forms": "nplurals=1; plural=0;",
}


class Text(NamedTuple):
    """A text to translate."""

    context: str | None
    single: str
    plural: str | None


def compile_all(folder: Path = SOURCE) -> int:
    """Build every .mo that is missing or older than its .po; return how many were built."""
    built = 0
    for po in sorted(folder.glob("**/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        half = mo.with_suffix(f".{os.getpid()}.tmp")
        polib.pofile(str(po)).save_as_mofile(str(half))
        half.replace(mo)  # a reader beside us sees the old catalogue or the new one
        built += 1
    return built


def as_text(function: str, literals: list[str]) -> Text:
    """Return what a call of a gettext function asks to translate."""
    name = function.removesuffix("_lazy").removesuffix("_noop")
    context = literals.pop(0) if "pgettext" in name else None
    plural = literals[1] if name.startswith("n") else None
    return Text(context, literals[0], plural)


def in_python(source: str) -> set[Text]:
    """Return the texts of a module, whatever name it gives to gettext."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FUNCTIONS
    }
    found = {Text(None, words, None) for words in descriptions(tree)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        constants = [a.value for a in node.args if isinstance(a, ast.Constant)]
        literals = [text for text in constants if isinstance(text, str)]
        if node.func.id in names and literals:
            found.add(as_text(names[node.func.id], literals))
        if node.func.id == "Field":  # a setting says what it means where it is declared
            found |= {
                Text(None, str(k.value.value), None)
                for k in node.keywords
                if k.arg == "description" and isinstance(k.value, ast.Constant)
            }
    return found


def descriptions(tree: ast.Module) -> set[str]:
    """Return what scheduled jobs say of themselves: the first sentence of their docstrings."""
    return {
        " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call)
        and isinstance(mark.func, ast.Name)
        and mark.func.id == "scheduled"
    }


def in_template(source: str) -> set[Text]:
    """Return the texts of a template."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 - compile needs no Django

    found = set()
    for call in CALL.finditer(templatize(source)):
        literals = list(ast.literal_eval(f"({call[2].rstrip().rstrip(',')},)"))
        found.add(as_text("gettext" if call[1] == "_" else call[1], literals))
    return found


def texts(app: Path) -> set[Text]:
    """Return every text of an app."""
    found: set[Text] = set()
    for file in app.glob("**/*.py"):
        if "migrations" not in file.parts:
            found |= in_python(file.read_text(encoding="utf-8"))
    for pattern in ("**/templates/**/*.html", "**/templates/**/*.txt", "**/templates/**/*.svg"):
        for file in app.glob(pattern):
            found |= in_template(file.read_text(encoding="utf-8"))
    return found


def catalogue(app: Path) -> Path:
    """Return the app's Indonesian catalogue."""
    return app / "locale" / "id" / "LC_MESSAGES" / "django.po"


def translated(po: Path) -> dict[tuple[str | None, str], polib.POEntry]:
    """Return the entries of a catalogue by context and text."""
    if not po.exists():
        return {}
    return {(e.msgctxt, e.msgid): e for e in polib.pofile(str(po)) if not e.obsolete}


def is_whole(entry: polib.POEntry | None) -> bool:
    """Tell whether an entry has its words, all of them, and nobody doubts them."""
    if entry is None or entry.fuzzy:
        return False
    return all(entry.msgstr_plural.values()) if entry.msgstr_plural else bool(entry.msgstr)


def missing(app: Path) -> list[Text]:
    """Return the texts of an app that have no whole Indonesian translation."""
    have = translated(catalogue(app))
    lacking = [t for t in texts(app) if not is_whole(have.get((t.context, t.single)))]
    return sorted(lacking, key=lambda t: (t.single, t.context or ""))


def apps() -> list[Path]:
    """Return the folders of our apps."""
    return sorted(f.parent for f in SOURCE.glob("*/__init__.py"))


def add(app: Path) -> tuple[int, int]:
    """Add an app's new texts to its catalogue and drop what nothing says; return both numbers."""
    po = catalogue(app)
    said = {(t.context, t.single): t for t in texts(app)}
    have = translated(po)
    new = sorted(said.keys() - have.keys(), key=str)
    left = have.keys() - said.keys()
    if not new and not left:
        return 0, 0
    file = polib.pofile(str(po), wrapwidth=100) if po.exists() else polib.POFile(wrapwidth=100)
    file.metadata = file.metadata or HEADER
    for entry in [e for e in file if (e.msgctxt, e.msgid) in left]:
        file.remove(entry)
    for context, single in new:
        plural = said[context, single].plural
        more = {"msgid_plural": plural, "msgstr_plural": {0: ""}} if plural else {}
        file.append(polib.POEntry(msgctxt=context, msgid=single, **more))
    po.parent.mkdir(parents=True, exist_ok=True)
    file.save(str(po))
    return len(new), len(left)


def main(arguments: list[str]) -> int:
    """Run one of the commands; return the exit code."""
    if arguments == ["compile"]:
        print(f"{compile_all()} catalogues built")
        return 0
    if arguments == ["missing"]:
        lacking = [(app.name, text) for app in apps() for text in missing(app)]
        for name, text in lacking:
            print(f"{name}: {text.single!r}")
        return 1 if lacking else 0
    if arguments == ["add"]:
        for app in apps():
            new, left = add(app)
            print(f"{app.name}: {new} new, {left} dropped")
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
