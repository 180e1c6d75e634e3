"""What an app that wants its things found says about them, in its ``search.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kelola.registry import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Findable:
    """One thing as it goes into the index."""

    object_id: UUID
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Face:
    """A hit on the results page. ``state`` is a key of ``ui.states``, or nothing."""

    title: str
    url: str
    detail: str = ""
    state: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing. All functions are called with the office's scope open.

    Args:
        label: lazily translated, in the plural.
        icon: a symbol of the sprite.
        order: place of its group on the page.
        faces: given the actor and ids, the faces of those that exist and that the actor may see.
        things: given an id and a number, the next so many things after it, ordered by id.

    """

    label: Any
    icon: str
    order: int
    faces: Callable[[Any, Sequence[UUID]], Mapping[UUID, Face]]
    things: Callable[[UUID | None, int], Sequence[Findable]]


kinds: Store[Kind] = Store("search_kinds")
