"""Rows of the SOP engine: definitions, versions, the actor map, runs, steps and pauses."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from kelola.office.scope import ScopedModel
from kelola.registry import new_salt

OPEN_STEP_STATES = ("waiting", "ready", "started", "paused")
# What partial indexes and queries both say: a list of states would reach SQLite as parameters, and
# the planner could not know that they are the index's.
STILL_OPEN = models.Q(recorded_at__isnull=True)


class Definition(models.Model):
    """The canonical data of an SOP file, addressed by its hash and shared by every office.

    Not scoped: it holds the text of an SOP and nothing of an office. Never updated.
    """

    hash = models.CharField(primary_key=True, max_length=64)
    number = models.CharField(max_length=100, db_index=True)
    data = models.JSONField()
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:12]}"


class Sop(ScopedModel):
    """An SOP of one office. The number alone is not unique: real lists repeat numbers."""

    number = models.CharField(max_length=100)
    title_id = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)

    class Meta(ScopedModel.Meta):
        indexes = (models.Index(fields=("office", "number"), name="sop_by_number"),)

    def __str__(self) -> str:
        return f"{self.number} {self.title_id}"


class VersionState(models.TextChoices):
    """Life of a version."""

    DRAFT = "draft", _("Draft")
    TRIAL = "trial", _("Trial")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")
    REVOKED = "revoked", _("Revoked")


class SopVersion(ScopedModel):
    """A definition as one office uses it. Immutable once in force, but for its state."""

    sop = models.ForeignKey(Sop, on_delete=models.PROTECT, related_name="versions")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=VersionState.choices)
    adopted_at = models.DateTimeField()
    effective_on = models.DateField(null=True)
    decree_number = models.CharField(max_length=120, blank=True)
    # When its rounds were last looked at, and when the next one begins; empty: look at once.
    rounds_looked_at = models.DateTimeField(null=True)
    next_round_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("sop", "definition"), name="sop_version_once"),
        )
        indexes = (models.Index(fields=("next_round_at",), name="sop_version_rounds"),)

    def __str__(self) -> str:
        return f"{self.sop_id} {self.definition_id[:12]} {self.state}"


class RoleHolder(ScopedModel):
    """The actor map: which post performs a role of an SOP. People come from their posts' SK."""

    sop = models.ForeignKey(Sop, on_delete=models.CASCADE, related_name="holders")
    role = models.CharField(max_length=60)
    post = models.ForeignKey("office.Post", on_delete=models.PROTECT, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("sop", "role", "post"), name="role_holder_once"),
        )

    def __str__(self) -> str:
        return f"{self.role}: {self.post_id}"


class RatifiedRole(ScopedModel):
    """An actor that a version only assumes, ratified by a decree of the office."""

    version = models.ForeignKey(SopVersion, on_delete=models.CASCADE, related_name="ratified")
    role = models.CharField(max_length=60)
    decree_number = models.CharField(max_length=120)
    decree_on = models.DateField()
    salt = models.CharField(max_length=32, default=new_salt, editable=False)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("version", "role"), name="role_ratified_once"),
        )

    def __str__(self) -> str:
        return f"{self.role}: {self.decree_number}"


class Origin(models.TextChoices):
    """Why a run was opened."""

    REQUEST = "request", _("On request")
    SCHEDULE = "schedule", _("On schedule")
    VERB = "verb", _("After something happened")


