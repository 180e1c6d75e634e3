"""Django's own checks find nothing here, so that no command needs the second they take."""

from __future__ import annotations

import pytest
from django.core.management import call_command, load_command_class

from kelola.__main__ import commands


def test_they_find_nothing() -> None:
    call_command("check", fail_level="WARNING")


@pytest.mark.parametrize("name", commands())
def test_a_command_does_without_them(name: str) -> None:
    app = commands()[name].parents[2].name
    assert tuple(load_command_class(f"kelola.{app}", name).requires_system_checks) == ()
