"""Time standards as SOPs print them: "1 Hari", "2 Jam - 1 Hari", "setiap tanggal 30"."""

from __future__ import annotations

import re

_NUMBERS = {"satu": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5", "enam": "6",
            "tujuh": "7", "delapan": "8", "sembilan": "9", "sepuluh": "10"}  # fmt: skip
_WORKING_DAYS = {"hari": 1, "minggu": 5, "pekan": 5}
_SPAN = re.compile(r"([0-9]{1,4}) ?(menit|jam|hari|minggu|pekan)")
_BARE = re.compile(r"[0-9]{1,4}")
_BETWEEN = re.compile(r" ?(?:-|–|—|s\.?/?d\.?|sampai(?: dengan)?|hingga) ?")
_ASIDE = re.compile(r"\([^)]*\)|\b(?:kerja|berjalan|maksimal|paling lama)\b")
_EVERY_DAY = re.compile(
    r"(?:setiap |tiap )?(?:tgl|tanggal) ?([0-9]{1,2})(?: ?(?:setiap |tiap )?bulan)?"
)
_EVERY_WEEK = re.compile(r"(?:setiap|tiap)(?: hari)? (senin|selasa|rabu|kamis|jumat|jum'at)")
_DAYS = {"senin": "MO", "selasa": "TU", "rabu": "WE", "kamis": "TH", "jumat": "FR", "jum'at": "FR"}
_SHORTEST_MONTH = 28


def standard_of(text: str) -> str:
    """Return the standard that a clock can follow, or an empty text for words we do not know."""
    plain = " ".join(_ASIDE.sub(" ", text.casefold()).split()).strip(" .")
    plain = " ".join(_NUMBERS.get(word, word) for word in plain.split(" "))
    return _monthly(plain) or _weekly(plain) or _spans(plain)


def _monthly(plain: str) -> str:
    found = _EVERY_DAY.fullmatch(plain)
    day = int(found[1]) if found else 0
    if plain in ("setiap akhir bulan", "akhir bulan", "setiap bulan", "tiap bulan"):
        day = 31
    if not 1 <= day <= 31:  # noqa: PLR2004 - the days of a month
        return ""
    if day <= _SHORTEST_MONTH:
        return f"FREQ=MONTHLY;BYMONTHDAY={day}"
    # A day that some months lack: the last there is, up to it.
    days = ",".join(str(n) for n in range(_SHORTEST_MONTH, day + 1))
    return f"FREQ=MONTHLY;BYMONTHDAY={days};BYSETPOS=-1"


def _weekly(plain: str) -> str:
    found = _EVERY_WEEK.fullmatch(plain)
    return f"FREQ=WEEKLY;BYDAY={_DAYS[found[1]]}" if found else ""


def _spans(plain: str) -> str:
    """Read one span, or two of which the shorter is the target; "1-2 hari" names its unit once."""
    parts = _BETWEEN.split(plain)
    last = _SPAN.fullmatch(parts[-1])
    if last is None or len(parts) > 2:  # noqa: PLR2004 - a span has two ends
        return ""
    spans = [_minutes(last[1], last[2])]
    if len(parts) > 1:
        first = _SPAN.fullmatch(parts[0])
        if first is None and not _BARE.fullmatch(parts[0]):
            return ""
        spans.append(_minutes(first[1], first[2]) if first else _minutes(parts[0], last[2]))
    spans = sorted(set(spans))
    return "" if spans[0][0] == 0 else "..".join(text for _length, text in spans)


def _minutes(number: str, unit: str) -> tuple[int, str]:
    """Return a span's length, to be compared, and its text."""
    count = int(number)
    if unit == "menit":
        return count, f"PT{count}M"
    if unit == "jam":
        return 60 * count, f"PT{count}H"
    days = count * _WORKING_DAYS[unit]
    return 24 * 60 * days, f"P{days}D"
