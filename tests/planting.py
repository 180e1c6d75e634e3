"""Words of a test's own in every text that an office keeps, put there by the real services.

``plant`` asks ``word(longest)`` for each text: for a canary that nobody else may see, or for markup
that must stay text. ``untouched`` then names the columns that no word reached, so that a new one is
either planted here or listed with the reason why nobody writes into it.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from django.apps import apps
from django.db import models
from django.http import HttpResponse
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from kelola.api import services as api
from kelola.api.rules import Scope
from kelola.evidence.services import appoint_by_decree, read_waiting_texts, store_file
from kelola.notify import services as notify
from kelola.notify.models import News
from kelola.notify.rules import Wishes
from kelola.office import services as office
from kelola.office.models import Appointment
from kelola.office.scope import office_scope, unscoped
from kelola.office.services.saved_views import save_view
from kelola.reports.services import issue_paper
from kelola.sop import papers, queries, services
from kelola.sop.definition import loader, source
from kelola.sop.models import HandOver, Origin, Run, SopVersion, VersionState
from kelola.workcal import services as workcal
from kelola.workcal.models import DayKind
from tests.filling import fill
from tests.people import PASSWORD, POSTS, Court, Someone
from tests.sample_files import pdf, png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kelola.evidence.models import Document
    from kelola.office.models import Person, User
    from kelola.sop.definition.shape import FormField, SopDefinition

# What no person writes, each with its reason.
UNWRITTEN = {
    "office.Office.zone": "a zone of the IANA database",
    "office.User.login": "letters, digits and ._-@ alone",
    "office.User.password": "a digest",
    "office.User.email": "an address of mail, which no screen asks for or shows",
    "office.SessionRow.session_data": "signed by us",
    "office.SessionRow.session_key": "a digest",
    "office.SessionRow.address": "an address of the network",
    "office.SessionRow.entry": "our words",
    "office.Pin.digest": "a digest",
    "office.SetupLink.digest": "a digest",
    "office.Person.nip": "18 digits",
    "office.Post.key": "small letters and digits",
    "office.Appointment.kind": "our words",
    "office.Absence.kind": "our words",
    "office.SharedDevice.secret_digest": "a digest",
    "office.SecondFactorReset.state": "our words",
    "office.Counter.register": "our words",
    "office.SavedView.page": "a key of the registry",
    "workcal.HoursVersion.weekdays": "times",
    "workcal.Season.weekdays": "times",
    "workcal.ZoneVersion.zone": "a zone of the IANA database",
    "workcal.DeclaredDay.kind": "our words",
    "workcal.YearConfirmation.days": "the national days, our words",
    "workcal.YearConfirmation.confirmed_by": "an id",
    "evidence.StoredFile.sha256": "a digest",
    "evidence.StoredFile.media_type": "our words",
    "evidence.StoredFile.text_state": "our words",
    "evidence.StoredFile.condition": "our words",
    "evidence.Document.subject": "an id",
    "evidence.Document.added_by": "an id",
    "evidence.SealKey.key_id": "a digest",
    "evidence.SealKey.public": "a key",
    "evidence.IssuedPaper.kind": "a key of the registry",
    "evidence.IssuedPaper.number": "counted by us",
    "evidence.IssuedPaper.digest": "a digest",
    "evidence.IssuedPaper.seal": "signed by us",
    "evidence.IssuedPaper.sha256": "a digest",
    "evidence.IssuedPaper.fonts": "a digest",
    "evidence.IssuedPaper.issued_by": "an id",
    "jobs.JobSlot.job": "a key of the registry",
    "jobs.JobSlot.state": "our words",
    "jobs.JobSlot.error": "the kind of an error and its place, never its words",
    "notify.News.notice": "a key of the registry",
    "notify.News.key": "ids",
    "notify.News.url": "an address of ours",
    "notify.Message.channel": "a key of the registry",
    "notify.Message.state": "our words",
    "notify.Preference.pace": "our words",
    "notify.Address.channel": "a key of the registry",
    "notify.Address.refused": "our words",
    "notify.Message.error": "our words",
    "notify.Webhook.address": "an address of the network, printable ASCII",
    "notify.Webhook.topics": "names of our apps",
    "notify.Webhook.sealed": "sealed by us",
    "notify.Delivery.verb": "a key of the registry",
    "notify.Delivery.body": "ids and digests",
    "notify.Delivery.state": "our words",
    "notify.Delivery.error": "our words",
    "ledger.Entry.*": "ids and digests alone: see test_the_history_holds_no_word",
    "ledger.Head.*": "ids and digests",
    "ledger.Cursor.*": "ids",
    "ledger.ChainCheck.*": "ids and digests",
    "search.Item.kind": "a key of the registry",
    "sop.Definition.hash": "a digest",
    "sop.Sop.number": "letters, digits and /.- alone",
    "sop.Definition.number": "letters, digits and /.- alone",
    "sop.SopVersion.state": "our words",
    "sop.RoleHolder.role": "a key of the SOP",
    "sop.RatifiedRole.role": "a key of the SOP",
    "sop.HandOver.number": "counted by us",
    "sop.Feed.digest": "a digest",
    "sop.StandingDisposition.strand": "a key of the SOP",
    "sop.StandingDisposition.passes": "keys of the SOP",
    "sop.StandingDisposition.wanted": "keys of the SOP",
    "sop.Run.procedure": "a key of the SOP",
    "sop.Run.strand": "a key of the SOP",
    "sop.Run.number": "counted by us",
    "sop.Run.origin": "our words",
    "sop.Run.slot_key": "counted by us",
    "sop.Run.state": "our words",
    "sop.Step.activity": "a key of the SOP",
    "sop.Step.role": "a key of the SOP",
    "sop.Step.kind": "a key of the registry",
    "sop.Step.state": "our words",
    "sop.Step.acting_for": "an id",
    "sop.Step.outcome": "a key of the SOP",
    "sop.StepPause.reason": "our words",
    "sop.Answer.state": "our words",
    "sop.Confirmation.kind": "our words",
    "sop.Confirmation.role": "a key of the SOP",
    "sop.Confirmation.state": "our words",
    "sop.SampleCheck.state": "our words",
    "api.Token.digest": "a digest",
    "api.Token.scopes": "our words",
    "api.KeptAnswer.fingerprint": "a digest",
}
TEXTS = (models.CharField, models.TextField, models.JSONField)
WRITTEN_IN_SOP = {"id", "en", "verbatim"}


class Word(Protocol):
    """Gives the next word, at most ``longest`` characters of it."""

    def __call__(self, longest: int = 200) -> str: ...


@dataclass
class Planted:
    """What ``plant`` made, for tests that ask for it by its address."""

    version: SopVersion
    runs: list[Run] = field(default_factory=list)


def worded_sop(word: Word) -> SopDefinition:
    """Return the library's SOP under another number, a word in front of every text of it."""

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: walk(v, k) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [walk(one, key) for one in value]
        if isinstance(value, str) and key in WRITTEN_IN_SOP | {"address", "source_note"}:
            return f"{word(60)} {value}"
        return value

    data = walk(source.read(loader.library_path("SOP/AS/29").read_bytes()).data)
    data["identity"]["number"] = "SOP/AS/30"
    return loader.load(json.dumps(data, default=str, ensure_ascii=False).encode(), "sop.yaml")


