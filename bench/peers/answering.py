"""The other end of the line: what every peer's script does with what it is asked.

Runs in the peer's environment, so it knows nothing of Kelola.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Which outcome each act of a run has: seven steps, and step 6 sends back to step 5 once.
WALK = (
    ("step1", False), ("step2", False), ("step3", False), ("step4", False), ("step5", False),
    ("step6", True), ("step5", False), ("step6", False), ("step7", False),
)  # fmt: skip


def answer(library: str, **acts: Callable[..., Any]) -> None:
    """Do what each line asks until there are no more; each act returns what is answered."""
    acts["version"] = lambda: version(library)
    for line in sys.stdin:
        asked = json.loads(line)
        told = acts[asked.pop("do")](**asked)
        print(json.dumps({"told": told}), flush=True)


def size(file: Path) -> int:
    """Return how large a SQLite database is, its log included."""
    return sum(f.stat().st_size for f in file.parent.glob(f"{file.name}*"))
