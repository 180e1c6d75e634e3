"""Pure decisions about sign-in names and validity."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

LOGIN_LENGTH = 60
NIP_LENGTH = 18
_POST_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


def canonical_login(text: str) -> str:
    """Return the one spelling of a sign-in name: trimmed, NFC and case-folded.

    "ANDI" and "andi", "Á" typed as one or two code points are the same person.
    """
    folded = unicodedata.normalize("NFC", text.strip()).casefold()
    return unicodedata.normalize("NFC", folded)


def login_fits(login: str) -> bool:
    """Tell whether a canonical login holds letters, digits and ``. _ - @`` only.

    Letters must also be small ones (Cherokee folds to capitals): sign-in looks for small ones.
    """
    fits = 0 < len(login) <= LOGIN_LENGTH and login == login.lower()
    return fits and all(c.isalnum() or c in "._-@" for c in login)


def nip_fits(nip: str) -> bool:
    """Tell whether a NIP is empty (not a civil servant) or 18 digits (Perka BKN 22/2007)."""
    return not nip or (len(nip) == NIP_LENGTH and nip.isascii() and nip.isdigit())


def post_key_fits(key: str) -> bool:
    """Tell whether a post's key is small ASCII letters, digits and ``_``, a letter first."""
    return _POST_KEY.fullmatch(key) is not None


def overlaps(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Tell whether two periods, ends inclusive and None meaning open, share a day."""
    (a_from, a_until), (b_from, b_until) = first, second
    return (b_until is None or a_from <= b_until) and (a_until is None or b_from <= a_until)
