"""A real `kelola up` with the demo office, for what can only be measured from outside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.ground import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 180.0  # seconds


@contextmanager
def serving() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Start Kelola on an empty folder and a free port; give its process and address."""
    with tempfile.TemporaryDirectory(prefix="kelola-bench-") as folder:
        log = Path(folder) / "up.log"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("KELOLA_", "DJANGO_"))}
        own = {"KELOLA_DATA_DIR": f"{folder}/data", "KELOLA_PORT": "0"}
        # A year that is being told would be measured with what is asked for.
        environment = clean | own | {"KELOLA_DEMO_MONTHS": "0"}
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "kelola", "up"],
                cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            yield process, _address(process, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text())
        if found:
            return found.group()
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(log.read_text())
