"""Pure decisions about keys: how one is spelled, what it may do, how long it lasts."""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib
from datetime import timedelta
from enum import StrEnum

PREFIX = "kelola_"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM, _CHECK = 40, 6  # 238 bits; a CRC-32 fits into six digits of base 62
_KEY = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}", re.ASCII)
# What names a request that is sent again: what a program makes up, no text.
_REPEAT = re.compile(r"[!-~]{1,200}", re.ASCII)

LONGEST_LIFE = timedelta(days=366)
MOST_KEYS = 20
REPEATS_KEPT = timedelta(hours=48)
NAME_LENGTH = 80


class Scope(StrEnum):
    """What a key may do."""

    READ = "read"
    RUNS = "runs:write"
    FILES = "files:write"


def new_key() -> str:
    """Return a fresh key: prefix, chance, and digits by which a mistyped one is recognised."""
    chance = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return f"{PREFIX}{chance}{_check(chance)}"


def key_fits(text: str) -> bool:
    """Tell whether a text is spelled like a key; whether there is such a one is not asked."""
    if _KEY.fullmatch(text) is None:
        return False
    body = text.removeprefix(PREFIX)
    return _check(body[:_RANDOM]) == body[_RANDOM:]


def digest(key: str) -> str:
    """Return what is kept of a key. It is long and by chance, so it needs no salt."""
    return hashlib.sha256(key.encode()).hexdigest()


def repeat_fits(text: str) -> bool:
    """Tell whether a text can name a request that may be sent again."""
    return _REPEAT.fullmatch(text) is not None


def _check(chance: str) -> str:
    rest, digits = zlib.crc32(chance.encode()), ""
    for _ in range(_CHECK):
        rest, figure = divmod(rest, len(_ALPHABET))
        digits = _ALPHABET[figure] + digits
    return digits
