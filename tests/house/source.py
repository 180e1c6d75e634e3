"""The source tree as the house tests read it."""

from __future__ import annotations

import ast
import functools
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOUSE = ROOT / "src" / "kelola"
NOT_OURS = {".git", ".venv", "node_modules", "var", "vendor", "build", "__pycache__"}


@functools.cache
def tracked() -> list[Path]:
    """Return the files of the repository; in an unpacked archive, all that git would not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0 and listed.stdout:
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        files = [f for f in ROOT.rglob("*") if not NOT_OURS & set(f.relative_to(ROOT).parts)]
    return sorted(f for f in files if f.is_file())


@functools.cache
def modules() -> list[Path]:
    """Return our modules; migrations are made by Django."""
    return sorted(f for f in HOUSE.rglob("*.py") if "migrations" not in f.parts)


@functools.cache
def tree(file: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"))


@functools.cache
def storeys() -> dict[str, int]:
    """Return the height of every app, read from the import contracts; the lowest is 0."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(c["layers"] for c in contracts["contracts"] if c["name"].startswith("Storeys"))
    return {
        app.strip(): height
        for height, layer in enumerate(reversed(layers))
        for app in layer.split("|")
    }


def short(file: Path) -> str:
    """Return a path as a person would name it."""
    return str(file.relative_to(ROOT))