@dataclass
class _Gardener:
    """Plants in one office. Its ``doer`` holds every post afterwards."""

    court: Court
    doer: Someone
    word: Word
    at: datetime

    @property
    def told(self) -> dict[str, Any]:
        return {"by": self.doer.id, "at": self.at}

    @property
    def day(self) -> date:
        return self.at.date()

    def office_and_people(self) -> None:
        row, word = self.court.office, self.word
        office.edit_office(
            office=row,
            name=word(),
            name_en=word(),
            short_name=word(60),
            zone=row.zone,
            letter_code=word(40),
            letterhead=f"{word()}\n{word()}",
            address=f"{word()}\n{word()}",
            place=word(60),
            contact=word(),
            site=word(),
            **self.told,
        )
        office.edit_person(person=self.doer.person, name=word(), nip="", unit=word(), **self.told)
        person = office.add_person_of_unit(
            office=row.pk, name=word(), nip="", unit=word(), **self.told
        )
        post = office.add_post_titled(
            office=row.pk, title=word(), title_en=word(), unit=word(), **self.told
        )
        office.record_absence(
            person=person, kind="leave", starts_on=self.day, ends_on=self.day, note=word(200),
            **self.told,
        )  # fmt: skip
        _signed_in(self.doer.user, word(300))
        theirs = set(Appointment.objects.filter(person=self.doer.person).values_list("post"))
        superior = self.court.posts["kasubag_ptip"]
        held = [(post, person), (superior, person)]
        held += [(p, self.doer.person) for p in self.court.posts.values() if (p.pk,) not in theirs]
        for one, holder in held:
            appoint_by_decree(
                post=one,
                person=holder,
                decree_number=word(120),
                decree_on=self.day - timedelta(days=9),
                valid_from=self.day - timedelta(days=9),
                valid_until=None,
                scan=None,
                **self.told,
            )

    def settings(self) -> None:
        word, key = self.word, self.court.office.pk
        office.mark_device(office=key, name=word(80), **self.told)
        office.add_passkey(user=self.doer.user, name=word(80), credential=passkey(), **self.told)
        save_view(
            person=self.doer.person, page="sop.runs", name=word(80), query=word(900), at=self.at
        )
        notify.keep_wishes(
            wishes=Wishes(), addresses={"notify.mail": (word(80), True)}, by=self.doer.person,
            at=self.at,
        )  # fmt: skip
        News.objects.create(
            office=self.court.office, person=self.doer.person, notice="sop.turn", key="tanam",
            words={"activity": word(), "number": word(60)}, detail=word(200), url="/meja-kerja/",
            at=self.at,
        )  # fmt: skip
        notify.add_webhook(
            office=key, name=word(80), address="https://penerima.contoh.go.id/", topics=(),
            **self.told,
        )  # fmt: skip
        row, _key = api.make_token(
            membership=self.doer.membership,
            name=word(80),
            scopes=tuple(Scope),
            expires_at=self.at + timedelta(days=30),
            **self.told,
        )
        answer = HttpResponse(word(), status=201, headers={"Location": "/" + word(60)})
        api.answer_once(token=row, key=word(), fingerprint="0" * 64, at=self.at, act=lambda: answer)

    def calendar(self) -> None:
        word, key = self.word, self.court.office.pk
        week = {n: [(time(8), time(16))] for n in range(5)}
        base = {"office": key, **self.told}
        day = self.day
        workcal.set_hours(weekdays=week, effective_from=day, basis=word(), **base)
        workcal.declare_season(
            label=word(120), starts_on=day + timedelta(days=40), ends_on=day + timedelta(days=45),
            weekdays=week, basis=word(), **base,
        )  # fmt: skip
        workcal.declare_day(
            on=day + timedelta(days=15), kind=DayKind.OFF, label=word(120), basis=word(), **base
        )
        workcal.declare_closure(on=day + timedelta(days=16), label=word(120), **base)
        workcal.confirm_year(year=day.year, decree=word(120), decree_on=day, **base)

    def sop(self) -> SopVersion:
        definition = worded_sop(self.word)
        row, _new = services.load_definition(definition=definition, **self.told)
        version = services.adopt_sop(
            definition=row,
            office=self.court.office,
            state=VersionState.TRIAL,
            effective_on=None,
            **self.told,
        )
        roles = {r.key for p in definition.procedures for r in p.roles}
        for role in sorted(roles & POSTS.keys()):
            services.assign_role(
                sop=version.sop, role=role, post=self.court.posts[role], **self.told
            )
        services.ratify_roles(
            version=version,
            roles=["operator"],
            decree_number=self.word(120),
            decree_on=self.day,
            **self.told,
        )
        return services.enforce_version(
            version=version, decree_number=self.word(120), effective_on=self.day, **self.told
        )

    def file(self, run: Run, name: str, data: bytes) -> Document:
        return store_file(
            office=run.office_id,
            stream=io.BytesIO(data),
            name=name,
            subject=f"sop.run:{run.pk}",
            **self.told,
        )

    def open(self, version: SopVersion, strand: str) -> Run:
        definition = queries.definition(version.definition_id)
        procedure = next(
            p for p in definition.procedures if any(s.key == strand for s in p.strands)
        )
        return services.open_run(
            version=version,
            procedure=procedure.code,
            strand=strand,
            subject=self.word(),
            slot=None,
            origin=Origin.REQUEST,
            by=self.doer.person,
            at=self.at,
        )

    def form(self, run: Run, fields: tuple[FormField, ...]) -> dict[str, Any]:
        def add(one: FormField) -> str:
            return str(self.file(run, f"{self.word(60)}.png", png()).pk)

        return self._worded(fill(fields, add, [self.day]))

    def _worded(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {k: self._worded(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self._worded(v) for v in value]
        return self.word() if isinstance(value, str) and value.startswith("Isi ") else value

    def runs(self, version: SopVersion) -> Iterator[Run]:
        definition, person = queries.definition(version.definition_id), self.doer.person
        for procedure in definition.procedures:
            for strand in procedure.strands:
                if "on_request" in strand.opens:
                    run = self.open(version, strand.key)
                    self.draft(run, procedure.activity(strand.first).form.fields)
                    yield run
        cancelled = self.open(version, "B")
        services.cancel_run(run_id=cancelled.pk, reason=self.word(), by=person, at=self.at)
        yield cancelled
        told = self.record(version)
        if told is not None:
            yield told
        undone = self.open(version, "B")
        self.leave_undone(undone)
        yield undone
        yield self.answered(version, definition)
        finished = self.open(version, "B")
        self.finish(finished, definition)
        yield finished
        self.decide(version)
        self.handed()

    def handed(self) -> None:
        """Write down a hand-over: the doer holds every post already."""
        HandOver.objects.create(
            office=self.court.office,
            number="BA-ST/9/2026",
            giver=self.doer.person,
            receiver=self.doer.person,
            on=self.day,
            decree_number=self.word(120),
            decree_on=self.day,
            note=self.word(),
            posts=[self.word(60)],
            held=[[self.word(60), [["B1", self.word(60)]]]],
            made_at=self.at,
            made_by=self.doer.person,
        )

    def decide(self, version: SopVersion) -> None:
        """Give a standing disposition and withdraw it, and give one that stands."""
        told: dict[str, Any] = {"by": self.doer.person, "at": self.at}
        for number in range(2):
            given = services.Given(
                number=self.word(120),
                issued_on=self.day,
                valid_from=self.day,
                valid_until=self.day + timedelta(days=30),
                words=self.word(),
                passes={"B5": "do"},
                wanted={},
            )
            row = services.give_disposition(sop=version.sop, strand="B", given=given, **told)
            if number == 0:
                services.withdraw_disposition(disposition=row, reason=self.word(), **told)

    def record(self, version: SopVersion) -> Run | None:
        """Record work of an earlier day, where the SOP takes such a record."""
        part = queries.definition(version.definition_id).procedure("B").strand("B")
        if part.done_record is None:
            return None
        return services.record_done(
            version=version,
            procedure="B",
            strand="B",
            what=self.word(),
            who=self.word(),
            done_at=self.at - timedelta(days=1),
            reason=self.word(),
            by=self.doer.person,
            at=self.at,
        )

    def leave_undone(self, run: Run) -> None:
        """Leave the first step undone; the colleague who is asked does not agree."""
        step = run.steps.get()
        services.leave_undone(step_id=step.pk, reason=self.word(), by=self.doer.person, at=self.at)
        services.answer(
            step_id=step.pk,
            state=services.ConfirmationState.REFUSED,
            remarks=self.word(),
            by=self.superior(),
            at=self.at,
        )

    def superior(self) -> Person:
        """Return the colleague who is the Kasubag too."""
        held = self.court.posts["kasubag_ptip"].appointments.exclude(person=self.doer.person)
        return held.order_by("-id")[0].person

    def answered(self, version: SopVersion, definition: SopDefinition) -> Run:
        """Close what the colleague opened; it is not settled, they say."""
        run = services.open_run(
            version=version,
            procedure="B",
            strand="B",
            subject=self.word(),
            slot=None,
            origin=Origin.REQUEST,
            by=self.superior(),
            at=self.at,
        )
        told: dict[str, Any] = {"by": self.doer.person, "at": self.at}
        services.leave_undone(step_id=run.steps.get().pk, reason=self.word(), **told)
        activity = definition.procedure("B").activity("B2")
        ending = next((o.code for o in activity.outcomes if o.to == "end"), "")
        if not ending:  # another SOP's B goes on from there
            return run
        services.finish_step(
            step_id=run.steps.get(activity="B2").pk,
            outcome=ending,
            data=self.form(run, activity.form.fields),
            remarks=self.word(),
            revision=0,
            **told,
        )
        services.answer_run(
            run_id=run.pk,
            state=services.AnswerState.UNSETTLED,
            words=self.word(),
            by=self.superior(),
            at=self.at,
        )
        return run

    def draft(self, run: Run, fields: tuple[FormField, ...]) -> None:
        step, person = run.steps.get(), self.doer.person
        if step.state == "waiting":
            return
        services.save_draft(
            step_id=step.pk,
            data=self.form(run, fields),
            revision=step.revision,
            by=person,
            at=self.at,
        )
        services.pause_clock(
            step_id=step.pk, reason="requester", until=None, note=self.word(), by=person, at=self.at
        )

    def finish(self, run: Run, definition: SopDefinition) -> None:
        """Finish the first step and seal its form; leave the next one open."""
        step, activity = run.steps.get(), definition.procedure("B").activity("B1")
        services.finish_step(
            step_id=step.pk,
            outcome=next(o.code for o in activity.outcomes if not o.is_return),
            data=self.form(run, activity.form.fields),
            remarks=self.word(),
            revision=step.revision,
            by=self.doer.person,
            at=self.at,
            performed_at=self.at - timedelta(days=1),
            late_reason=self.word(),
        )
        step.refresh_from_db()
        services.check_sample(
            step_id=step.pk,
            state=services.SampleState.FAILED,
            remarks=self.word(),
            by=self.superior(),
            at=self.at + timedelta(days=14),
        )
        made = papers.form_paper(self.court.office, step)
        subject = f"sop.run:{run.pk}"
        issue_paper(
            office=self.court.office, made=made, name=self.word(60), subject=subject, **self.told
        )
        for name, data in (
            (
                f"{self.word(120)}.txt",
                b"Catatan rapat; markup in a text file is refused at the door.",
            ),
            (f"{self.word(120)}.pdf", pdf(self.word(60).translate({40: 91, 41: 93}))),
        ):
            self.file(run, name, data)


def passkey() -> dict[str, Any]:
    """Return a registered key as a browser tells of it; nobody can sign with it."""
    public = ES256.from_cryptography_key(generate_private_key(SECP256R1()).public_key())
    credential = AttestedCredentialData.create(b"\0" * 16, b"kunci", public)
    told = AuthenticatorData.create(b"\0" * 32, AuthenticatorData.FLAG.AT, 0, credential)
    client = CollectedClientData.create("webauthn.create", b"0", "http://testserver")
    return {
        "id": websafe_encode(b"kunci"),
        "rawId": websafe_encode(b"kunci"),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", told, {})),
        },
    }


def plant(court: Court, doer: Someone, word: Word, at: datetime) -> Planted:
    """Put a word into every text of an office.

    Args:
        court: whose.
        doer: an account of the office; gets every post.
        word: gives the words.
        at: aware moment; what is planted lies around it.

    """
    with office_scope(court.office.pk):
        garden = _Gardener(court, doer, word, at)
        garden.office_and_people()
        garden.settings()
        garden.calendar()
        planted = Planted(garden.sop())
        planted.runs = list(garden.runs(planted.version))
        read_waiting_texts(at=at, limit=20)
    return planted


def _signed_in(user: User, agent: str) -> None:
    """Let somebody come in by a browser of this name, as its session keeps it."""
    client = Client(headers={"user-agent": agent.encode("ascii", "replace").decode()})
    answer = client.post("/masuk/", {"login": user.login, "password": PASSWORD})
    assert answer.status_code == 302, answer


def untouched(seen: Callable[[str], bool]) -> list[str]:
    """Return the text columns of our models in which no row holds a planted word.

    Args:
        seen: tells whether a value, as JSON, holds one.

    """
    missing = []
    for model in apps.get_models():
        label = model._meta.label
        if not model.__module__.startswith("kelola.") or f"{label}.*" in UNWRITTEN:
            continue
        for column in model._meta.concrete_fields:
            name = f"{label}.{column.name}"
            if not isinstance(column, TEXTS) or name in UNWRITTEN or column.name == "salt":
                continue
            with unscoped("the test looks at every office"):
                values = list(model._base_manager.values_list(column.name, flat=True))
            if not any(seen(json.dumps(v, ensure_ascii=False)) for v in values):
                missing.append(name)
    return missing
