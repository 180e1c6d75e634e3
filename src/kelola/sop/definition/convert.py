"""Between an SOP definition and its canonical data, and the hash of that data.

The canonical data has the shape of the file (``sop.schema.json``) and leaves out every value that
equals its default, so that a later optional field does not change the hash of versions that do
not use it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from kelola.sop.definition.schema import FORMAT
from kelola.sop.definition.shape import SopDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_data(definition: SopDefinition) -> dict[str, Any]:
    """Return a definition as plain data for JSON; ``from_data`` is its inverse."""
    return {"format": FORMAT, **_encode(definition)}


def from_data(data: Mapping[str, Any]) -> SopDefinition:
    """Return the definition that canonical data, or the data of a checked file, describes.

    Raises ValueError for another format, KeyError or TypeError for data that no check has passed.
    """
    if data.get("format") != FORMAT:
        message = f"not in the format {FORMAT}: {data.get('format')!r}"
        raise ValueError(message)
    definition = _decode(SopDefinition, data)
    if not isinstance(definition, SopDefinition):
        raise TypeError(type(definition))
    return definition


def canonical_json(definition: SopDefinition) -> str:
    """Return the canonical JSON: sorted keys, no spaces, characters as they are."""
    return json.dumps(
        to_data(definition),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )


def content_hash(definition: SopDefinition) -> str:
    """Return the SHA-256 of the canonical JSON in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(definition).encode()).hexdigest()


def _encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _encode(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.default is dataclasses.MISSING or getattr(value, field.name) != field.default
        }
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # 20 and 20.0 are the same bound and must hash alike
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _decode(wanted: Any, value: Any) -> Any:
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        inner = next(part for part in get_args(wanted) if part is not type(None))
        return None if value is None else _decode(inner, value)
    if origin is tuple:
        parts = get_args(wanted)
        if parts[-1] is Ellipsis:
            return tuple(_decode(parts[0], item) for item in value)
        return tuple(_decode(part, item) for part, item in zip(parts, value, strict=True))
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        return _decode_fields(wanted, value)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return wanted(value)
    return float(value) if wanted is float else value


def _decode_fields(cls: type, data: Mapping[str, Any]) -> Any:
    hints = _hints(cls)
    return cls(
        **{
            field.name: _decode(hints[field.name], data[field.name])
            for field in dataclasses.fields(cls)
            if field.name in data
        }
    )
