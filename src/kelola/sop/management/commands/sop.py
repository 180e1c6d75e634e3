"""``kelola sop``: load SOP files, check them, show what they say, print the schema."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kelola.office.queries import offices, post_with_key
from kelola.office.scope import office_scope
from kelola.reports.rules.content import Size
from kelola.sop import exchange, kinds, queries, services
from kelola.sop.definition import loader
from kelola.sop.definition.schema import SCHEMA_PATH
from kelola.sop.exchange import typed
from kelola.sop.form.paper import printed_form
from kelola.sop.models import SopVersion, VersionState
from kelola.ui.sheets import Unreadable, read_table

if TYPE_CHECKING:
    from kelola.office.models import Office
    from kelola.sop.definition.shape import Activity, Procedure, SopDefinition, Strand, Words

FINDING, WRONG_USE = 1, 2


class Command(BaseCommand):
    """Exit codes: 0 good, 1 the file has errors, 2 wrong use."""

    help = _("Load SOP files, check them, show what they say.")
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        actions = parser.add_subparsers(dest="action", required=True)
        load = actions.add_parser("load", help=_("load a file, or a number of the library"))
        load.add_argument("sop", help=_("file or number"))
        load.add_argument("--office", help=_("id of the office that puts it into use"))
        check = actions.add_parser("check", help=_("check a file and change nothing"))
        check.add_argument("sop", help=_("file or number"))
        show = actions.add_parser("show", help=_("show a loaded SOP"))
        show.add_argument("number", nargs="?", help=_("number, if more than one is loaded"))
        show.add_argument("--json", action="store_true", dest="as_json")
        out = actions.add_parser("export", help=_("write an SOP in a format of others"))
        out.add_argument("sop", help=_("file or number"))
        out.add_argument("--format", choices=sorted(exchange.FORMATS), required=True)
        out.add_argument("--out", help=_("the file to write; without it, to the screen"))
        paper = actions.add_parser("print", help=_("print the official form as PDF"))
        paper.add_argument("sop", help=_("number"))
        paper.add_argument("--out", required=True, help=_("the file to write"))
        paper.add_argument("--paper", choices=[size.value for size in Size], default=Size.A4.value)
        paper.add_argument("--verbatim", action="store_true", help=_("with the source's spelling"))
        paper.add_argument("--office", help=_("id of the office, if there is more than one"))
        table = actions.add_parser("import", help=_("take an SOP from YAML or a typed table"))
        table.add_argument("file", help=_("YAML, CSV or XLSX"))
        table.add_argument("--office", help=_("id of the office that gets it as a draft"))
        table.add_argument("--number", default="", help=_("number of the SOP, for a table"))
        table.add_argument("--title", default="", help=_("title of the SOP, for a table"))
        table.add_argument("--preview", action="store_true", help=_("change nothing"))
        actions.add_parser("list", help=_("list the library and what is loaded"))
        actions.add_parser("schema", help=_("print the JSON Schema of SOP files"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run one subcommand."""
        action = options["action"]
        if action == "load":
            self._load(options["sop"], options["office"])
        elif action == "check":
            self._check(self._read(options["sop"]))
        elif action == "show":
            self._show(options["number"], as_json=options["as_json"])
        elif action == "import":
            self._import(options)
        elif action == "export":
            self._export(options["sop"], options["format"], options["out"])
        elif action == "print":
            self._print(options)
        elif action == "list":
            self._list()
        else:
            self.stdout.write(SCHEMA_PATH.read_text(encoding="utf-8"))

    def _read(self, name: str) -> SopDefinition:
        path = Path(name)
        if not path.is_file():
            try:
                path = loader.library_path(name)
            except LookupError:
                known = ", ".join(e.number for e in loader.library())
                raise CommandError(
                    _("%(name)s is neither a file nor a number of the library (%(known)s).")
                    % {"name": name, "known": known},
                    returncode=WRONG_USE,
                ) from None
        try:
            return loader.load(path)
        except loader.InvalidSop as invalid:
            language = translation.get_language() or "id"
            lines = [p.text(language) for p in invalid.errors]
            self.stderr.write("\n".join(lines))
            self.stderr.write(_("Nothing was loaded."))
            sys.exit(FINDING)

    def _load(self, name: str, office_id: str | None) -> None:
        definition = self._read(name)
        now = timezone.now()
        row, created = services.load_definition(definition=definition, by="system", at=now)
        words = {"number": row.number, "hash": row.hash[:12]}
        self.stdout.write(
            _("Loaded %(number)s (%(hash)s).") % words
            if created
            else _("%(number)s (%(hash)s) is loaded already; nothing changed.") % words
        )
        office = self._office(office_id) if office_id else None
        if office is not None:
            with office_scope(office.id):
                version = services.adopt_sop(
                    definition=row,
                    office=office,
                    state=VersionState.TRIAL,
                    effective_on=None,
                    by="system",
                    at=now,
                )
                self._assign(version, definition)
            self.stdout.write(
                _("In use at %(office)s: %(state)s.")
                % {"office": office.name, "state": version.get_state_display()}
            )

    def _assign(self, version: SopVersion, definition: SopDefinition) -> None:
        """Let each role be performed by the post of the same key, where the office has one."""
        for key in sorted({r.key for p in definition.procedures for r in p.roles}):
            post = post_with_key(key)
            if post is None:
                self.stdout.write(_("No post performs the role %(role)s yet.") % {"role": key})
            else:
                services.assign_role(
                    sop=version.sop, role=key, post=post, by="system", at=timezone.now()
                )

    def _office(self, text: str) -> Office:
        found = next((o for o in offices() if str(o.id) == text), None)
        if found is None:
            raise CommandError(
                _("There is no office %(id)s; see `kelola office list`.") % {"id": text},
                returncode=WRONG_USE,
            )
        return found

    def _check(self, definition: SopDefinition) -> None:
        activities = [a for p in definition.procedures for a in p.activities]
        self.stdout.write(
            _("%(number)s is sound: %(procedures)s procedures, %(activities)s activities.")
            % {
                "number": definition.identity.number,
                "procedures": len(definition.procedures),
                "activities": len(activities),
            }
        )
        generic = [a.key for a in activities if kinds.resolve(a.kind) != a.kind]
        if generic:
            self.stdout.write(
                _("These run with the general form until their own part is installed: %(keys)s")
                % {"keys": ", ".join(generic)}
            )

    def _show(self, number: str | None, *, as_json: bool) -> None:
        loaded = queries.loaded_definitions()
        numbers = sorted({d.number for d in loaded})
        wanted = [d for d in loaded if number is None or d.number == number]
        if not wanted or len({d.number for d in wanted}) > 1:
            raise CommandError(
                _("Name the SOP to show. Loaded: %(numbers)s")
                % {"numbers": ", ".join(numbers) or "–"},
                returncode=WRONG_USE,
            )
        definition = queries.definition(wanted[-1].hash)
        if as_json:
            shape = {"hash": wanted[-1].hash, **_sop_json(definition)}
            self.stdout.write(json.dumps(shape, ensure_ascii=False))
            return
        for procedure in definition.procedures:
            self.stdout.write(f"{procedure.code}  {procedure.title.id}")
            for activity in procedure.activities:
                role = procedure.role(activity.actor).title.id
                self.stdout.write(f"  {activity.key:<4} {activity.title.id} [{role}]")

    def _export(self, name: str, kind: str, out: str | None) -> None:
        made = exchange.export(self._loaded(name) or self._read(name), kind)
        if out is None:
            self.stdout.write(made.decode())
            return
        self._write(out, made)

    def _print(self, options: dict[str, Any]) -> None:
        """Print the version that counts in an office; one in force is sealed and kept."""
        office = self._the_office(options["office"])
        with office_scope(office.id):
            wanted = options["sop"].casefold()
            rows = queries.latest_versions()
            version = next((v for v in rows if v.sop.number.casefold() == wanted), None)
            if version is None:
                known = ", ".join(v.sop.number for v in rows) or "–"
                words = _("%(office)s has no SOP %(number)s. It has: %(known)s.")
                told = {"office": office.name, "number": options["sop"], "known": known}
                raise CommandError(words % told, returncode=WRONG_USE)
            size, now = Size(options["paper"]), timezone.now()
            made = printed_form(
                office, version, size=size, verbatim=options["verbatim"], by="system", at=now
            )
        self._write(options["out"], made)

    def _the_office(self, text: str | None) -> Office:
        found = offices()
        if text:
            return self._office(text)
        if len(found) != 1:
            raise CommandError(
                _("Name the office with --office; see `kelola office list`."), returncode=WRONG_USE
            )
        return found[0]

    def _write(self, out: str, made: bytes) -> None:
        try:
            Path(out).write_bytes(made)
        except OSError as error:
            words = _("%(file)s can't be written: %(reason)s. Choose another place with --out.")
            reason = error.strerror or type(error).__name__
            raise CommandError(
                words % {"file": out, "reason": reason}, returncode=WRONG_USE
            ) from None
        self.stdout.write(_("Written: %(file)s (%(size)d KB).")
                          % {"file": out, "size": -(-len(made) // 1024)})  # fmt: skip

    def _import(self, options: dict[str, Any]) -> None:
        office = self._office(options["office"]) if options["office"] else None
        if office is None and not options["preview"]:
            raise CommandError(
                _("Say with --office which office gets the draft, or look with --preview."),
                returncode=WRONG_USE,
            )
        definition = self._definition_in(Path(options["file"]), office, options)
        for procedure in definition.procedures:
            self.stdout.write(f"{procedure.code}  {procedure.title.id}")
            for a in procedure.activities:
                role = procedure.role(a.actor).title.id
                ways = ", ".join(f"{o.label.id} → {o.to}" for o in a.outcomes)
                self.stdout.write(f"  {a.key:<4} {a.title.id} [{role}] {a.time} ({ways})")
        if options["preview"] or office is None:
            self.stdout.write(_("Nothing was changed."))
            return
        with office_scope(office.id):
            version, _new = services.take_draft(
                definition=definition, office=office, by="system", at=timezone.now()
            )
        self.stdout.write(
            _("In use at %(office)s: %(state)s.")
            % {"office": office.name, "state": version.get_state_display()}
        )

    def _definition_in(
        self, path: Path, office: Office | None, options: dict[str, Any]
    ) -> SopDefinition:
        if not path.is_file():
            raise CommandError(_("There is no file %(file)s.") % {"file": path}, returncode=2)
        if path.suffix.casefold() in (".yaml", ".yml"):
            return self._read(str(path))
        if not (options["number"] and options["title"]):
            raise CommandError(
                _("A table does not say which SOP it is: add --number and --title."), returncode=2
            )
        known = {r.key: r.title.id for r in queries.known_roles()}
        try:
            with path.open("rb") as stream:
                table = read_table(stream, typed.LIMITS)
        except Unreadable as refused:
            raise CommandError(str(refused), returncode=FINDING) from None
        name = office.name if office else _("Office")
        today = timezone.localdate().isoformat()
        face = typed.Face(options["number"], options["title"], name, today)
        found = typed.read(table, face, known)
        if found.definition is None:
            row = _("Row %(row)d: %(fault)s")
            for fault in found.faults:
                self.stderr.write(row % {"row": fault.row, "fault": fault.message})
            self.stderr.write(_("Nothing was loaded."))
            sys.exit(FINDING)
        self.stdout.write("\n".join(found.assumed))
        return found.definition

    def _loaded(self, name: str) -> SopDefinition | None:
        """Return the newest loaded SOP of a number: an office may have one the library has not."""
        rows = [d for d in queries.loaded_definitions() if d.number.casefold() == name.casefold()]
        return queries.definition(rows[-1].hash) if rows else None

    def _list(self) -> None:
        for entry in loader.library():
            self.stdout.write(f"{entry.number}  {entry.path.name}")
        for row in queries.loaded_definitions():
            words = {"number": row.number, "hash": row.hash[:12]}
            self.stdout.write(_("Loaded %(number)s (%(hash)s).") % words)


def _words_json(words: Words) -> dict[str, str]:
    return {"verbatim": words.verbatim, "id": words.id, "en": words.en}


def _sop_json(definition: SopDefinition) -> dict[str, Any]:
    identity = definition.identity
    return {
        "number": identity.number,
        "title": _words_json(identity.title),
        "procedures": [_procedure_json(p) for p in definition.procedures],
    }


def _procedure_json(procedure: Procedure) -> dict[str, Any]:
    return {
        "code": procedure.code,
        "title": _words_json(procedure.title),
        "roles": [{"key": r.key, "title": _words_json(r.title)} for r in procedure.roles],
        "strands": [_strand_json(s) for s in procedure.strands],
        "activities": [_activity_json(a) for a in procedure.activities],
    }


def _strand_json(strand: Strand) -> dict[str, Any]:
    return {
        "key": strand.key,
        "title": _words_json(strand.title),
        "first": strand.first,
        "activities": list(strand.activities),
        "opens": [o.value for o in strand.opens],
        "rule": strand.rule,
        "due_with_slot": list(strand.due_with_slot),
        "verbs": list(strand.verbs),
    }


def _activity_json(activity: Activity) -> dict[str, Any]:
    return {
        "key": activity.key,
        "order": activity.order,
        "verbatim": activity.title.verbatim,
        "title": _words_json(activity.title),
        "requirement": _words_json(activity.requirement),
        "time": {**_words_json(activity.time_words), "standard": activity.time},
        "output": _words_json(activity.output),
        "actor": activity.actor,
        "actor_assumed": activity.actor_assumed,
        "kind": activity.kind,
        "runs_as": kinds.resolve(activity.kind),
        "not_same_person_as": list(activity.not_same_person_as),
        "form": activity.form.number,
        "outcomes": [
            {
                "code": o.code,
                "label": _words_json(o.label),
                "to": o.to,
                "is_return": o.is_return,
            }
            for o in activity.outcomes
        ],
    }
