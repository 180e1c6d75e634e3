"""``kelola doctor``: whether everything is here that the office relies on."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from kelola.config import programs, schema, soundness
from kelola.registry import checks


@dataclass(frozen=True, slots=True)
class Result:
    """A check's answer; no findings means all is well."""

    key: str
    title: str
    findings: list[str]


def examine() -> list[Result]:
    """Run every registered check. One that breaks is itself a finding."""
    results = []
    for key, check in checks.items():
        try:
            findings = [str(line) for line in check.run()]
        except Exception as error:  # noqa: BLE001 - a doctor reports what it meets and goes on
            findings = [_("This check broke: %(error)s") % {"error": error}]
        results.append(Result(key, str(check.title), findings))
    return results


class Command(BaseCommand):
    """Exit codes: 0 all is well, 1 there are findings. Missing programs of developers are notes."""

    help = _("Check the machine, the database and the history.")
    needs_database = False  # an old database is a finding here, not mended in passing
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the output format."""
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one line per check and per finding."""
        if schema.can_write() and not soundness.damage() and schema.is_new():
            schema.ensure_schema()
        results = examine()
        absent = [p for purpose in ("run", "test") for p in programs.missing(purpose)]
        if options["as_json"]:
            self._json(results, absent)
        else:
            self._words(results, absent)
        if any(r.findings for r in results):
            sys.exit(1)

    def _json(self, results: list[Result], absent: list[programs.Program]) -> None:
        shape = {
            "ok": not any(r.findings for r in results),
            "checks": [asdict(r) for r in results],
            "missing_programs": [{"name": p.name, "package": p.package} for p in absent],
        }
        self.stdout.write(json.dumps(shape, ensure_ascii=False))

    def _words(self, results: list[Result], absent: list[programs.Program]) -> None:
        for result in results:
            mark = _("FINDING") if result.findings else _("good")
            self.stdout.write(f"{mark:8} {result.title}")
            for finding in result.findings:
                self.stdout.write(f"         {finding}")
        for program in absent:
            self.stdout.write(f"{_('note'):8} {program.name}: tanpa ini {program.without}")
        if absent:
            self.stdout.write(f"         sudo {programs.apt_line(absent)}")
