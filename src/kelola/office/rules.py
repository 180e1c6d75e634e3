"""Pure decisions about sign-in names and validity."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date
    from uuid import UUID

LOGIN_LENGTH = 60
NIP_LENGTH = 18
# Characters without a shape of their own: format, control, private, unassigned, surrogates.
_UNSEEN = frozenset({"Cf", "Cc", "Co", "Cn", "Cs"})
# Latin letters that read as a, g, i and l.
_TWINS = frozenset("ɑɡıǀ")
_POST_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


def canonical_login(text: str) -> str:
    """Return the one spelling of a sign-in name: trimmed, NFC and case-folded.

    "ANDI" and "andi", "Á" typed as one or two code points are the same person.
    """
    folded = unicodedata.normalize("NFC", text.strip()).casefold()
    return unicodedata.normalize("NFC", folded)


class LoginFlaw(StrEnum):
    """Why a login can't be given to anybody."""

    CHARACTERS = "characters"
    INVISIBLE = "invisible"
    SCRIPT = "script"


def login_flaw(login: str) -> LoginFlaw | None:
    """Return why a canonical login can't be given, or None when it can.

    Letters are Latin, small ones, and in their plain form: what looks like the login of a
    colleague but is written with other letters is nobody's.
    """
    if any(unicodedata.category(c) in _UNSEEN for c in login):
        return LoginFlaw.INVISIBLE
    if not 0 < len(login) <= LOGIN_LENGTH or not all(c.isalnum() or c in "._-@" for c in login):
        return LoginFlaw.CHARACTERS
    latin = all(c.isascii() or unicodedata.name(c, "").startswith("LATIN SMALL ") for c in login)
    if not latin or unicodedata.normalize("NFKC", login) != login or set(login) & _TWINS:
        return LoginFlaw.SCRIPT
    return None


def login_fits(login: str) -> bool:
    """Tell whether a canonical login can be given to somebody."""
    return login_flaw(login) is None


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


PIN_LENGTH = (6, 12)
PIN_TRIES = 5
_STEPS = {1, -1}
# The most frequent six-digit PINs of published leaks that no pattern below catches.
_FAVOURITES = frozenset({"123450", "098765", "159753", "147258", "147852", "258369", "963852"})


def pin_fits(pin: str) -> bool:
    """Tell whether a PIN has 6 to 12 digits."""
    return PIN_LENGTH[0] <= len(pin) <= PIN_LENGTH[1] and pin.isascii() and pin.isdigit()


def pin_is_obvious(pin: str, *known: str) -> bool:
    """Tell whether a PIN is guessed first: a pattern, a stair, or a part of what is known.

    ``known`` are texts that colleagues know of the person, such as the NIP (it begins with the
    birthday) or the user name.
    """
    repeated = any(pin == (pin[:n] * len(pin))[: len(pin)] for n in (1, 2, 3))
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    stairs = len(steps) == 1 and steps <= _STEPS
    pairs = pin == "".join(c * 2 for c in pin[::2])
    parts = any(pin in text or _birthday(text) in {pin, pin[::-1]} for text in known if text)
    return repeated or stairs or pairs or parts or pin in _FAVOURITES


def _birthday(nip: str) -> str:
    """Return the birthday in a NIP (yyyymmdd first) as people type it: ddmmyy."""
    return nip[6:8] + nip[4:6] + nip[2:4] if len(nip) == NIP_LENGTH else ""


# Words that stand around every account here. A password made of them, of figures, of rows of keys
# or of repetitions is among the first that somebody tries who knows the office.
PASSWORD_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        aceh admin administrator agama aplikasi arsip banda bismillah hakim indonesia jaksa jinayat
        kantor kasubag kata kelola ketua komputer kunci login mahkamah masuk merdeka negara negeri
        operator palu panitera password pegawai pengadilan pengguna perkara ptip ptsp rahasia
        redaktur root sandi satker sekretaris sidang sipp syariah syariyah tinggi user wakil website
        qwertyuiop qwerty asdfghjkl asdfgh asdf zxcvbnm zxcvbn zxcv qazwsxedc qazwsx qaz wsx edc
        """,
    )
)
_LEAST_OF_ONES_OWN = 4
_LONG_FIGURES = re.compile(r"\d{20}")  # longer than a NIP, of which colleagues know many
_SEEN_AS = str.maketrans("013457@$!", "oieastasi")


def password_is_obvious(password: str, *known: str) -> bool:
    """Tell whether little of a password is left once words of the office and patterns are out.

    ``known`` are further words, such as the user name. Letters written as figures count as letters.
    """
    words = PASSWORD_WORDS | {w for text in known for w in re.findall(r"[a-z]+", text.casefold())}
    longest_first = sorted((w for w in words if len(w) > 2), key=len, reverse=True)  # noqa: PLR2004
    plain = unicodedata.normalize("NFKC", password).casefold()
    if _LONG_FIGURES.search(plain) and len(set(plain)) > _LEAST_OF_ONES_OWN:
        return False
    # "mahkamah2026" has figures behind its word, "m4hk4m4h" within it: both are looked at.
    return any(
        _own_letters(text, longest_first) < _LEAST_OF_ONES_OWN
        for text in (plain, plain.translate(_SEEN_AS))
    )


def _own_letters(text: str, words: list[str]) -> int:
    """Return how many different letters stay when words, figures and signs are taken out."""
    text = re.sub(r"['’`]", "", text)  # syar'iyah
    for word in words:
        text = text.replace(word, " ")
    return len({c for c in text if c.isalpha()})


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_of(agent: str) -> tuple[str, str]:
    """Return browser and system of a user agent; empty where it names none we know."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    return browser, next((name for sign, name in _SYSTEMS if sign in agent), "")


