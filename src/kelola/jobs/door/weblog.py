"""What the doors note: who asked for what, how it was answered and how long that took."""

from __future__ import annotations

import logging
import time
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Any

from django.conf import settings
from gunicorn.glogging import Logger

from kelola.jobs.door.lines import USER, cut, line, moment

if TYPE_CHECKING:
    from datetime import timedelta

FOLDER = "log"
BYTES, FILES = 10 * 1024 * 1024, 5
LONGEST = 500


class Quiet(RotatingFileHandler):
    """A full disk stops the notes, never the answers."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Leave the note out."""


class WebLog(Logger):
    """Gunicorn's messages go where all others go; requests go into a file of the data folder.

    Whose request it was is noted by id. Neither the query nor the body is: people search for names.
    """

    def setup(self, cfg: Any) -> None:
        """Send gunicorn's own messages to the root logger."""
        super().setup(cfg)  # type: ignore[no-untyped-call]  # gunicorn has no types
        for handler in list(self.error_log.handlers):
            self.error_log.removeHandler(handler)
        self.error_log.propagate = True
        folder = settings.DATA_DIR / FOLDER
        folder.mkdir(exist_ok=True)
        self.notes = Quiet(
            folder / f"{cfg.proc_name}.jsonl", maxBytes=BYTES, backupCount=FILES, delay=True,
            encoding="utf-8",
        )  # fmt: skip
        self.notes.setFormatter(logging.Formatter("%(message)s"))

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Note a request that the application has answered."""
        self.note(
            {
                "from": environ.get("REMOTE_ADDR", ""),
                "by": environ.get(USER, ""),
                "method": cut(req.method or "", LONGEST),
                "path": cut(req.path or "", LONGEST),
                "status": str(resp.status or "").split(" ")[0],
                "bytes": resp.sent,
                "ms": round(request_time.total_seconds() * 1000, 1),
                "agent": cut(environ.get("HTTP_USER_AGENT", ""), LONGEST),
            }
        )

    def refused(self, address: str, status: int) -> None:
        """Note a request that the door did not take."""
        self.note({"from": address, "status": str(status)})

    def note(self, entry: dict[str, object]) -> None:
        """Write one line."""
        text = line({"at": moment(time.time()), **entry})
        self.notes.handle(logging.LogRecord("kelola.web", logging.INFO, "", 0, text, None, None))
