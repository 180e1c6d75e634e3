"""What an app may say about its menu entry beyond the entry itself.

Registered in the app's ``menu.py`` under the same key as in ``kelola.registry.menu``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kelola.registry import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Shortcut:
    """How an entry is reached without the sidebar, and what waits behind it.

    Args:
        letter: pressed after ``g``; "" for none.
        phone: the short word on the phone's bar; "" keeps the entry in the sheet only.
        counter: given the actor, how many things wait there; 0 shows nothing.

    """

    letter: str = ""
    phone: str | Promise = ""
    counter: Callable[[Any], int] | None = None


shortcuts: Store[Shortcut] = Store("shortcuts")
