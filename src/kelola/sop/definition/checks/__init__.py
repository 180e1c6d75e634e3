"""What a schema can't say about an SOP file.

The checks read the file's plain data, not the definition: they must run beside the schema's own
findings, over data of which some part is wrong already, so that everything is told at once. Where
the data has the wrong shape they stay silent; the schema has said so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kelola.sop.definition.checks import flow, forms, parts
from kelola.sop.definition.checks.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.sop.definition.problems import Found


def faults(data: Any) -> Iterator[Found]:
    """Yield everything wrong with the data of a file that the schema can't see."""
    sop = Node(data)
    yield from parts.faults(sop)
    for procedure in sop.each("procedures"):
        yield from forms.faults(sop, procedure)
        yield from flow.faults(procedure)
