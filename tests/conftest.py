"""What holds for every test: no error goes to the log unseen."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

    from kelola.sop.models import SopVersion
    from tests.people import People
    from tests.runs import Desk

MARKERS = (
    "logs_errors(name): the test provokes ERROR lines of this logger (or one below it)",
    "both_engines: a browser story that runs on PostgreSQL as well",
)


def pytest_configure(config: pytest.Config) -> None:
    for line in MARKERS:
        config.addinivalue_line("markers", line)


class Errors(logging.Handler):
    """Keeps every record of level ERROR or higher."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_error_in_the_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test when anything logged an error that the test did not announce."""
    expected = [m.args[0] for m in request.node.iter_markers("logs_errors")]
    handler = Errors()
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
    unexpected = [
        f"{r.name}: {r.getMessage()}"
        for r in handler.records
        if not any(r.name == name or r.name.startswith(f"{name}.") for name in expected)
    ]
    assert not unexpected, unexpected


@pytest.fixture
def desk(db: None, settings: SettingsWrapper, tmp_path: Path) -> Iterator[Desk]:
    """Give the people of both offices with SOP/AS/29 in force; the first office's scope is open."""
    from kelola.office.scope import office_scope  # noqa: PLC0415 - after Django's set-up
    from tests.people import make_people  # noqa: PLC0415
    from tests.remembered import remembered  # noqa: PLC0415
    from tests.runs import Desk, adopt  # noqa: PLC0415

    def make() -> tuple[People, SopVersion]:
        made = make_people()
        return made, adopt(made.court)

    settings.FILES_DIR = tmp_path / "files"
    people, version = remembered("desk", make)
    with office_scope(people.office.pk):
        yield Desk(people, version)
