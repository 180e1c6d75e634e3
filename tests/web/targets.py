"""What the matrix asks for: the objects behind each address and what a form posts to it.

An app that adds an address with arguments adds one line to ``ARGUMENTS``, and one to ``POSTED``
when an empty form would say nothing about permission.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from kelola.evidence.services import store_file
from kelola.office.scope import office_scope
from kelola.sop import services as sop
from kelola.sop.definition import loader
from kelola.sop.engine import PauseReason
from kelola.sop.models import Origin, VersionState
from tests.people import TOLD, Court, People, Someone, make_people
from tests.sample_files import png

if TYPE_CHECKING:
    from collections.abc import Callable

    from kelola.evidence.models import Document
    from kelola.sop.models import Run, SopVersion, Step


@dataclass
class Side:
    """The objects of one office, made when they are first asked for."""

    court: Court
    operator: Someone

    @cached_property
    def version(self) -> SopVersion:
        """SOP/AS/29, every role performed by the post of its name."""
        definition = loader.load(loader.library_path("SOP/AS/29"))
        row, _new = sop.load_definition(definition=definition, **TOLD)
        with office_scope(self.court.office.pk):
            version = sop.adopt_sop(
                definition=row,
                office=self.court.office,
                state=VersionState.TRIAL,
                effective_on=None,
                **TOLD,
            )
            for key in {r.key for p in definition.procedures for r in p.roles}:
                sop.assign_role(sop=version.sop, role=key, post=self.court.posts[key], **TOLD)
        return version

    def _open(self, procedure: str, strand: str) -> Run:
        version = self.version
        with office_scope(self.court.office.pk):
            return sop.open_run(
                version=version,
                procedure=procedure,
                strand=strand,
                subject="Komputer ruang sidang mati",
                slot=None,
                origin=Origin.REQUEST,
                by=self.operator.person,
                at=timezone.now(),
            )

    def _first(self, run: Run) -> Step:
        with office_scope(self.court.office.pk):
            return run.steps.get()

    @cached_property
    def run(self) -> Run:
        """A service request (B), opened by the operator; its first step is the operator's."""
        return self._open("B", "B")

    @cached_property
    def step(self) -> Step:
        """Its first step."""
        return self._first(self.run)

    @cached_property
    def waiting_step(self) -> Step:
        """A step of the operator that waits for its requirement (D2, a release to test)."""
        return self._first(self._open("D", "D2-D6"))

    @cached_property
    def paused_step(self) -> Step:
        """A step of the operator whose clock stands still."""
        step = self._first(self._open("B", "B"))
        with office_scope(self.court.office.pk):
            return sop.pause_clock(
                step_id=step.pk,
                reason=PauseReason.REQUESTER,
                until=None,
                note="Pemohon sidang",
                by=self.operator.person,
                at=timezone.now(),
            )

    @cached_property
    def document(self) -> Document:
        """A picture that the operator added to the run."""
        run = self.run
        with office_scope(self.court.office.pk):
            return store_file(
                office=self.court.office.pk,
                stream=io.BytesIO(png()),
                name="foto.png",
                subject=f"sop.run:{run.pk}",
                by=self.operator.id,
                at=datetime(2026, 1, 5, tzinfo=UTC),
            )


@dataclass
class Scene:
    """Both offices: ``own`` is the one of the matrix's people, ``foreign`` is Eko's."""

    people: People = field(default_factory=make_people)

    @cached_property
    def sides(self) -> dict[str, Side]:
        """The two sides by the matrix's word."""
        everybody = self.people
        return {
            "own": Side(everybody.court, everybody.andi),
            "foreign": Side(everybody.other, everybody.eko),
        }


def _step(side: Side) -> dict[str, Any]:
    return {"step_id": side.step.pk}


ARGUMENTS: dict[str, Callable[[Side], dict[str, Any]]] = {
    "document": lambda side: {"document_id": side.document.pk},
    "run": lambda side: {"run_id": side.run.pk},
    "run_cancel": lambda side: {"run_id": side.run.pk},
    "run_paper": lambda side: {"run_id": side.run.pk},
    "run_open": lambda side: {"sop_id": side.version.sop_id, "strand": "B"},
    "sop": lambda side: {"sop_id": side.version.sop_id},
    "sop_blank": lambda side: {"sop_id": side.version.sop_id, "activity": "B1"},
    "step": _step,
    "step_blank": _step,
    "step_claim": _step,
    "step_finish": _step,
    "step_output": _step,
    "step_paper": _step,
    "step_pause": _step,
    "step_requirement": lambda side: {"step_id": side.waiting_step.pk},
    "step_resume": lambda side: {"step_id": side.paused_step.pk},
}

POSTED: dict[str, dict[str, str]] = {
    "run_cancel": {"reason": "Salah buka"},
    "run_open": {"subject": "Printer macet"},
    "step_finish": {"revision": "0"},
    "step_pause": {"reason": "requester", "note": "Pemohon sidang"},
}
