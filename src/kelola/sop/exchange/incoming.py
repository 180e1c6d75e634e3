"""An SOP that comes in as a file: YAML as ``sop load`` reads it, or its table."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from kelola.sop.definition import loader
from kelola.sop.exchange import typed
from kelola.sop.exchange.typed import Face, Reading
from kelola.ui.sheets import Fault, Unreadable, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

YAML = (".yaml", ".yml")


def is_yaml(name: str) -> bool:
    """Whether a file of this name tells the whole SOP; a table lacks its number and title."""
    return name.casefold().endswith(YAML)


def read_file(body: bytes, name: str, face: Face, known: Mapping[str, str]) -> Reading:
    """Return what a file tells, or everything that is wrong with it.

    Args:
        body: the file.
        name: its name, whose ending says what it is.
        face: what a table does not say of its SOP.
        known: the title of each actor that the office knows, by its key.

    """
    if not is_yaml(name):
        try:
            return typed.read(read_table(io.BytesIO(body), typed.LIMITS), face, known)
        except Unreadable as refused:
            return Reading(faults=[Fault(0, str(refused))])
    try:
        return Reading(loader.load(body, name))
    except loader.InvalidSop as invalid:
        return Reading(faults=[Fault(0, problem.text("id")) for problem in invalid.errors])
