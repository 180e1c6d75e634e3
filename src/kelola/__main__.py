"""The command line: ``kelola up``, ``kelola doctor`` and the commands that the apps bring.

An app's command is a file in its ``management/commands``; nothing is listed here. Exit codes: 0
good, 1 a finding, 2 wrong use.
"""

from __future__ import annotations

import ast
import gettext
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from kelola import __version__
from kelola.config.env import LostSecretError, UnknownSettingError, explain, read_env

if TYPE_CHECKING:
    from django.core.management.base import BaseCommand

HOUSE = Path(__file__).resolve().parent
WRONG_USE = 2
USAGE = "Pemakaian: kelola PERINTAH [pilihan …]"


def commands() -> dict[str, Path]:
    """Return the file of every command of ours, by name."""
    files = HOUSE.glob("*/management/commands/*.py")
    return {f.stem: f for f in sorted(files, key=lambda f: f.stem) if f.stem != "__init__"}


def summary(file: Path) -> str:
    """Return a command's one-line help in Indonesian, read without importing Django."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
            continue
        if node.targets[0].id == "help":
            texts = [n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant)]
            locale = file.parents[2] / "locale"
            words = gettext.translation("django", locale, languages=["id"], fallback=True)
            return words.gettext(str(texts[0])) if texts else ""
    return ""


def overview() -> str:
    """Return the list of commands."""
    lines = [f"Kelola {__version__}", USAGE, "", "Perintah:"]
    lines += [f"  {name:<10} {summary(file)}" for name, file in commands().items()]
    lines += ["", "`kelola PERINTAH --help` menjelaskan satu perintah."]
    lines += ["Kode keluar: 0 baik, 1 ada temuan, 2 salah pakai."]
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    if words in ([], ["--help"], ["-h"]):
        print(overview())  # noqa: T201 - a command line prints
        return 0 if words else WRONG_USE
    if words == ["--version"]:
        print(__version__)  # noqa: T201
        return 0
    if words[0] not in commands() and words[0] != "dev":
        sys.stderr.write(f"Perintah tidak dikenal: {words[0]}\n\n{overview()}\n")
        return WRONG_USE
    try:
        read_env()
    except (LostSecretError, UnknownSettingError, ValidationError) as error:
        reasons = explain(error) if isinstance(error, ValidationError) else [str(error)]
        sys.stderr.write("Setelan tidak dapat dipakai:\n")
        sys.stderr.writelines(f"  {reason}\n" for reason in reasons)
        return WRONG_USE
    return _run(words)


def _run(words: list[str]) -> int:
    # What Kelola writes (database, files, secret, queue) is nobody else's to read.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kelola.config.settings")
    try:
        return _django(words)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough (`kelola settings | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _django(words: list[str]) -> int:
    # Imported late: `kelola --help` and a wrong setting must not wait for Django or need it.
    import django  # noqa: PLC0415
    from django.core.management import (  # noqa: PLC0415
        CommandError,
        execute_from_command_line,
        load_command_class,
    )
    from django.db.utils import DatabaseError, OperationalError  # noqa: PLC0415

    if words[0] == "dev":
        execute_from_command_line(["kelola dev", *words[1:]])
        return 0
    try:
        django.setup()
    except OSError as error:
        sys.stderr.write(f"Folder data tidak dapat dipakai: {error}\n")
        return 1
    from kelola.config.schema import ensure_schema  # noqa: PLC0415 - needs the apps

    app = commands()[words[0]].parents[2].name
    command: BaseCommand = load_command_class(f"kelola.{app}", words[0])
    try:
        if getattr(command, "needs_database", True) and not {"--help", "-h"} & set(words):
            ensure_schema()
        return _perform(command, words)
    except OperationalError as error:
        sys.stderr.write(f"Database tidak dapat dihubungi: {error}\n")
        return 1
    except DatabaseError:
        from kelola.config.soundness import damage, damaged_words  # noqa: PLC0415

        if not damage():
            raise
        sys.stderr.write(f"{damaged_words()}\n")
        return 1
    except CommandError as refused:
        sys.stderr.write(f"{refused}\n")
        return refused.returncode


def _perform(command: BaseCommand, words: list[str]) -> int:
    """Parse and run a command as Django does, but let a refusal stand in its own words."""
    from django.core.management import CommandError, handle_default_options  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    # run_from_argv sets this too: a usage error then ends with 2 instead of an exception.
    setattr(command, "_called_from_command_line", True)  # noqa: B010
    parser = command.create_parser("kelola", words[0])
    options = parser.parse_args(words[1:])
    values = vars(options)
    arguments = values.pop("args", ())
    handle_default_options(options)
    try:
        command.execute(*arguments, **values)
    except CommandError as refused:
        sys.stderr.write(f"{refused}\n")
        return refused.returncode
    finally:
        connections.close_all()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