SOON_DAYS = 60


class DecreeState(StrEnum):
    """Where a decree stands on a day."""

    NOT_BEGUN = "not_begun"
    IN_FORCE = "in_force"
    ENDING_SOON = "ending_soon"
    ENDED = "ended"


def decree_state(valid_from: date, valid_until: date | None, on: date) -> DecreeState:
    """Return where a decree with this first and last day stands on a day."""
    if valid_until is not None and valid_until < valid_from:  # recalled before it began
        return DecreeState.ENDED
    if on < valid_from:
        return DecreeState.NOT_BEGUN
    if valid_until is None:
        return DecreeState.IN_FORCE
    if valid_until < on:
        return DecreeState.ENDED
    soon = (valid_until - on).days <= SOON_DAYS
    return DecreeState.ENDING_SOON if soon else DecreeState.IN_FORCE


def post_key(title: str, taken: Collection[str]) -> str:
    """Return a key for a post from its title, one that is not taken: ``kasubag_ptip``."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    base = "_".join(words)[:50].strip("_")
    base = base if base[:1].isalpha() else f"jabatan_{base}".strip("_")
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key


class AbsenceKind(StrEnum):
    """Why somebody is not there: leave, travel on duty, or ill (without a word more)."""

    LEAVE = "leave"
    TRAVEL = "travel"
    ILLNESS = "illness"


class AppointmentKind(StrEnum):
    """How somebody has a post: by decree, or by an order while its holder is away or missing."""

    DEFINITIVE = "definitive"
    PLH = "plh"
    PLT = "plt"


class Tenure(Protocol):
    """An appointment, as far as the days and the kind of it go."""

    @property
    def pk(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def stands_in_for_id(self) -> UUID | None: ...
    @property
    def person_id(self) -> UUID: ...


T = TypeVar("T", bound=Tenure)
PLT_MONTHS = 3


def who_acts(appointments: Iterable[T], on: date) -> list[T]:
    """Return who does the work of a post on a day: in force, and nobody stands in for them."""
    running = [a for a in appointments if overlaps((on, on), (a.valid_from, a.valid_until))]
    away = {a.stands_in_for_id for a in running if a.stands_in_for_id is not None}
    return [a for a in running if a.pk not in away]


class ActingFlaw(StrEnum):
    """Why somebody can't be ordered to act."""

    WITHOUT_END = "without_end"
    TAKEN = "taken"
    VACANT = "vacant"
    SEVERAL = "several"
    ONESELF = "oneself"
    HELD = "held"


def acting_flaw(
    kind: AppointmentKind,
    person: UUID,
    period: tuple[date, date | None],
    appointments: Sequence[Tenure],
) -> ActingFlaw | None:
    """Return why an order for a post with these appointments does not fit, or None.

    SE Kepala BKN 1/SE/I/2021: a Plh. acts while the holder is away for a time, a Plt. while a post
    is vacant. One of them at a time.
    """
    if period[1] is None:
        return ActingFlaw.WITHOUT_END
    shared = [
        a
        for a in appointments
        if (a.valid_until is None or a.valid_from <= a.valid_until)
        and overlaps(period, (a.valid_from, a.valid_until))
    ]
    if any(a.kind != AppointmentKind.DEFINITIVE for a in shared):
        return ActingFlaw.TAKEN
    if kind is AppointmentKind.PLT:
        return ActingFlaw.HELD if shared else None
    return _plh_flaw(person, period[0], period[1], shared)


def _plh_flaw(
    person: UUID, first: date, last: date, holders: Sequence[Tenure]
) -> ActingFlaw | None:
    if len(holders) > 1:
        return ActingFlaw.SEVERAL
    if not holders:
        return ActingFlaw.VACANT
    until = holders[0].valid_until
    if first < holders[0].valid_from or (until is not None and until < last):
        return ActingFlaw.VACANT
    return ActingFlaw.ONESELF if holders[0].person_id == person else None


def outlasts_months(period: tuple[date, date | None], months: int) -> bool:
    """Tell whether a period has more days than this many months from its first day on."""
    first, last = period
    if last is None:
        return True
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return (last.year, last.month, last.day) >= (year, month + 1, first.day)
