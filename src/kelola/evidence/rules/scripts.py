"""Whether a PDF may hold a script: those are downloads, for a browser's reader would run it."""

from __future__ import annotations

import re
from typing import BinaryIO

_PORTION = 1 << 20
# Names of actions that carry a script, of forms that do, and of compressed objects, in which any
# of these may lie unseen (ISO 32000-1, 7.5.7, 12.6.4 and 12.7.8).
_NAMES = re.compile(rb"/(?:JavaScript|Rendition|XFA|ObjStm)")
# In a name any byte may be written as # and two digits (7.3.5), also in this one: /J#61vaScript.
_SPELT = re.compile(rb"#([0-9A-Fa-f]{2})")
_LONGEST = 3 * len(b"/JavaScript")


def may_run(stream: BinaryIO) -> bool:
    """Tell whether a PDF may run a script when it is shown; rather too often than too rarely.

    Reads the bytes once, a portion at a time, and understands nothing of their structure: what a
    broken file hides from a parser is seen here all the same.
    """
    stream.seek(0)
    tail = b""
    while portion := stream.read(_PORTION):
        seen = tail + portion
        if _NAMES.search(_SPELT.sub(lambda found: bytes([int(found[1], 16)]), seen)):
            return True
        tail = seen[-_LONGEST:]
    return False
