"""How an app declares a job that runs again and again.

    @scheduled("evidence.sweep", every=timedelta(hours=1))
    def sweep(*, at: datetime) -> None: ...

The function stands in the app's ``tasks.py``, may run twice for one slot after a crash, and opens
the office scope itself when it needs one.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext

from kelola.registry import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta


class Work(Protocol):
    """What a scheduled job does. ``at`` is the aware time of this attempt."""

    def __call__(self, *, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A job and its period."""

    key: str
    every: timedelta
    run: Work

    @property
    def does(self) -> str:
        """What the job does, in the reader's language: the first sentence of its docstring."""
        words = inspect.getdoc(self.run) or self.key
        return gettext(" ".join(words.partition("\n\n")[0].split()))


jobs: Store[ScheduledJob] = Store("jobs")


def scheduled(key: str, every: timedelta) -> Callable[[Work], Work]:
    """Register the decorated function as a job ``app.name`` that runs once in every period."""

    def register(run: Work) -> Work:
        jobs.register(key, ScheduledJob(key, every, run))
        return run

    return register
