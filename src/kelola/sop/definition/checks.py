"""What a schema can't say about an SOP file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kelola.sop.definition.problems import Found


def faults(data: Any) -> Iterator[Found]:
    """Yield everything wrong with the data of a file that the schema can't see."""
    del data
    yield from ()
