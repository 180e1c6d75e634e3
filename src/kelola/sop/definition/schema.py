"""The published JSON Schema of SOP files and what it finds wrong with a file's data."""

from __future__ import annotations

import difflib
import json
from functools import cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, cast

from kelola.sop.definition.problems import Found, Path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema.exceptions import ValidationError

SCHEMA_PATH = FilePath(__file__).with_name("sop.schema.json")
FORMAT = "kelola-sop/1"

# JSON type -> its name in a sentence, Indonesian and English.
_TYPES = {
    "string": ("teks", "a text"),
    "integer": ("bilangan bulat", "a whole number"),
    "number": ("angka", "a number"),
    "boolean": ("true atau false", "true or false"),
    "array": ("daftar", "a list"),
    "object": ("pasangan nama dan nilai", "names with values"),
    "null": ("kosong", "empty"),
}
_PYTHON_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (str, "string"),
    (int, "integer"),
    (float, "number"),
    (list, "array"),
    (dict, "object"),
)


def schema_text() -> str:
    """Return the published schema as JSON text."""
    return SCHEMA_PATH.read_text(encoding="utf-8")


@cache
def _schema() -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(schema_text()))


@cache
def kinds() -> tuple[str, ...]:
    """Return the closed list of activity kinds, ``sop.generic`` last."""
    return tuple(_schema()["$defs"]["kind"]["enum"])


def faults(data: Any) -> Iterator[Found]:
    """Yield everything the schema refuses in the data of a file."""
    # Every process of every start would pay for what only the reading of a file needs.
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    for error in Draft202012Validator(_schema()).iter_errors(data):
        path = tuple(error.absolute_path)
        explain = _EXPLAIN.get(str(error.validator), _other)
        yield from explain(error, path)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - a line's worth


def _missing(error: ValidationError, path: Path) -> Iterator[Found]:
    # jsonschema reports each missing name on its own and names it only in the sentence.
    name = str(error.message).split("'", 2)[1]
    if name == "actor":
        yield Found("missing_actor", path)
    else:
        yield Found("missing", path, {"name": name})


def _unknown_name(error: ValidationError, path: Path) -> Iterator[Found]:
    schema = cast("dict[str, Any]", error.schema)
    instance = cast("dict[str, Any]", error.instance)
    known = ", ".join(schema["properties"])
    for name in instance:
        if name not in schema["properties"]:
            yield Found("unknown_name", (*path, name), {"name": _shown(name), "known": known})


def _wrong_type(error: ValidationError, path: Path) -> Iterator[Found]:
    given = next((n for t, n in _PYTHON_TYPES if isinstance(error.instance, t)), "null")
    wanted = str(error.validator_value)
    yield Found(
        "wrong_type",
        path,
        {
            "given": _TYPES[given][0],
            "given_en": _TYPES[given][1],
            "wanted": _TYPES[wanted][0],
            "wanted_en": _TYPES[wanted][1],
        },
    )


def _not_allowed(error: ValidationError, path: Path) -> Iterator[Found]:
    allowed = [str(value) for value in cast("list[Any]", error.validator_value)]
    value = _shown(error.instance)
    if path and path[-1] == "kind":
        near = difflib.get_close_matches(value, allowed, n=1)
        yield Found(
            "unknown_kind",
            path,
            {
                "value": value,
                "close": f" Mungkin maksudnya '{near[0]}'." if near else "",
                "close_en": f" Perhaps '{near[0]}' is meant." if near else "",
            },
        )
    else:
        yield Found("not_allowed", path, {"value": value, "known": ", ".join(allowed)})


def _wrong_format(error: ValidationError, path: Path) -> Iterator[Found]:
    yield Found("wrong_format", path, {"value": _shown(error.instance), "wanted": FORMAT})


_SHAPES = {
    "^[a-z][a-z0-9_]{0,63}$": (
        "huruf kecil, angka, dan garis bawah, diawali huruf",
        "lower-case letters, digits and underscores, a letter first",
    ),
    "^[A-Za-z][A-Za-z0-9._-]{0,31}$": (
        "huruf, angka, titik, tanda hubung, atau garis bawah, diawali huruf",
        "letters, digits, dots, hyphens or underscores, a letter first",
    ),
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": ("TTTT-BB-HH", "YYYY-MM-DD"),
}
# What the schema asks by its one other pattern: the key of a ledger verb.
_VERB = ("aplikasi.benda.kejadian", "app.noun.past_participle")


def _wrong_shape(error: ValidationError, path: Path) -> Iterator[Found]:
    pattern = str(error.validator_value)
    wanted, wanted_en = _SHAPES.get(pattern, _VERB)
    params = {"value": _shown(error.instance), "wanted": wanted, "wanted_en": wanted_en}
    yield Found("wrong_shape", path, params)


def _limit(code: str) -> Callable[[ValidationError, Path], Iterator[Found]]:
    def explain(error: ValidationError, path: Path) -> Iterator[Found]:
        yield Found(code, path, {"wanted": str(error.validator_value)})

    return explain


def _out_of_range(error: ValidationError, path: Path) -> Iterator[Found]:
    schema = cast("dict[str, Any]", error.schema)
    low, high = schema.get("minimum", "…"), schema.get("maximum", "…")
    yield Found("out_of_range", path, {"value": _shown(error.instance), "wanted": f"{low}–{high}"})


def _other(error: ValidationError, path: Path) -> Iterator[Found]:
    yield Found("wrong", path, {"reason": _shown(error.message)})


_EXPLAIN: dict[str, Callable[[ValidationError, Path], Iterator[Found]]] = {
    "required": _missing,
    "additionalProperties": _unknown_name,
    "type": _wrong_type,
    "enum": _not_allowed,
    "const": _wrong_format,
    "pattern": _wrong_shape,
    "minLength": _limit("blank"),
    "minItems": _limit("too_few"),
    "maxLength": _limit("too_long"),
    "maxItems": _limit("too_long"),
    "minimum": _out_of_range,
    "maximum": _out_of_range,
}
