"""Kill a process at the n-th write, for n = 1, 2, … until it passes untouched.

A point lies before and after every INSERT, UPDATE and DELETE, every COMMIT, and every call that
makes or ends a file (fsync, rename, link, unlink). The act runs in a forked child that kills itself
at its point; the parent looks at what is left.
"""

from __future__ import annotations

import os
import signal
import traceback
from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WRITES = ("INSERT", "UPDATE", "DELETE")
FILE_CALLS = ("fsync", "rename", "replace", "link", "unlink")
MOST = 200


class Points:
    """Counts the points an act passes; kills the process at number ``last``."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.passed = 0

    def pass_one(self) -> None:
        self.passed += 1
        if self.passed == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            self.pass_one()
            result = call(*args, **kwargs)
            self.pass_one()
            return result

        return watched

    def execute(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            return self.around(execute)(sql, *rest)
        return execute(sql, *rest)

    def watch(self) -> None:
        """Put the points into this process; it ends in this act, so nothing is taken back."""
        connection = connections["default"]
        connection.execute_wrappers.append(self.execute)
        kind = type(connection)
        kind._commit = self.around(kind._commit)
        for name in FILE_CALLS:
            setattr(os, name, self.around(getattr(os, name)))


def killed_at_every_point(act: Callable[[], object]) -> Iterator[int]:
    """Yield after each child: the number of the point it died at, and at last 0, untouched.

    ``act`` must be repeatable: the caller makes a new state for it between two yields.
    """
    for last in range(1, MOST):
        died = died_at(act, last)
        yield last if died else 0
        if not died:
            return
    raise AssertionError(f"the act has more than {MOST} points")


def died_at(act: Callable[[], object], last: int) -> bool:
    """Run the act in a child that dies at this point; return whether it came that far."""

    def watched() -> None:
        Points(last).watch()
        act()

    return in_child(watched)


def in_child(act: Callable[[], object]) -> bool:
    """Run the act in a forked child; return whether it was killed. An error fails the test."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        code = 3
        try:
            act()
            code = 0
        except BaseException:  # noqa: BLE001 - told here; the child must not go on as the parent
            traceback.print_exc()
        finally:
            os._exit(code)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert os.WEXITSTATUS(status) == 0, "the act failed in the child"
    return False
