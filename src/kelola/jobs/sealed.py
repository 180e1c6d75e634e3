"""Messages in the queue carry our signature; others are thrown away and reported."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from huey.serializer import SignedSerializer

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


class Sealed(SignedSerializer):
    """Huey's signed messages; ``note`` is a file that tells the doctor of a foreign one."""

    def __init__(self, *, note: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call] # huey has no types
        self.note = note

    def _deserialize(self, data: bytes) -> Any:
        try:
            return super()._deserialize(data)  # type: ignore[no-untyped-call] # huey has no types
        except ValueError:
            log.error("the queue holds a message that Kelola did not write")  # noqa: TRY400 - its bytes are a stranger's
            self.note.touch()
            raise
