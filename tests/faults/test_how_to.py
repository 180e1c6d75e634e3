"""What the how-to pages tell an office to type works, on a real installation."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from tests.faults.installation import PATIENCE, ROOT, Installation

PAGES = ROOT / "docs" / "how-to"
OFFICE = (
    "office", "new", "--name", "Mahkamah Syar'iyah Percobaan", "--short", "MS Percobaan",
    "--zone", "Asia/Jakarta", "--admin", "budi", "--admin-name", "Budi Santoso",
)  # fmt: skip


def scripts(page: str) -> list[str]:
    """Return the Python scripts of a page."""
    text = (PAGES / page).read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)


def shell(script: str, installation: Installation, **more: str) -> None:
    """Run a script as the pages do: `kelola dev shell < script`, in the folder above the data."""
    subprocess.run(
        [sys.executable, "-m", "kelola", "dev", "shell"],
        input=script,
        cwd=installation.folder.parent,
        env=installation.environment | more,
        text=True,
        timeout=PATIENCE,
        check=True,
    )


def started(installation: Installation, **more: str) -> str:
    """Start the page's office; return what loading the SOP says."""
    assert installation.kelola(*OFFICE, **more).returncode == 0
    (office,) = json.loads(installation.kelola("office", "list", "--json", **more).stdout)[
        "offices"
    ]
    (script,) = scripts("start-a-real-office.md")
    shell(script, installation, **more)
    return installation.kelola("sop", "load", "SOP/AS/29", "--office", office["id"], **more).stdout


def verified(installation: Installation, **more: str) -> str:
    """Return what `kelola ledger verify` says of a whole history."""
    done = installation.kelola("ledger", "verify", **more)
    assert done.returncode == 0, done.stdout
    return done.stdout


def copied(installation: Installation) -> dict[str, str]:
    """Copy SQLite's file as the page says; return the environment of the copy."""
    text = (PAGES / "back-up-and-restore.md").read_text(encoding="utf-8")
    (line,) = re.findall(r'-c "(import sqlite3.*?)"', text, flags=re.DOTALL)
    above = installation.folder.parent
    (above / "copy").mkdir()
    program = line.replace("\\\n", "").strip().replace("var/", f"{installation.folder.name}/")
    subprocess.run([sys.executable, "-c", program], cwd=above, check=True, timeout=PATIENCE)
    return {"KELOLA_DATA_DIR": str(above / "copy")}


def test_a_real_office_starts_with_people_for_every_role_and_can_be_copied(installation):
    told = started(installation)
    assert "Belum ada jabatan" not in told
    assert "Uji coba" in told
    appointed = installation.rows("SELECT count(*) FROM office_appointment")
    assert appointed == [(3,)]
    # A real office keeps the demo out.
    assert installation.kelola("demo").returncode == 2
    if not installation.server:  # on PostgreSQL the copy is pg_dump's affair
        assert verified(installation, **copied(installation)) == verified(installation)


def test_an_office_moves_to_another_database_with_its_whole_history(empty):
    old = empty.folder.parent / "var"
    here = {"KELOLA_DATA_DIR": str(old), "KELOLA_DATABASE_URL": ""}
    started(empty, **here)
    assert empty.kelola("office", "list").returncode == 0  # makes the tables
    (move,) = scripts("use-postgresql.md")
    shell(move, empty)
    assert verified(empty) == verified(empty, **here)
    logins = empty.rows("SELECT login FROM office_user ORDER BY login")
    assert logins == [("andi",), ("budi",), ("cut",)]
    # What is written next finds its number free.
    other = [*OFFICE[:3], "Mahkamah Syar'iyah Lain", *OFFICE[4:9], "eko", *OFFICE[10:]]
    assert empty.kelola(*other).returncode == 0
    assert verified(empty) != verified(empty, **here)
