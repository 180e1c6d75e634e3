"""Reads that every act asks anew, their SQL built once.

Building a query takes the ORM ten times as long as SQLite takes to answer it. What each act asks is
said once with the ORM, in its words and with its scope; from then on only the values change.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from uuid import UUID, uuid4

from django.db import connection, models

from kelola.office.scope import current_office, office_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

M = TypeVar("M", bound=models.Model)
_OFFICE = "the open office"
_SOME_DAY = date(1583, 10, 15)  # no query names it by itself


class _Built(NamedTuple):
    """SQL, its parameters (an argument's name, or None and a fixed value), and how to read rows."""

    sql: str
    slots: tuple[tuple[str | None, Any], ...]
    columns: tuple[str, ...]
    converters: Mapping[int, Any]


class Prepared:
    """A query of the open office whose SQL is built at its first use.

    Args:
        build: returns the query; with its arguments it does nothing but compare fields.
        arguments: the type of each, ``UUID`` or ``date``.

    Raises:
        ValueError: at the first use, when the SQL lacks an argument or the open office.

    """

    def __init__(
        self,
        build: Callable[..., models.QuerySet[Any, Any]],
        **arguments: type[UUID | date],
    ) -> None:
        self._build, self._arguments = build, arguments
        self._built: _Built | None = None

    def rows(self, model: type[M], **values: UUID | date) -> list[M]:
        """Return what is found as rows, each compared with the open office as ever."""
        found = self.tuples(**values)
        columns = self._ready().columns
        return [model.from_db(connection.alias, columns, row) for row in found]

    def tuples(self, **values: UUID | date) -> list[Sequence[Any]]:
        """Return the columns of what is found; raise ScopeMissing when no office is open."""
        built = self._ready()
        given = {_OFFICE: current_office(), **values}
        params = [value if name is None else _adapted(given[name]) for name, value in built.slots]
        with connection.cursor() as cursor:
            cursor.execute(built.sql, params)
            found = cursor.fetchall()
        return [_converted(list(row), built.converters) for row in found]

    def _ready(self) -> _Built:
        if self._built is None:
            marks: dict[str, UUID | date] = {_OFFICE: uuid4()}
            for name, kind in self._arguments.items():
                marks[name] = uuid4() if kind is UUID else _SOME_DAY
            self._built = _compiled(self._build, marks)
        return self._built


def _compiled(
    build: Callable[..., models.QuerySet[Any, Any]], marks: Mapping[str, UUID | date]
) -> _Built:
    office = marks[_OFFICE]
    with office_scope(UUID(str(office))):
        found = build(**{k: v for k, v in marks.items() if k != _OFFICE})
    compiler = found.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    names = {_adapted(mark): name for name, mark in marks.items()}
    slots = tuple((names.get(p), p) for p in params)
    missing = set(marks) - {name for name, _value in slots}
    if missing:
        raise ValueError(f"prepared: the SQL does not ask for {', '.join(sorted(missing))}")
    asked = [expression for expression, _sql, _alias in compiler.select]
    columns = tuple(expression.target.attname for expression in asked)
    return _Built(sql, slots, columns, compiler.get_converters(asked))


def _adapted(value: UUID | date) -> Any:
    """Return a value as this database is given it."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    return connection.ops.adapt_datefield_value(value)


def _converted(row: list[Any], converters: Mapping[int, Any]) -> list[Any]:
    for at, (steps, expression) in converters.items():
        for step in steps:
            row[at] = step(row[at], expression, connection)
    return row
