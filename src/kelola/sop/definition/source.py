"""Reads the YAML of an SOP file into plain data and remembers the line of every value.

PyYAML's own loaders keep the last of two equal keys silently, build Python objects for tags,
expand aliases without limit and turn ``no`` and dates into other types. So only its parser is used
here, and the tree is built by hand: mappings, lists, text, whole and decimal numbers, true, false
and null (the YAML 1.2 core schema without its rarer spellings); everything else is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from kelola.sop.definition.problems import Found, Path

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 1024 * 1024
DEEPEST = 20
MOST_VALUES = 60_000

# libyaml where the wheel has it: the same parser in C, ten times faster.
FASTEST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}\Z")
_LINE_ENDS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)
class Source:
    """A file read so far: its data, the line of each path and what was wrong with the YAML.

    ``readable`` is false when the data is not worth checking any further.
    """

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    found: list[tuple[int, Found]] = field(default_factory=list)
    readable: bool = True

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest enclosing value."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Unreadable(Exception):  # noqa: N818 - a signal between two functions here
    """Stops the reading; what was wrong is already noted."""


def read(text: bytes, parser: Any = None) -> Source:
    """Return the data of a file, its lines and everything wrong with it as YAML.

    ``parser`` is a PyYAML loader class, of which only the parser is used.
    """
    source = Source()
    decoded = _decode(text, source)
    if decoded is None:
        source.readable = False
    else:
        _Builder(source).build(decoded, parser or FASTEST)
    return source


def _decode(text: bytes, source: Source) -> str | None:
    if len(text) > MOST_BYTES:
        source.found.append((1, Found("too_large", (), {"limit": "1 MiB"})))
        return None
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        source.found.append((line, Found("not_utf8", (), {"byte": str(error.start)})))
        return None
    if not decoded.strip():
        source.found.append((1, Found("empty", ())))
        return None
    return decoded


def _scalar(value: str, *, plain: bool) -> Any:
    if not plain:
        return value
    if value in _WORDS:
        return _WORDS[value]
    if _WHOLE.match(value):
        return int(value)
    if _DECIMAL.match(value):
        return float(value)
    return value


class _Builder:
    """Builds the data of one file from the parser's stream."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.values = 0
        self.stream: Iterator[Any] = iter(())

    def build(self, text: str, parser: Any) -> None:
        """Read the one document of the stream into the source."""
        try:
            self.stream = iter(yaml.parse(text, Loader=parser))
            self._document()
        except yaml.YAMLError as error:
            self._syntax(error, last=len(_LINE_ENDS.findall(text)) + 1)
        except _Unreadable:
            self.source.readable = False

    def _document(self) -> None:
        next(self.stream)  # the stream's start
        token = next(self.stream)
        if isinstance(token, yaml.StreamEndEvent):
            self._stop("empty", (), 1)
        self.source.data = self._value(next(self.stream), ())
        next(self.stream)  # the document's end
        token = next(self.stream)
        if not isinstance(token, yaml.StreamEndEvent):
            self._note("second_document", (), token.start_mark.line + 1)
        if not isinstance(self.source.data, dict):
            self._stop("not_a_mapping", (), self.source.lines.get((), 1))

    def _value(self, token: Any, path: Path) -> Any:
        line = token.start_mark.line + 1
        self.source.lines.setdefault(path, line)
        self.values += 1
        if len(path) > DEEPEST:
            self._stop("too_deep", path, line, limit=str(DEEPEST))
        if self.values > MOST_VALUES:
            self._stop("too_many_values", (), line, limit=str(MOST_VALUES))
        if isinstance(token, yaml.AliasEvent):
            self._note("alias", path, line, name=str(token.anchor))
            return None
        if token.anchor is not None:
            self._note("anchor", path, line, name=token.anchor)
        if token.tag is not None:
            self._note("tag", path, line, tag=token.tag)
        if isinstance(token, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(token, yaml.SequenceStartEvent):
            return self._sequence(path)
        return _scalar(token.value, plain=not token.style)

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(token := next(self.stream), yaml.SequenceEndEvent):
            items.append(self._value(token, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while not isinstance(token := next(self.stream), yaml.MappingEndEvent):
            key = self._key(token, path)
            here = (*path, key)
            line = token.start_mark.line + 1
            if key in entries:
                self._note("duplicate_key", here, line, key=key, first=str(self.source.line(here)))
                self._value(next(self.stream), (*path, f"{key} (2)"))
                continue
            self.source.lines[here] = line
            entries[key] = self._value(next(self.stream), here)
        return entries

    def _key(self, token: Any, path: Path) -> str:
        line = token.start_mark.line + 1
        if not isinstance(token, yaml.ScalarEvent):
            self._value(token, (*path, "?"))
            self._note("key_not_text", path, line)
            return f"?{line}"
        if token.anchor is not None:
            self._note("anchor", path, line, name=token.anchor)
        if token.tag is not None:
            self._note("tag", path, line, tag=token.tag)
        return str(token.value)

    def _note(self, code: str, path: Path, line: int, /, **params: str) -> None:
        self.source.found.append((line, Found(code, path, params)))

    def _stop(self, code: str, path: Path, line: int, /, **params: str) -> None:
        self._note(code, path, line, **params)
        raise _Unreadable

    def _syntax(self, error: yaml.YAMLError, *, last: int) -> None:
        mark = getattr(error, "problem_mark", None)
        # libyaml places the end of a file without a last line break on the line after it.
        line = min(mark.line + 1, last) if mark is not None else 1
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        self._note("not_yaml", (), line, reason=str(reason))
        self.source.readable = False
