"""A place in a file's data that can be asked without knowing whether the data is sound."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from kelola.sop.definition.problems import Found, path_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kelola.sop.definition.problems import Path

_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its path; what is absent or of another type counts as empty."""

    value: Any
    path: Path = ()

    def at(self, name: str) -> Node:
        """Return the value under a name, or an empty node."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return Node(value, (*self.path, name))

    def has(self, name: str) -> bool:
        """Tell whether the name is given with a value."""
        return self.at(name).value is not None

    def each(self, name: str = "") -> list[Node]:
        """Return the entries of the list under a name (or of this node)."""
        here = self.at(name) if name else self
        items = here.value if isinstance(here.value, list) else []
        return [Node(item, (*here.path, number)) for number, item in enumerate(items)]

    def text(self, name: str = "") -> str:
        """Return the text under a name (or of this node); empty if it is not a text."""
        value = self.at(name).value if name else self.value
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[Node]:
        """Return those entries of the list under a name that are texts."""
        return [item for item in self.each(name) if item.text()]

    def true(self, name: str) -> bool:
        """Tell whether the value under a name is true."""
        return self.at(name).value is True

    def number(self, name: str) -> float | None:
        """Return the number under a name, or None."""
        value = self.at(name).value
        sound = isinstance(value, int | float) and not isinstance(value, bool)
        return value if sound else None

    def found(self, code: str, /, **params: str) -> Found:
        """Return a finding at this place."""
        return Found(code, self.path, params)


def named(names: Iterable[str]) -> str:
    """Return names for a sentence, the first forty of them."""
    some = list(islice(names, _MOST_NAMES + 1))
    if len(some) > _MOST_NAMES:
        some[_MOST_NAMES] = "…"
    return ", ".join(some) or "–"


def twice(nodes: Iterable[Node], key: str) -> Iterator[Found]:
    """Yield a finding for each code that an earlier node already has."""
    seen: dict[str, str] = {}
    for node in nodes:
        code = node.text(key)
        if code and code in seen:
            yield node.at(key).found("duplicate_code", code=code, first=seen[code])
        seen.setdefault(code, path_text(node.path))


def repeated(items: Iterable[Node]) -> Iterator[Found]:
    """Yield a finding for each text that stands twice in a list."""
    seen: set[str] = set()
    for item in items:
        if item.text() in seen:
            yield item.found("repeated", value=item.text())
        seen.add(item.text())
