"""Runs of the library's SOP, carried by the real services."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from kelola.evidence.services import store_file
from kelola.office.scope import office_scope
from kelola.sop import queries, services
from kelola.sop.definition import loader
from kelola.sop.models import Origin, Run, SopVersion, Step, VersionState
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of
from tests.filling import fill
from tests.people import POSTS, Court, People, Someone

if TYPE_CHECKING:
    from kelola.sop.definition.shape import FormField, Procedure, SopDefinition

# Monday 09.00 WIB, a plain working day.
MONDAY = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def png(width: int = 8, height: int = 8, shade: int = 90) -> bytes:
    """Return a small real picture."""
    row = b"\x00" + bytes([shade, 120, 90]) * width
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))]
    parts += [(b"IDAT", zlib.compress(row * height)), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@cache
def library_sop() -> SopDefinition:
    """Return the library's SOP, read once."""
    return loader.load(loader.library_path("SOP/AS/29"))


def adopt(court: Court, at: datetime = MONDAY - timedelta(days=300)) -> SopVersion:
    """Put SOP/AS/29 into force in an office, its roles held by the posts of that key."""
    definition = library_sop()
    row, _new = services.load_definition(definition=definition, by="system", at=at)
    with office_scope(court.office.pk):
        version = services.adopt_sop(
            definition=row,
            office=court.office,
            state=VersionState.IN_FORCE,
            effective_on=date(2018, 7, 16),
            by="system",
            at=at,
        )
        roles = {r.key for p in definition.procedures for r in p.roles}
        for role in sorted(roles & POSTS.keys()):
            services.assign_role(
                sop=version.sop, role=role, post=court.posts[role], by="system", at=at
            )
    return version


@dataclass(slots=True)
class Desk:
    """The people with their SOP, and the acts of a run on a clock that tests move."""

    people: People
    version: SopVersion
    now: datetime = MONDAY

    def who(self, role: str) -> Someone:
        """Return the one person who holds a role."""
        by_role = {
            "operator_admin": self.people.andi,
            "operator": self.people.andi,
            "kasubag_ptip": self.people.budi,
            "sekretaris": self.people.cut,
            "ketua": self.people.dewi,
            "penanggung_jawab": self.people.dewi,
            "redaktur": self.people.gita,
            "ketua_dewan_redaktur": self.people.hadi,
            "admin_web": self.people.intan,
        }
        return by_role[role]

    def procedure(self, strand: str) -> Procedure:
        """Return the procedure that has a strand."""
        for procedure in queries.definition(self.version.definition_id).procedures:
            if any(s.key == strand for s in procedure.strands):
                return procedure
        raise KeyError(strand)

    def slot(self, strand: str) -> workcal.Slot | None:
        """Return the slot that runs now, or None for strands without a schedule."""
        rule = self.procedure(strand).strand(strand).rule
        if not rule:
            return None
        calendar = calendar_of(self.people.office.pk)
        today = workcal.local(calendar, self.now).date()
        found = workcal.slot_on(calendar, rule, today)
        return found or workcal.slots(calendar, rule, today.year)[0]

    def open(self, strand: str, subject: str = "Printer PTSP macet", **more: Any) -> Run:
        """Open a run as the actor of its first activity."""
        procedure = self.procedure(strand)
        part = procedure.strand(strand)
        slot = self.slot(strand) if "on_request" not in part.opens else None
        values: dict[str, Any] = {
            "version": self.version,
            "procedure": procedure.code,
            "strand": strand,
            "subject": subject,
            "slot": slot,
            "origin": Origin.SCHEDULE if slot else Origin.REQUEST,
            "by": self.who(procedure.activity(part.first).actor).person,
            "at": self.now,
        }
        return services.open_run(**{**values, **more})

    def step(self, run: Run, activity: str) -> Step:
        """Return the newest attempt at an activity."""
        return Step.objects.filter(run=run, activity=activity).order_by("-attempt")[0]

    def form(self, run: Run, activity: str, *, required_only: bool = False) -> dict[str, Any]:
        """Return data that completes the form of an activity, with real files."""

        def add_file(field: FormField) -> str:
            document = store_file(
                office=run.office_id,
                stream=io.BytesIO(png()),
                name=f"{field.key}.png",
                subject=f"sop.run:{run.id}",
                by=self.people.andi.id,
                at=self.now,
            )
            return str(document.id)

        fields = self.procedure(run.strand).activity(activity).form.fields
        days = [run.slot_due_on] if run.slot_due_on else [self.now.date()]
        return fill(fields, add_file, days, required_only=required_only)

    def finish(self, run: Run, activity: str, outcome: str = "", **more: Any) -> Run:
        """Finish an activity as its actor, with a complete form, by its first outcome."""
        self.now += MINUTE
        step = self.step(run, activity)
        definition = self.procedure(run.strand).activity(activity)
        chosen = outcome or next(o.code for o in definition.outcomes if not o.is_return)
        if step.state == "waiting":
            services.meet_requirement(
                step_id=step.id, since=self.now, by=self.who(step.role).person, at=self.now
            )
        values: dict[str, Any] = {
            "step_id": step.id,
            "outcome": chosen,
            "data": self.form(run, activity),
            "remarks": "Sudah diperiksa",
            "revision": step.revision,
            "by": self.who(step.role).person,
            "at": self.now,
        }
        return services.finish_step(**{**values, **more})

    def walk(self, run: Run) -> Run:
        """Finish every step in order until the run is closed."""
        while True:
            open_step = Step.objects.filter(
                run=run, state__in=("waiting", "ready", "started", "paused")
            ).first()
            if open_step is None:
                return Run.objects.get(id=run.id)
            self.finish(run, open_step.activity)
