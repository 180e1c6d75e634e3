"""The name a file is shown and downloaded under. It never reaches the disk."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200  # bytes of UTF-8: what every file system a download may land on can hold
FALLBACK = "berkas"
_LONGEST_EXTENSION = 10

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean_name(name: str) -> str:
    """Return a name without folders, control and direction marks, fit for any system.

    The extension survives the shortening to 200 bytes; a name of nothing becomes ``berkas``.
    """
    last = re.split(r"[/\\]", name.replace("\0", ""))[-1]
    # Cf holds the marks that turn "exe.gpj" round; Cc, Cs, Co and Cn have no place in a name.
    seen = "".join(" " if c.isspace() else c for c in last)
    kept = "".join(c for c in seen if not unicodedata.category(c).startswith("C"))
    text = unicodedata.normalize("NFC", _FORBIDDEN.sub("_", kept))
    text = re.sub(r" +", " ", text).strip(" .")
    if _RESERVED.match(text):
        text = f"_{text}"
    return _shorten(text) or FALLBACK


def extension(name: str) -> str:
    """Return the extension in lower case without its dot, empty when there is none."""
    stem, dot, tail = name.rpartition(".")
    return tail.lower() if dot and stem else ""


def _shorten(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    tail = extension(name)
    suffix = name[-len(tail) - 1 :] if tail and len(tail) <= _LONGEST_EXTENSION else ""
    stem = name[: len(name) - len(suffix)]
    room = LONGEST - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + suffix
