"""Programs of others, each in an environment of its own under build/, measured beside Kelola.

A peer is a script here that its own Python runs. It reads one JSON object a line, does what it
says, and answers with one JSON object: so rounds of several programs take turns on one machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.ground import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
UV = Path(sys.executable).with_name("uv")


class PeerError(RuntimeError):
    """A peer could not be installed, or answered nothing; the message is what it said."""


def environment(name: str) -> Path:
    """Return the Python of a peer, installed from its hashed list when it is missing or older.

    Raises:
        PeerError: it cannot be installed here.
    """
    wanted = HERE / "requirements" / f"{name}.txt"
    folder = ROOT / "build" / "peers" / name
    stamp, digest = folder / "installed", hashlib.sha256(wanted.read_bytes()).hexdigest()
    python = folder / "bin" / "python"
    if stamp.exists() and stamp.read_text() == digest:
        return python
    for words in (
        ("venv", "--quiet", "--clear", "--python", sys.executable, folder),
        ("pip", "sync", "--quiet", "--python", python, "--require-hashes", wanted),
    ):
        done = subprocess.run([UV, *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise PeerError(f"{name} cannot be installed: {done.stderr.strip()}")
    stamp.write_text(digest)
    return python


class Peer:
    """A peer that is running and waits for what to do."""

    def __init__(self, name: str, program: subprocess.Popen[str]) -> None:
        self.name = name
        self._program = program

    def ask(self, do: str, **what: Any) -> dict[str, Any]:
        """Let it do something; return what it answers.

        Raises:
            PeerError: it ended instead.
        """
        pipe_in, pipe_out = self._program.stdin, self._program.stdout
        if pipe_in is None or pipe_out is None:
            raise PeerError(f"{self.name} has no pipes")
        with suppress(BrokenPipeError):  # it has ended: there is no line to read either
            pipe_in.write(json.dumps({"do": do, **what}) + "\n")
            pipe_in.flush()
        line = pipe_out.readline()
        if not line:
            raise PeerError(f"{self.name} ended at {do}: what it said stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def running(name: str) -> Iterator[Peer]:
    """Start a peer in an empty folder of its own; end it and clear the folder away afterwards."""
    python = environment(name)
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("KELOLA_", "DJANGO_"))}
    with tempfile.TemporaryDirectory(prefix="kelola-peer-") as folder:
        program = subprocess.Popen(
            [python, HERE / f"{name}_peer.py", folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=clean, cwd=folder,
        )  # fmt: skip
        try:
            yield Peer(name, program)
        finally:
            if program.stdin:
                with suppress(BrokenPipeError):
                    program.stdin.close()
            program.wait(60)
            if program.stdout:
                program.stdout.close()
