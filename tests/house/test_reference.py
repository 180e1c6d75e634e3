"""The reference is what the code says: every setting, command, verb, job, follower, kind, check."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.house.source import ROOT


def test_the_pages_are_those_that_the_code_makes():
    done = subprocess.run(
        [sys.executable, "tools/reference.py", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=clean(),
    )
    assert done.returncode == 0, f"run `make docs`: {done.stdout}{done.stderr[-2000:]}"


def clean() -> dict[str, str]:
    """Return an environment without what the tests set."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("KELOLA_", "DJANGO_"))}