class Run(ScopedModel):
    """One execution of a strand, pinned to its version for life."""

    sop = models.ForeignKey(Sop, on_delete=models.PROTECT, related_name="runs")
    version = models.ForeignKey(SopVersion, on_delete=models.PROTECT, related_name="runs")
    procedure = models.CharField(max_length=20)
    strand = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    slot_key = models.CharField(max_length=20, blank=True)
    slot_opens_on = models.DateField(null=True)
    slot_due_on = models.DateField(null=True)
    state = models.CharField(max_length=12, default="open")
    opened_at = models.DateTimeField()
    # When the work was done, for a run that records what was done already, and why so late.
    done_at = models.DateTimeField(null=True)
    done_reason = models.TextField(blank=True)
    # Nobody where the schedule opened it.
    opened_by = models.ForeignKey(
        "office.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "office.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    cancel_reason = models.TextField(blank=True)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("sop", "procedure", "year", "sequence"), name="run_number_once"
            ),
            # One round per slot, even when two people or two schedulers open it at once.
            models.UniqueConstraint(
                fields=("sop", "strand", "slot_key"),
                condition=~models.Q(slot_key="") & ~models.Q(state="cancelled"),
                name="run_slot_once",
            ),
        )
        indexes = (
            models.Index(fields=("office", "-opened_at", "-id"), name="run_by_opening"),
            models.Index(fields=("office", "state", "-opened_at", "-id"), name="run_by_state"),
            models.Index(fields=("sop", "procedure", "-opened_at", "-id"), name="run_by_procedure"),
            models.Index(fields=("opened_by", "-opened_at", "-id"), name="run_by_opener"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def opener_answer(self) -> Answer | None:
        """What was asked of who opened it, with what they said, or None."""
        found: Answer | None = getattr(self, "answer", None)
        return found


class StandingDisposition(ScopedModel):
    """A decree by which steps of a strand are settled beforehand, for a kind of request.

    ``passes`` gives the outcome by activity; ``wanted`` the codes that let it apply, by choice
    field of the strand's first form; a field that is not named may say anything.
    """

    sop = models.ForeignKey(Sop, on_delete=models.PROTECT, related_name="dispositions")
    strand = models.CharField(max_length=40)
    number = models.CharField(max_length=120)
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    words = models.TextField()
    passes = models.JSONField()
    wanted = models.JSONField(default=dict)
    given_by = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        "office.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    withdrawn_reason = models.TextField(blank=True)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")),
                name="disposition_ends_after_it_begins",
            ),
        )
        indexes = (
            models.Index(
                fields=("sop", "strand"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="disposition_standing",
            ),
        )

    def __str__(self) -> str:
        return self.number


class Step(ScopedModel):
    """One attempt at one activity of a run. Final rows never change."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="steps")
    # Repeated from the run, so that an inbox is one index scan.
    sop = models.ForeignKey(Sop, on_delete=models.PROTECT, related_name="+")
    activity = models.CharField(max_length=20)
    attempt = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=16)
    not_needed = models.BooleanField(default=False)
    assignee = models.ForeignKey(
        "office.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    performer = models.ForeignKey(
        "office.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    acting_for = models.CharField(max_length=36, blank=True)
    opened_at = models.DateTimeField()
    clock_from = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    # When the work was done, beside when it was recorded: both are lawful and both are kept.
    performed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(null=True)
    due_target = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    # The due that the ledger has not told yet; empty while the clock stands and once it is told.
    falls_due_at = models.DateTimeField(null=True)
    # The same of its reminder; and when its superior is told, set once the due was told.
    reminds_at = models.DateTimeField(null=True)
    escalates_at = models.DateTimeField(null=True)
    # Whether its clock ever stood: most never do, and then nobody asks for its pauses.
    has_pauses = models.BooleanField(default=False)
    # Why it was recorded on a later day than it was done; empty for what was not.
    late_reason = models.TextField(blank=True)
    # What settled it where nobody did.
    disposition = models.ForeignKey(
        StandingDisposition,
        on_delete=models.PROTECT,
        related_name="steps",
        null=True,
        db_index=False,
    )
    outcome = models.CharField(max_length=60, blank=True)
    remarks = models.TextField(blank=True)
    form = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("run", "activity", "attempt"), name="step_once"),
            models.CheckConstraint(
                condition=(models.Q(state__in=OPEN_STEP_STATES) & STILL_OPEN)
                | (~models.Q(state__in=OPEN_STEP_STATES) & ~STILL_OPEN),
                name="step_closed_is_recorded",
            ),
        )
        indexes = (
            models.Index(
                fields=("sop", "role", "due_at"),
                condition=STILL_OPEN,
                name="step_inbox",
            ),
            models.Index(
                fields=("office", "remind_at"),
                condition=STILL_OPEN,
                name="step_remind",
            ),
            models.Index(fields=("performer", "-recorded_at"), name="step_by_performer"),
            # All that the figures of the desk ask for, so that they read the index alone.
            models.Index(
                fields=("office", "recorded_at", "state", "due_at", "performed_at"),
                name="step_by_recording",
            ),
            models.Index(
                fields=("office", "due_at", "id"),
                condition=STILL_OPEN,
                name="step_by_due",
            ),
            models.Index(
                fields=("assignee",),
                condition=STILL_OPEN,
                name="step_by_assignee",
            ),
            models.Index(
                fields=("falls_due_at",),
                condition=models.Q(falls_due_at__isnull=False),
                name="step_falls_due",
            ),
            models.Index(
                fields=("reminds_at",),
                condition=models.Q(reminds_at__isnull=False),
                name="step_reminds",
            ),
            models.Index(
                fields=("escalates_at",),
                condition=models.Q(escalates_at__isnull=False),
                name="step_escalates",
            ),
            models.Index(
                fields=("disposition",),
                condition=models.Q(disposition__isnull=False),
                name="step_by_disposition",
            ),
        )

    def __str__(self) -> str:
        return f"{self.activity}#{self.attempt} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act on it."""
        return self.state in OPEN_STEP_STATES

    @property
    def asked(self) -> Confirmation | None:
        """The superior's word that is asked for or was given, or None."""
        found: Confirmation | None = getattr(self, "confirmation", None)
        return found

    @property
    def checked(self) -> SampleCheck | None:
        """What a sample check of it found, or None."""
        found: SampleCheck | None = getattr(self, "sample", None)
        return found


class ConfirmationState(models.TextChoices):
    """What a superior said."""

    ASKED = "asked", _("Asked for")
    GIVEN = "given", _("Given")
    REFUSED = "refused", _("Refused")


class ConfirmationKind(models.TextChoices):
    """On what a superior's word is asked."""

    UNDONE = "undone", _("Not carried out")
    ORDER = "order", _("Verbal order")


class Confirmation(ScopedModel):
    """A superior's word on a step: not carried out, or ordered by word of mouth.

    Nothing waits for it. ``due_at`` is until when an order is to be ratified.
    """

    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="confirmation")
    # Repeated from the step, so that what waits for somebody is one index scan.
    sop = models.ForeignKey(Sop, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=60)
    kind = models.CharField(max_length=6, choices=ConfirmationKind.choices)
    recorded_by = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=8, choices=ConfirmationState.choices, default=ConfirmationState.ASKED
    )
    remarks = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        "office.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    answered_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="asked", answered_at__isnull=True, answered_by=None)
                | (~models.Q(state="asked") & models.Q(answered_at__isnull=False)),
                name="confirmation_answered_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("sop", "role"),
                condition=models.Q(answered_at__isnull=True),
                name="confirmation_asked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.step_id} {self.state}"


