"""The verification page as a folder of files, for the office's public website."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from kelola.evidence import queries
from kelola.office.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCE = Path(__file__).resolve().parent.parent / "export"
NAMES = ("page.css", "page.js", "verify.js")


def write_export(folder: Path, page: str) -> list[str]:
    """Write the page, its scripts and the digests of issued files; return the names written.

    Files of a former export are replaced; what else is in the folder stays. Nothing in it names a
    person, a subject or the text of a paper.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with unscoped("verification: the digests of all issued files"):
        papers = queries.paper_digests()
    files: Mapping[str, str] = {
        "index.html": page,
        "papers.json": json.dumps(papers),
        **{name: (SOURCE / name).read_text(encoding="utf-8") for name in NAMES},
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(files)
