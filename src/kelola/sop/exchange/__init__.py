"""SOPs and their history in the formats of others: BPMN, XES, YAML, and CSV of the SOP's table.

``export`` returns one file; which formats there are stands in ``FORMATS``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kelola.sop.exchange.bpmn import bpmn_xml
from kelola.sop.exchange.files import HEADER, table_rows, yaml_text
from kelola.ui.sheets import csv_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from kelola.sop.definition.shape import SopDefinition


@dataclass(frozen=True, slots=True)
class Format:
    """A format of others: what its files are and how one is made."""

    content_type: str
    make: Callable[[SopDefinition], bytes]


def _csv(definition: SopDefinition) -> bytes:
    return b"".join(csv_lines(HEADER, table_rows(definition)))


def _yaml(definition: SopDefinition) -> bytes:
    return yaml_text(definition).encode()


FORMATS = {
    "bpmn": Format("application/xml; charset=utf-8", bpmn_xml),
    "yaml": Format("application/yaml; charset=utf-8", _yaml),
    "csv": Format("text/csv; charset=utf-8", _csv),
}


def export(definition: SopDefinition, name: str) -> bytes:
    """Return an SOP as a file of one of ``FORMATS``; raise KeyError for another."""
    return FORMATS[name].make(definition)