class SampleState(models.TextChoices):
    """What a sample check found."""

    PASSED = "passed", _("In order")
    FAILED = "failed", _("Not in order")


class SampleCheck(ScopedModel):
    """What the head of a procedure found in a finished step that the week's draw brought up."""

    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="sample")
    state = models.CharField(max_length=6, choices=SampleState.choices)
    remarks = models.TextField(blank=True)
    checked_by = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.step_id} {self.state}"


class AnswerState(models.TextChoices):
    """What whoever opened a run says when it is completed."""

    ASKED = "asked", _("Asked for")
    SETTLED = "settled", _("Settled")
    UNSETTLED = "unsettled", _("Not settled")
    SILENT = "silent", _("Taken as settled, no answer")


class Answer(ScopedModel):
    """The word of who opened a run on whether it is settled, asked when others completed it.

    Nothing waits for it, and silence is no signature: the run says that nobody answered.
    """

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="answer")
    asked_of = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=AnswerState.choices, default=AnswerState.ASKED)
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        indexes = (
            models.Index(
                fields=("asked_of", "due_at"),
                condition=models.Q(answered_at__isnull=True),
                name="answer_asked",
            ),
            models.Index(
                fields=("due_at",),
                condition=models.Q(answered_at__isnull=True),
                name="answer_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.run_id} {self.state}"


class MonthClose(ScopedModel):
    """A month of an SOP that its head closed: every row of it was settled, one way or another."""

    sop = models.ForeignKey(Sop, on_delete=models.PROTECT, related_name="months")
    # Its first day.
    month = models.DateField()
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")

    class Meta(ScopedModel.Meta):
        constraints = (models.UniqueConstraint(fields=("sop", "month"), name="month_closed_once"),)

    def __str__(self) -> str:
        return f"{self.sop_id} {self.month:%Y-%m}"


class StepPause(ScopedModel):
    """A stretch during which a step's clock stood still, with its reason."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="pauses")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20)
    until = models.DateField(null=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")

    class Meta(ScopedModel.Meta):
        ordering: ClassVar[list[str]] = ["starts_at", "id"]

    def __str__(self) -> str:
        return f"{self.step_id} {self.reason}"


class Feed(ScopedModel):
    """Where the calendar of somebody's phone reads their dues. The key itself is not kept."""

    membership = models.OneToOneField(
        "office.Membership", on_delete=models.CASCADE, related_name="feed"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.membership_id)


class HandOver(ScopedModel):
    """Posts that went from one person to another by a decree, with what was held then.

    ``posts`` are titles; ``held`` is a list of [label, [[code, text], …]] as it stood. Both are
    kept as written: what the minutes said does not change with what follows.
    """

    number = models.CharField(max_length=60)
    giver = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    decree_number = models.CharField(max_length=120)
    decree_on = models.DateField()
    note = models.TextField(blank=True)
    posts = models.JSONField()
    held = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("office.Person", on_delete=models.PROTECT, related_name="+")
    salt = models.CharField(max_length=32, default=new_salt, editable=False)

    class Meta(ScopedModel.Meta):
        indexes = (models.Index(fields=("office", "-made_at"), name="hand_over_newest"),)

    def __str__(self) -> str:
        return self.number
