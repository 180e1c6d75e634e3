"""The office scope: no row of one office is read or written while another one is open.

A context variable holds the open office. The manager of every scoped model filters by it, saving
and deleting compare with it, and each row that is loaded is compared once more, so that joins
(``select_related``), foreign key access and raw SQL are caught too. Without a scope everything
raises.

Limits: ``values()`` and aggregates over a join from an unscoped model (``Office``, ``User``) into a
scoped one load no rows and are not seen. Start such a query from the scoped model.
"""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.fields.related_lookups import RelatedExact
from django.db.models.sql.where import AND

from kelola.registry import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models.query import RawQuerySet


class ScopeMissing(RuntimeError):  # noqa: N818 - the contract's name, read as a sentence
    """A scoped row was asked for while no office is open."""


class ScopeViolation(RuntimeError):  # noqa: N818 - the contract's name, read as a sentence
    """A row of another office than the open one was read or written."""


@dataclass(frozen=True, slots=True)
class _Unscoped:
    reason: str


_scope: ContextVar[UUID | _Unscoped | None] = ContextVar("office_scope", default=None)


@contextlib.contextmanager
def office_scope(office_id: UUID) -> Iterator[None]:
    """Open an office for the block; scopes nest, the inner one counts."""
    token = _scope.set(office_id)
    try:
        yield
    finally:
        _scope.reset(token)


@contextlib.contextmanager
def unscoped(reason: str) -> Iterator[None]:
    """Lift the guard for the block. Raise ValueError without a reason worth reading."""
    if not reason.strip():
        raise ValueError("unscoped() needs a reason")
    token = _scope.set(_Unscoped(reason))
    try:
        yield
    finally:
        _scope.reset(token)


def current_office() -> UUID:
    """Return the id of the open office; raise ScopeMissing when none is open."""
    scope = _scope.get()
    if isinstance(scope, UUID):
        return scope
    raise ScopeMissing("no office is open; use office_scope(office_id)")


def _open_office(what: str) -> UUID | None:
    """Return the open office, None when the guard is lifted; raise ScopeMissing otherwise."""
    scope = _scope.get()
    if scope is None:
        raise ScopeMissing(f"{what}: no office is open; use office_scope(office_id)")
    return scope if isinstance(scope, UUID) else None


M = TypeVar("M", bound="ScopedModel")


class ScopedQuerySet(models.QuerySet[M]):
    """Rows of the open office; they can be neither created in nor moved to another one."""

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """Create rows, each checked like one that is saved."""
        rows = list(objs)
        for row in rows:
            row.check_scope()
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], *args: Any, **kw: Any) -> int:
        """Update rows of the open office; the office itself is fixed."""
        rows, names = list(objs), list(fields)
        _refuse_moving(self.model, names)
        for row in rows:
            row.check_scope()
        return super().bulk_update(rows, names, *args, **kw)

    def update(self, **kwargs: Any) -> int:
        """Update the rows found; the office itself is fixed."""
        _refuse_moving(self.model, kwargs)
        return super().update(**kwargs)

    def raw(self, *args: Any, **kwargs: Any) -> RawQuerySet[Any]:
        """Run SQL of one's own: only where the guard is lifted, with its reason."""
        if _open_office(self.model.__name__) is not None:
            raise ScopeViolation(f"{self.model.__name__}: raw SQL passes the scope")
        return super().raw(*args, **kwargs)


def _refuse_moving(model: type[models.Model], names: Iterable[str]) -> None:
    if {"office", "office_id"} & set(names):
        raise ScopeViolation(f"{model.__name__}: a row never changes its office")


class ScopedManager(models.Manager[M]):
    """Default and base manager of scoped models, so foreign keys and deletions pass it too."""

    def get_queryset(self) -> ScopedQuerySet[M]:
        """Return the rows of the open office; raise ScopeMissing when none is open."""
        office = _open_office(self.model.__name__)
        rows: ScopedQuerySet[M] = ScopedQuerySet(model=self.model, using=self._db)
        if office is not None:
            # What filter(office_id=…) comes to, at a tenth of its cost: every query pays it.
            column = self.model.office.field.get_col(rows.query.get_initial_alias())
            rows.query.where.add(RelatedExact(column, office), AND)
        return rows


class ScopedModel(models.Model):
    """A row of one office. It carries its own office, also where a parent row has one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    office = models.ForeignKey(
        "office.Office", on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save after comparing with the open office; see ``check_scope``."""
        self.check_scope()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete after comparing with the open office; see ``check_scope``."""
        self.check_scope()
        return super().delete(*args, **kwargs)

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        """Load a row and compare it with the open office (joins and raw SQL end here as well)."""
        row = super().from_db(*args, **kwargs)
        open_office = _open_office(cls.__name__)
        if open_office is not None and row.__dict__.get("office_id", open_office) != open_office:
            raise ScopeViolation(f"{cls.__name__}: a row of another office was loaded")
        return row

    def check_scope(self) -> None:
        """Compare the row, and the rows it points to, with the open office.

        Raises:
            ScopeMissing: no office is open.
            ScopeViolation: the row, or one it points to, belongs to another office.

        """
        office = _open_office(type(self).__name__)
        if office is not None and self.office_id != office:
            raise ScopeViolation(f"{type(self).__name__}: the row belongs to another office")
        for target in self._state.fields_cache.values():
            if isinstance(target, ScopedModel) and target.office_id != self.office_id:
                raise ScopeViolation(f"{type(self).__name__}: points to a row of another office")


def is_scoped(model: type[models.Model]) -> bool:
    """Tell whether rows of this model belong to one office and are guarded."""
    try:
        model._meta.get_field("office")  # noqa: SLF001 - Django's documented options API
    except FieldDoesNotExist:
        return False
    return issubclass(model, ScopedModel)
