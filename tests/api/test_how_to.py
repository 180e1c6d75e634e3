"""The program of the how-to page does what the page says, over a real connection."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kelola.office.scope import office_scope
from kelola.sop.models import Run
from tests.api.conftest import key_of
from tests.house.source import ROOT
from tests.people import make_people
from tests.runs import adopt

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer


@pytest.mark.django_db(transaction=True)
def test_the_small_program_opens_a_run(live_server: LiveServer) -> None:
    people = make_people()
    adopt(people.court)
    page = (ROOT / "docs" / "how-to" / "use-the-api.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    told = {"KELOLA_URL": live_server.url, "KELOLA_KEY": key_of(people.andi)[1]}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": os.environ["PATH"], **told},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    with office_scope(people.office.pk):
        run = Run.objects.get()
    number, mine = done.stdout.splitlines()
    assert number == run.number
    assert mine.startswith(f"{run.number} B1 ")
