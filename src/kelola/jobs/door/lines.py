"""One line of JSON per entry of a log: nothing that was typed can break out of its line."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

LONGEST = 8_000
USER = "kelola.user"  # where the application says in the environment whose request it was, by id
# JSON escapes what lies below a space; these steer terminals or the direction of writing as well.
STEERING = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def cut(text: str, longest: int = LONGEST) -> str:
    """Return a text, its end replaced by a mark with the number of characters left out."""
    left_out = len(text) - longest
    return text if left_out <= 0 else f"{text[:longest]} …[+{left_out}]"


def line(entry: dict[str, object]) -> str:
    """Return an entry as one line in which every control character is escaped."""
    text = json.dumps(entry, ensure_ascii=False)
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def moment(seconds: float) -> str:
    """Return a time as UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


class JsonLine(logging.Formatter):
    """The format of every log line that Kelola writes."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        entry: dict[str, object] = {
            "at": moment(record.created),
            "level": record.levelname,
            "from": record.name,
            "says": cut(record.getMessage()),
        }
        if record.exc_info:
            entry["trace"] = cut(self.formatException(record.exc_info))
        return line(entry)
