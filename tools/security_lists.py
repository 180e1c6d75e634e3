"""The lists of docs/security: how they are read, and the pages made from them."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
LISTS = ROOT / "docs" / "security"
STATES = ("tested", "by_design", "not_applicable", "open")


def read(name: str) -> dict[str, dict[str, Any]]:
    """Return one of the lists by its ids."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(
        (LISTS / f"{name}.yaml").read_text(encoding="utf-8")
    )
    return found


def tests() -> set[str]:
    """Return every test of the repository as pytest names it, without its parameters."""
    return {
        f"{file.relative_to(ROOT).as_posix()}::{node.name}"
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _in(name: str) -> str:
    """Return a test as a link to its file, by the name it has there."""
    file, _colons, test = name.partition("::")
    return f"[{test.removeprefix('test_').replace('_', ' ')}](../../{file})"


def abuse_page() -> str:
    """Return the page of abuse cases: what meets each of them."""
    lines = [
        "# Abuse cases", "",
        "From [abuse-cases.yaml](../security/abuse-cases.yaml). *Where*: the databases that the",
        "tests run on; *later*: the app that will own what is left.", "",
        _row("Case", "What somebody tries, or what breaks", "Met by", "Where", "Later"),
        _row(*["---"] * 5),
    ]  # fmt: skip
    for key, told in read("abuse-cases").items():
        met = "; ".join(_in(test) for test in told.get("tests", []))
        note = " ".join(told.get("note", "").split())
        words = f"{met}. {note}" if met and note else met or note
        lines.append(
            _row(key, told["title"], words, told.get("databases", ""), told.get("later", ""))
        )
    return "\n".join(lines)


def asvs_page() -> str:
    """Return the page that counts the items of the ASVS and names those that are open."""
    items = read("asvs")
    counted = {state: Counter[str]() for state in STATES}
    for key, told in items.items():
        counted[told["state"]][key.partition(".")[0]] += 1
    chapters = list(dict.fromkeys(key.partition(".")[0] for key in items))
    lines = [
        "# OWASP ASVS 5.0.0", "",
        f"{len(items)} items of levels 1 and 2, without V10 (OAuth) and V17 (WebRTC); each with",
        "its tests or its reason in [asvs.yaml](../security/asvs.yaml).", "",
        _row("Chapter", "Tested", "By design", "Not applicable", "Open"), _row(*["---"] * 5),
    ]  # fmt: skip
    lines += [_row(c, *(str(counted[s][c]) for s in STATES)) for c in chapters]
    lines += [_row("All", *(str(counted[s].total()) for s in STATES)), "", "## Open", ""]
    lines += [_row("Item", "About", "What holds and what does not"), _row(*["---"] * 3)]
    for key, told in items.items():
        if told["state"] == "open":
            lines.append(_row(key, told["about"], " ".join(told["reason"].split())))
    return "\n".join(lines)
