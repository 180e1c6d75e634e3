"""Adding a thing touches one place: a second real one of each, added to a copy of the house.

Each addition below writes exactly one file. The command line and the reference, run on the copy,
must know it without a word anywhere else.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.house.source import HOUSE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

SETTING = """
    lantern: int = Field(default=3, ge=1, description="How many lanterns burn at the door.")
"""
VERB = """
verb("evidence.document.sealed", _("%(actor)s sealed %(subject)s"))
"""
JOB = '''

@scheduled("evidence.count", every=timedelta(days=2))
def count(*, at: datetime) -> None:
    """Count the files of every office."""
'''
FOLLOWER = '''

from kelola.ledger.followers import follow  # noqa: E402


@follow("evidence.listen", "sop.run.")
def listen(office, entries, *, at):
    """Hear of runs."""
'''
MENU = '''
"""A menu entry of the evidence."""

from django.utils.translation import gettext_lazy as _

from kelola.registry import MenuEntry, menu

menu.register("evidence.desk", MenuEntry(_("Work desk"), "desk", "file"))
'''
COMMAND = '''"""``kelola greet``."""

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Greets."""

    help = "Memberi salam."
    needs_database = False

    def handle(self, *args, **options):
        """Greet."""
        self.stdout.write("salam")
'''
KIND = '''

class SealedActivity(GenericActivity):
    """Seals what it is given."""

    key = "sop.sealed"


kinds.register(SealedActivity.key, SealedActivity())
'''
CHECK = """
checks.register("config.lantern", Check(gettext_lazy("Lantern"), clock))
"""


class Copy:
    """A copy of the source tree that commands run on."""

    def __init__(self, folder: Path) -> None:
        self.house = folder / "src" / "kelola"
        shutil.copytree(HOUSE, self.house, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
        self.environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("KELOLA_", "DJANGO_"))
        } | {"PYTHONPATH": str(folder / "src"), "KELOLA_DATA_DIR": str(folder / "data")}
        self.folder = folder

    def add(self, name: str, text: str) -> None:
        """Write at the end of one file."""
        with (self.house / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def run(self, *words: str, code: int = 0) -> str:
        """Run Python on the copy; return what it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr[-3000:]
        return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    made = Copy(tmp_path_factory.mktemp("second"))
    env = made.house / "config" / "env.py"
    before, mark, after = env.read_text(encoding="utf-8").partition("\n    @property\n")
    env.write_text(f"{before}{SETTING}{mark}{after}", encoding="utf-8")
    made.add("evidence/verbs.py", VERB)
    made.add("evidence/tasks.py", JOB + FOLLOWER)
    made.add("evidence/menu.py", MENU)
    made.add("sop/activities.py", KIND)
    made.add("config/doctor.py", CHECK)
    made.add("config/management/commands/greet.py", COMMAND)
    sops = made.house / "sop" / "library"
    text = (sops / "sop-as-29.yaml").read_text(encoding="utf-8")
    (sops / "sop-as-30.yaml").write_text(text.replace("SOP/AS/29", "SOP/AS/30"), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def reference(copy: Copy) -> dict[str, list[dict[str, str]]]:
    known: dict[str, list[dict[str, str]]] = json.loads(
        copy.run(str(ROOT / "tools" / "reference.py"), "json")
    )
    return known


def test_a_setting_is_one_field(copy, reference):
    (row,) = [r for r in reference["settings"] if r["name"] == "KELOLA_LANTERN"]
    assert row["meaning"] == "How many lanterns burn at the door."
    copy.environment["KELOLA_LANTERN"] = "7"
    shown = json.loads(copy.run("-m", "kelola", "settings", "--json"))
    del copy.environment["KELOLA_LANTERN"]
    assert {r["name"]: r["value"] for r in shown["settings"]}["KELOLA_LANTERN"] == "7"


def test_a_ledger_verb_is_one_line(reference):
    assert {"key": "evidence.document.sealed", "sentence": "%(actor)s sealed %(subject)s"} in (
        reference["verbs"]
    )


def test_a_job_is_one_decorator(reference):
    (row,) = [r for r in reference["jobs"] if r["key"] == "evidence.count"]
    assert row["does"] == "Count the files of every office."


def test_a_follower_is_one_decorator(reference):
    expected = {"key": "evidence.listen", "verbs": "sop.run.*", "does": "Hear of runs."}
    assert expected in reference["followers"]


def test_a_menu_entry_is_one_line(copy):
    program = (
        "import django; django.setup()\n"
        "from kelola.registry import menu; print(menu['evidence.desk'].url_name)"
    )
    copy.environment["DJANGO_SETTINGS_MODULE"] = "kelola.config.settings"
    assert copy.run("-c", program).strip() == "desk"
    del copy.environment["DJANGO_SETTINGS_MODULE"]


def test_a_check_of_doctor_is_one_line(reference):
    assert {"key": "config.lantern", "title": "Lantern"} in reference["checks"]


def test_a_command_is_one_file(copy, reference):
    assert "greet      Memberi salam." in copy.run("-m", "kelola", "--help")
    assert copy.run("-m", "kelola", "greet").strip() == "salam"
    assert "greet" in {r["name"] for r in reference["commands"]}


def test_an_activity_kind_is_one_class(copy, reference):
    assert {"key": "sop.sealed", "does": "Seals what it is given."} in reference["kinds"]
    program = (
        "import django; django.setup()\n"
        "from kelola.sop.kinds import resolve; print(resolve('sop.sealed'), resolve('sop.none'))"
    )
    copy.environment["DJANGO_SETTINGS_MODULE"] = "kelola.config.settings"
    assert copy.run("-c", program).split() == ["sop.sealed", "sop.generic"]
    del copy.environment["DJANGO_SETTINGS_MODULE"]


def test_an_sop_is_one_file(copy):
    copy.run("-m", "kelola", "sop", "load", "SOP/AS/30")
    shown = json.loads(copy.run("-m", "kelola", "sop", "show", "SOP/AS/30", "--json"))
    assert len(shown["procedures"]) == 6
