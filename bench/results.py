"""Keeps what a measurement printed: as Markdown to read, and as JSON to compare with.

Both say the machine, the versions, the load and the date; neither names a host or a folder.
"""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "results"


def tables(printed: str) -> list[dict[str, object]]:
    """Return the tables of a Markdown text: their title, and their rows as measured and target."""
    found: list[dict[str, object]] = []
    rows: list[dict[str, str]] = []
    for line in printed.splitlines():
        if line.startswith("### "):
            rows = []
            found.append({"title": line.removeprefix("### "), "rows": rows})
        elif line.startswith("| ") and not line.startswith("| what |"):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            rows.append(dict(zip(("what", "measured", "target"), cells, strict=False)))
    return found


def keep(name: str, heading: str, printed: str, folder: Path = FOLDER) -> None:
    """Write what a measurement printed under its name, in place of what it printed before."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.md").write_text(f"{heading}\n{printed}")
    about = heading.removeprefix("## ").split("\n\n", 1)
    told = {"of": about[0], "on": about[-1].replace("\n", " "), "tables": tables(printed)}
    text = json.dumps(told, ensure_ascii=False, indent=2)
    (folder / f"{name}.json").write_text(f"{text}\n")
