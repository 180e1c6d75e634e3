"""Installations of their own for the tests that break something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "data")
    yield made
    made.remove()
