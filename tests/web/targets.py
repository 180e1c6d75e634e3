"""What the matrix asks for: the objects behind each address and what a form posts to it.

An app that adds an address with arguments adds one line to ``ARGUMENTS``, and one to ``POSTED``
when an empty form would say nothing about permission.
"""

from __future__ import annotations

import dataclasses
import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from kelola.api import services as api
from kelola.api.rules import Scope
from kelola.evidence.services import store_file
from kelola.notify import services as notify
from kelola.notify.models import Delivery, News, Webhook
from kelola.office import services as office
from kelola.office.models import Absence, Appointment
from kelola.office.rules import AppointmentKind
from kelola.office.scope import office_scope
from kelola.office.services.saved_views import save_view
from kelola.sop import queries
from kelola.sop import services as sop
from kelola.sop.definition import loader
from kelola.sop.engine import PauseReason
from kelola.sop.models import HandOver, Origin, StandingDisposition, VersionState
from kelola.workcal import services as workcal
from kelola.workcal.models import DayKind
from tests.filling import fill
from tests.people import TOLD, Court, People, Someone, make_people
from tests.sample_files import png

if TYPE_CHECKING:
    from collections.abc import Callable

    from kelola.api.models import Token
    from kelola.evidence.models import Document
    from kelola.office.models import SavedView
    from kelola.sop.models import Run, SopVersion, Step
    from kelola.workcal.models import Closure, DeclaredDay, Season


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

    @cached_property
    def revised(self) -> SopVersion:
        """A draft that revises it."""
        old = queries.definition(self.version.definition_id)
        new = dataclasses.replace(old, procedures=old.procedures[:-1])
        row, _new = sop.load_definition(definition=new, **TOLD)
        with office_scope(self.court.office.pk):
            return sop.adopt_sop(
                definition=row,
                office=self.court.office,
                state=VersionState.DRAFT,
                effective_on=None,
                **TOLD,
            )

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
    def undone_step(self) -> Step:
        """A step that the operator did not carry out; the Kasubag is asked to confirm it."""
        step = self._first(self._open("B", "B"))
        with office_scope(self.court.office.pk):
            sop.leave_undone(
                step_id=step.pk,
                reason="Listrik padam",
                by=self.operator.person,
                at=timezone.now(),
            )
        return step

    @cached_property
    def settled_run(self) -> Run:
        """A run of the operator that somebody else closed: whether it is settled is asked."""
        run, key = self._open("B", "B"), self.court.office.pk
        with office_scope(key):
            rini = office.add_person(office=key, name="Rini", **TOLD)
            office.appoint(
                post=self.court.posts["operator_admin"],
                person=rini,
                decree_number="W1/9/KP/2026",
                decree_on=date(2026, 1, 2),
                valid_from=date(2026, 1, 2),
                **TOLD,
            )
            told: dict[str, Any] = {"by": rini, "at": timezone.now()}
            sop.leave_undone(step_id=run.steps.get().pk, reason="Tanpa formulir", **told)
            step = run.steps.get(activity="B2")
            fields = queries.procedure_of(run).activity("B2").form.fields
            sop.finish_step(
                step_id=step.pk,
                outcome="duplicate",
                data=fill(fields, lambda field: field.key),
                remarks="Sama dengan yang kemarin",
                revision=0,
                **told,
            )
        return run

    @cached_property
    def saved_view(self) -> SavedView:
        """A view of the list of runs that the operator keeps."""
        with office_scope(self.court.office.pk):
            return save_view(
                person=self.operator.person,
                page="sop.runs",
                name="Yang berjalan",
                query="keadaan=open",
                at=timezone.now(),
            )

    @cached_property
    def token(self) -> Token:
        """A key of the operator."""
        now = timezone.now()
        with office_scope(self.court.office.pk):
            row, _key = api.make_token(
                membership=self.operator.membership,
                name="Laporan harian",
                scopes=tuple(Scope),
                expires_at=now + timedelta(days=30),
                by=self.operator.id,
                at=now,
            )
        return row

    @cached_property
    def disposition(self) -> StandingDisposition:
        """A standing disposition of the office, given by nobody who could here."""
        sop_row = self.version.sop
        with office_scope(self.court.office.pk):
            return StandingDisposition.objects.create(
                office=self.court.office,
                sop=sop_row,
                strand="B",
                number="12/OT.01/X/2026",
                issued_on=date(2026, 10, 30),
                valid_from=date(2026, 11, 1),
                valid_until=date(2026, 12, 31),
                words="Dikerjakan langsung.",
                passes={"B5": "do"},
                wanted={"category": ["access"]},
                given_by=self.operator.person,
                given_at=timezone.now(),
            )

    @cached_property
    def webhook(self) -> Webhook:
        """A program that the office tells of what happens; its address leads nowhere."""
        now = timezone.now()
        with office_scope(self.court.office.pk):
            row, _secret = notify.add_webhook(
                office=self.court.office.pk,
                name="Portal",
                address="https://penerima.contoh.go.id/",
                topics=(),
                by=self.operator.id,
                at=now,
            )
            Webhook.objects.filter(pk=row.pk).update(address="http://127.0.0.1:9/")
        return row

    @cached_property
    def delivery(self) -> Delivery:
        """A delivery that was taken."""
        now = timezone.now()
        with office_scope(self.court.office.pk):
            return Delivery.objects.create(
                office=self.court.office, webhook=self.webhook, seq=1, verb="sop.run.opened",
                body="{}", state="sent", made_at=now, next_at=now, ended_at=now,
            )  # fmt: skip

    @cached_property
    def handover(self) -> HandOver:
        """A hand-over between two people of the office, as it was written down."""
        with office_scope(self.court.office.pk):
            return HandOver.objects.create(
                office=self.court.office,
                number="BA-ST/1/2026",
                giver=self.operator.person,
                receiver=self.operator.person,
                on=date(2026, 11, 2),
                decree_number="W1-A1/2/KP.04/XI/2026",
                decree_on=date(2026, 10, 30),
                posts=["Operator"],
                held=[["Langkah terbuka", [["B1", "Menerima permintaan"]]]],
                made_at=timezone.now(),
                made_by=self.operator.person,
            )

    @cached_property
    def news(self) -> News:
        """A piece of the operator's news."""
        with office_scope(self.court.office.pk):
            return News.objects.create(
                office=self.court.office,
                person=self.operator.person,
                notice="sop.turn",
                key="kunci",
                words={"activity": "Analisis", "number": "1/TI/XI/2026"},
                url="/meja-kerja/",
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

    @cached_property
    def closure(self) -> Closure:
        """A day on which the office is closed."""
        with office_scope(self.court.office.pk):
            return workcal.declare_closure(
                office=self.court.office.pk, on=date(2026, 11, 5), label="Banjir", **TOLD
            )

    @cached_property
    def declared_day(self) -> DeclaredDay:
        """A local day off."""
        with office_scope(self.court.office.pk):
            return workcal.declare_day(
                office=self.court.office.pk,
                on=date(2026, 11, 6),
                kind=DayKind.OFF,
                label="Libur daerah",
                **TOLD,
            )

    @cached_property
    def season(self) -> Season:
        """Hours of a Ramadan."""
        with office_scope(self.court.office.pk):
            return workcal.declare_season(
                office=self.court.office.pk,
                label="Ramadan 1448 H",
                starts_on=date(2027, 2, 8),
                ends_on=date(2027, 3, 9),
                weekdays={0: [(time(8), time(14))]},
                **TOLD,
            )

    @cached_property
    def appointment(self) -> Appointment:
        """What made the operator an operator."""
        with office_scope(self.court.office.pk):
            return Appointment.objects.filter(person=self.operator.person)[0]

    @cached_property
    def absence(self) -> Absence:
        """A leave of the operator in a year to come."""
        with office_scope(self.court.office.pk):
            return office.record_absence(
                person=self.operator.person,
                kind="leave",
                starts_on=date(2030, 1, 7),
                ends_on=date(2030, 1, 9),
                **TOLD,
            )

    @cached_property
    def order(self) -> Appointment:
        """Who is to act for the operator in a year to come, in a post that one person holds."""
        key = self.court.office.pk
        days: dict[str, Any] = {"decree_number": "W1-A99/5/KP/2030", "decree_on": date(2030, 1, 7)}
        with office_scope(key):
            post = office.add_post(office=key, key="bendahara", title="Bendahara", **TOLD)
            putri = office.add_person(office=key, name="Putri", **TOLD)
            days |= {"post": post, "valid_from": date(2030, 1, 7)}
            office.appoint(person=self.operator.person, **days, **TOLD)
            return office.appoint(
                person=putri,
                kind=AppointmentKind.PLH,
                valid_until=date(2030, 1, 9),
                **days,
                **TOLD,
            )


def _appointment(side: Side) -> dict[str, Any]:
    return {"appointment_id": side.appointment.pk}


def _person(side: Side) -> dict[str, Any]:
    return {"person_id": side.operator.person.pk}


def _post(side: Side) -> dict[str, Any]:
    return {"post_id": side.court.posts["operator"].pk}


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


def _sop(side: Side) -> dict[str, Any]:
    return {"sop_id": side.version.sop_id}


def _version(side: Side) -> dict[str, Any]:
    return {**_sop(side), "version_id": side.version.pk}


def _revised(side: Side) -> dict[str, Any]:
    return {**_sop(side), "version_id": side.revised.pk}


def _step(side: Side) -> dict[str, Any]:
    return {"step_id": side.step.pk}


def _webhook(side: Side) -> dict[str, Any]:
    return {"webhook_id": side.webhook.pk}


ARGUMENTS: dict[str, Callable[[Side], dict[str, Any]]] = {
    "api_file": lambda side: {"document_id": side.document.pk},
    "api_file_content": lambda side: {"document_id": side.document.pk},
    "api_person": _person,
    "api_post": _post,
    "api_run": lambda side: {"run_id": side.run.pk},
    "api_run_cancel": lambda side: {"run_id": side.run.pk},
    "api_run_files": lambda side: {"run_id": side.run.pk},
    "api_sop": lambda side: {"sop_id": side.version.sop_id},
    "api_step": _step,
    "api_step_claim": _step,
    "api_step_confirmation": lambda side: {"step_id": side.undone_step.pk},
    "api_step_draft": _step,
    "api_step_file_add": _step,
    "api_step_finish": _step,
    "api_step_leave_undone": _step,
    "api_step_order": _step,
    "api_step_pause": _step,
    "api_step_requirement": _step,
    "api_step_resume": _step,
    "api_strands": lambda side: {"sop_id": side.version.sop_id},
    "api_token_revoke": lambda side: {"token_id": side.token.pk},
    "handover_new": _person,
    "handover": lambda side: {"handover_id": side.handover.pk},
    "handover_paper": lambda side: {"handover_id": side.handover.pk},
    "standing": lambda side: {"sop_id": side.version.sop_id},
    "standing_give": lambda side: {"sop_id": side.version.sop_id},
    "standing_withdraw": lambda side: {"disposition_id": side.disposition.pk},
    "news_open": lambda side: {"news_id": side.news.pk},
    "webhook": _webhook,
    "webhook_renew": _webhook,
    "webhook_try": _webhook,
    "delivery_again": lambda side: {"delivery_id": side.delivery.pk},
    "absence_add": _person,
    "absence_end": lambda side: {"absence_id": side.absence.pk},
    "appoint": _post,
    "appointment_end": _appointment,
    "calendar_withdraw_closure": lambda side: {"row_id": side.closure.pk},
    "calendar_withdraw_day": lambda side: {"row_id": side.declared_day.pk},
    "calendar_withdraw_season": lambda side: {"row_id": side.season.pk},
    "decree_scan": _appointment,
    "document": lambda side: {"document_id": side.document.pk},
    "person": _person,
    "person_admin": _person,
    "person_close": _person,
    "person_edit": _person,
    "order_recall": lambda side: {"appointment_id": side.order.pk},
    "person_give": _person,
    "person_leave": _person,
    "person_open": _person,
    "person_reset": _person,
    "post": _post,
    "post_edit": _post,
    "run": lambda side: {"run_id": side.run.pk},
    "run_cancel": lambda side: {"run_id": side.run.pk},
    "month_close": lambda side: {"sop_id": side.version.sop_id},
    "run_answer": lambda side: {"run_id": side.settled_run.pk},
    "run_paper": lambda side: {"run_id": side.run.pk},
    "run_open": lambda side: {"sop_id": side.version.sop_id, "strand": "B"},
    "sample_check": _step,
    "saved_view_change": lambda side: {"view_id": side.saved_view.pk},
    "chart": lambda side: {**_sop(side), "procedure": "B"},
    "run_chart": lambda side: {"run_id": side.run.pk},
    "sop_form_paper": _version,
    "approval": _version,
    "approval_paper": _version,
    "evidence_pack": _sop,
    "monitoring": _sop,
    "monitoring_paper": _sop,
    "revision": _revised,
    "revision_paper": _revised,
    "sop": _sop,
    "sop_actors": _sop,
    "sop_role_assign": _sop,
    "sop_role_unassign": _sop,
    "sop_roles_ratify": _sop,
    "sop_version_change": _version,
    "sop_versions": _sop,
    "sop_export": lambda side: {**_sop(side), "kind": "bpmn"},
    "sop_blank": lambda side: {"sop_id": side.version.sop_id, "activity": "B1"},
    "start_office": lambda _side: {"secret": "a" * 43},
    "step": _step,
    "step_blank": _step,
    "step_claim": _step,
    "step_finish": _step,
    "step_order": _step,
    "step_together": _step,
    "step_quiet": _step,
    "step_output": _step,
    "step_paper": _step,
    "step_pause": _step,
    "step_requirement": lambda side: {"step_id": side.waiting_step.pk},
    "step_resume": lambda side: {"step_id": side.paused_step.pk},
    "step_undone": _step,
    "step_answer": lambda side: {"step_id": side.undone_step.pk},
}

POSTED: dict[str, dict[str, str]] = {
    "job_run": {"job": "jobs.follow"},
    "person_admin": {"admin": "1"},
    "run_cancel": {"reason": "Salah buka"},
    "run_answer": {"answer": "settled"},
    "evidence_pack": {"month": "2026-11"},
    "month_close": {"month": "2026-11"},
    "run_open": {"subject": "Printer macet"},
    "sample_check": {"state": "passed"},
    "saved_view_add": {"page": "sop.runs", "name": "Semua", "query": ""},
    "saved_view_change": {"act": "choose"},
    "sop_roles_ratify": {
        "role": "operator_admin",
        "decree_number": "W1-A99/7/OT.01.2/I/2026",
        "decree_on": "2026-01-05",
    },
    "sop_version_change": {
        "act": "enforce",
        "decree_number": "W1-A99/7/OT.01.2/I/2026",
        "effective_on": "2026-01-05",
    },
    "step_finish": {"revision": "0"},
    "step_pause": {"reason": "requester", "note": "Pemohon sidang"},
    "step_order": {
        "ordered_on": "2026-11-02",
        "ordered_time": "09.00",
        "outcome": "done",
        "words": "Kerjakan dulu, ruang sidang mati",
    },
    "step_undone": {"reason": "Listrik padam"},
    "step_answer": {"answer": "given"},
}
