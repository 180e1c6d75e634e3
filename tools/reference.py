"""The generated pages of docs/reference: settings, commands, verbs, jobs, followers, kinds, checks,
the lists of docs/security, and the description of the interface for programs.

python tools/reference.py write     write the pages
python tools/reference.py check     say which pages are not what they should be
python tools/reference.py json      everything as JSON
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import security_lists

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
NOTE = "<!-- Made by tools/reference.py from the code; `make docs` writes it again. -->"


def start() -> None:
    """Load the apps, in English, with a data folder of no importance unless one is given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kelola.config.settings")
    if "KELOLA_DATA_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="kelola-reference-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["KELOLA_DATA_DIR"] = folder
    import django  # noqa: PLC0415 - after the environment
    from django.utils import translation  # noqa: PLC0415

    django.setup()
    translation.activate("en")


def settings() -> list[dict[str, Any]]:
    """Return every setting."""
    from kelola.config.env import documented  # noqa: PLC0415

    return documented()


def verbs() -> list[dict[str, str]]:
    """Return every ledger verb with its sentence."""
    from kelola.ledger.verbs import verbs as store  # noqa: PLC0415

    return sorted(
        ({"key": key, "sentence": str(verb.sentence)} for key, verb in store.items()),
        key=lambda row: row["key"],
    )


def jobs() -> list[dict[str, str]]:
    """Return every scheduled job with its period and what it does."""
    from kelola.jobs.schedule import jobs as store  # noqa: PLC0415

    return [
        {"key": key, "every": str(job.every), "does": summary(job.run)}
        for key, job in sorted(store.items())
    ]


def followers() -> list[dict[str, str]]:
    """Return who follows which verbs of the ledger, and what it does then."""
    from kelola.ledger.followers import followers as store  # noqa: PLC0415

    return [
        {"key": key, "verbs": ", ".join(f"{p}*" for p in one.prefixes), "does": summary(one.hear)}
        for key, one in sorted(store.items())
    ]


def kinds() -> list[dict[str, str]]:
    """Return every installed activity kind."""
    from kelola.sop.kinds import kinds as store  # noqa: PLC0415

    return [{"key": key, "does": summary(type(kind))} for key, kind in sorted(store.items())]


def checks() -> list[dict[str, str]]:
    """Return every check of `kelola doctor`."""
    from kelola.registry import checks as store  # noqa: PLC0415

    return [{"key": key, "title": str(check.title)} for key, check in sorted(store.items())]


def commands() -> list[dict[str, Any]]:
    """Return every command with how it is used."""
    from django.core.management import BaseCommand, load_command_class  # noqa: PLC0415

    from kelola.__main__ import commands as files  # noqa: PLC0415

    ordinary = {a.dest for a in BaseCommand().create_parser("kelola", "any")._actions}  # noqa: SLF001 - argparse offers no other door
    rows = []
    for name, file in files().items():
        command = load_command_class(f"kelola.{file.parents[2].name}", name)
        parser = command.create_parser("kelola", name)
        rows.append(
            {"name": name, "help": str(command.help), "usage": usages(parser, name, ordinary)}
        )
    return rows


def usages(parser: argparse.ArgumentParser, name: str, ordinary: set[str]) -> list[str]:
    """Return one usage line for each subcommand, or the one of a command without any."""
    branches = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]  # noqa: SLF001
    if branches:
        return [
            line
            for sub in branches[0].choices
            for line in usages(branches[0].choices[sub], f"{name} {sub}", ordinary)
        ]
    plain = argparse.ArgumentParser(prog=f"kelola {name}", add_help=False)
    for action in parser._actions:  # noqa: SLF001
        if action.dest not in ordinary:
            plain._add_action(action)  # noqa: SLF001
    formatter = argparse.HelpFormatter(plain.prog, width=10_000)
    formatter.add_usage(None, plain._actions, parser._mutually_exclusive_groups, "")  # noqa: SLF001
    return [formatter.format_help().strip()]


def interface() -> dict[str, Any]:
    """Return the description of the interface for programs."""
    from kelola.api.api import api  # noqa: PLC0415

    return api.get_openapi_schema()


def summary(documented: object) -> str:
    """Return the first line of something's docstring."""
    return (documented.__doc__ or "").strip().split("\n")[0]


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"

    return "\n".join([line(head), line(["---"] * len(head)), *map(line, rows)])


def pages() -> dict[str, str]:
    """Return the text of every generated page by its file name."""
    shown = [[f"`{r['name']}`", r["type"], f"`{r['default']}`", r["meaning"]] for r in settings()]
    used = [f"## kelola {r['name']}\n\n{r['help']}\n\n" + "\n".join(
        f"    {line}" for line in r["usage"]) for r in commands()]  # fmt: skip
    texts = {
        "settings.md": "# Settings\n\nRead from the environment; `kelola settings` shows the values"
        " in force.\n\n" + table(["Name", "Type", "Default", "Meaning"], shown),
        "commands.md": "# Commands\n\nExit codes: 0 good, 1 a finding, 2 wrong use.\n\n"
        + "\n\n".join(used),
        "verbs.md": "# Ledger verbs\n\nWhat an entry of the history can say.\n\n"
        + table(["Verb", "Sentence"], [[f"`{r['key']}`", r["sentence"]] for r in verbs()]),
        "jobs.md": "# Scheduled jobs\n\nEach runs once in every period, counted from the year 2000"
        " UTC.\n\n" + table(
            ["Job", "Every", "Does"],
            [[f"`{r['key']}`", r["every"], r["does"]] for r in jobs()],
        ),
        "followers.md": "# Followers of the ledger\n\nEach hears, once a minute, the new entries"
        " with these verbs.\n\n" + table(
            ["Follower", "Verbs", "Does"],
            [[f"`{r['key']}`", f"`{r['verbs']}`", r["does"]] for r in followers()],
        ),
        "kinds.md": "# Activity kinds\n\nA kind that is not here runs as `sop.generic`.\n\n"
        + table(["Kind", "Does"], [[f"`{r['key']}`", r["does"]] for r in kinds()]),
        "checks.md": "# Checks of `kelola doctor`\n\n"
        + table(["Check", "Title"], [[f"`{r['key']}`", r["title"]] for r in checks()]),
    }  # fmt: skip
    described = json.dumps(interface(), indent=1, ensure_ascii=False)
    texts |= {"abuse-cases.md": security_lists.abuse_page(), "asvs.md": security_lists.asvs_page()}
    made = {name: f"{NOTE}\n\n{text}\n" for name, text in texts.items()}
    return {**made, "openapi.json": f"{described}\n"}


def differing() -> list[str]:
    """Return the pages that are not what the code says."""
    return [
        name
        for name, text in pages().items()
        if not (PAGES / name).exists() or (PAGES / name).read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Run one of the commands; return the exit code."""
    if arguments not in (["write"], ["check"], ["json"]):
        print(__doc__)
        return 2
    start()
    if arguments == ["json"]:
        parts = (settings, commands, verbs, jobs, followers, kinds, checks)
        print(json.dumps({part.__name__: part() for part in parts}))
        return 0
    stale = differing()
    if arguments == ["check"]:
        print("\n".join(stale))
        return 1 if stale else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    texts = pages()
    for name in stale:
        (PAGES / name).write_text(texts[name], encoding="utf-8")
    print(f"{len(stale)} pages written")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
