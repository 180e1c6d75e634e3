"""The conditions on arrows: comparisons of outcome codes, and nothing else.

Four variables of the run stand in them. ``activity`` and ``outcome`` are the activity finished
last and its outcome. ``outcomes`` has for each activity the outcome of its newest attempt, the
empty text while that is open or when it was withdrawn. ``enabled`` lists the open activities.
Written so that Python reads them; codes and keys hold no quotes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGE = "https://docs.python.org/3/reference/expressions.html"


def outcome_is(code: str) -> str:
    """Ask whether the activity before was left with this outcome."""
    return f"outcome == '{code}'"


def came_by(key: str, code: str) -> str:
    """Ask whether the road comes from this outcome of this activity."""
    return f"(activity == '{key}' and outcome == '{code}')"


def came_from(keys: Iterable[str]) -> str:
    """Ask whether one of these activities was finished last."""
    return f"activity in {_listed(keys)}"


def stands(key: str, codes: Iterable[str]) -> str:
    """Ask whether the result of an activity is one of these."""
    return f"outcomes['{key}'] in {_listed(codes)}"


def is_open(key: str) -> str:
    """Ask whether somebody still works on an activity."""
    return f"'{key}' in enabled"


def every(parts: Iterable[str]) -> str:
    """Join questions that must all hold."""
    return " and ".join(parts)


def some(parts: Iterable[str]) -> str:
    """Join questions of which one must hold."""
    return " or ".join(parts)


def no(part: str) -> str:
    """Turn a question round."""
    return f"not ({part})"


def _listed(words: Iterable[str]) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"
