"""What setup says and does when a program of the operating system is missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kelola.config import programs
from tests.house.source import ROOT
from tools import system


@pytest.fixture
def nothing_there(monkeypatch, tmp_path):
    """A machine without any of our programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_FOLDER", tmp_path / "postgresql")
    monkeypatch.setattr(programs, "_SBIN", str(tmp_path))
    monkeypatch.setattr(programs, "_LIBRARIES", tmp_path)
    return tmp_path


def fake(folder, name: str, says: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho {says}\n")
    program.chmod(0o755)


def test_missing_programs_are_listed_with_what_is_lost_and_the_apt_line(nothing_there, capsys):
    assert system.ensure("run") == 1
    said = capsys.readouterr().err
    assert "node" in said
    assert "tanpa ini berkas tampilan" in said
    assert "sudo apt-get install -y --no-install-recommends nodejs npm" in said
    assert system.ensure("test") == 1
    assert "chromium libfaketime libnss3-tools nginx-light postgresql" in capsys.readouterr().err


def test_an_old_node_is_a_missing_one(nothing_there):
    fake(nothing_there, "npm", "9")
    fake(nothing_there, "node", "v16.20.2")
    assert [p.name for p in programs.missing("run")] == ["node"]
    fake(nothing_there, "node", "v18.0.0")
    assert programs.missing("run") == []


@pytest.mark.parametrize("prefix", [[], ["sudo", "-n", "env"]], ids=["root", "sudo"])
def test_with_the_rights_apt_is_asked_once_for_all(nothing_there, monkeypatch, prefix):
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(command)
        if "install" in command:
            for name in ("chromium", "certutil", "nginx", "initdb"):
                fake(nothing_there, name, "")
            (nothing_there / "any" / "faketime").mkdir(parents=True)
            fake(nothing_there / "any" / "faketime", "libfaketimeMT.so.1", "")
        return subprocess.CompletedProcess(command, 0, b"")

    monkeypatch.setattr(system, "rights", lambda: prefix)
    monkeypatch.setattr(system.subprocess, "run", run)
    assert system.ensure("test") == 0
    assert [c[len(prefix) : len(prefix) + 2] for c in asked] == [
        ["apt-get", "update"],
        ["apt-get", "install"],
    ]
    assert asked[1][-5:] == [
        *("chromium", "libfaketime", "libnss3-tools"),
        *("nginx-light", "postgresql"),
    ]


def test_setup_and_its_table_need_nothing_but_the_standard_library():
    for script in ("tools/system.py", "tools/install.py"):
        done = subprocess.run(
            [sys.executable, "-I", "-S", script, "nonsense"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2, done.stderr
