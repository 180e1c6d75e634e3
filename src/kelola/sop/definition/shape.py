"""The shape of an SOP once it has been read and checked: immutable, free of any framework.

The engine, the services and the screens all work on these values. They are built by
``kelola.sop.definition.loader`` from a file and by ``from_data`` from the canonical data stored
with an SOP version; ``to_data`` is its inverse.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kelola.sop.definition.form import FieldType, Form, FormField, Option
from kelola.sop.definition.identity import Identity, LegalBasis, Words

__all__ = [
    "Activity",
    "DoneRecord",
    "FieldType",
    "Form",
    "FormField",
    "Group",
    "GroupJoin",
    "Identity",
    "LegalBasis",
    "Opens",
    "Option",
    "Outcome",
    "Procedure",
    "Role",
    "SopDefinition",
    "Strand",
    "Words",
]


class GroupJoin(StrEnum):
    """How a parallel group of activities ends: when all are done or with the first."""

    ALL = "all"
    ANY = "any"


class Opens(StrEnum):
    """What may open a strand."""

    ON_REQUEST = "on_request"
    ON_SCHEDULE = "on_schedule"
    ON_VERB = "on_verb"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way to leave an activity.

    ``to`` is the key of an activity of the same strand, the key of a group, or ``"end"``.
    ``is_return`` marks a return: the earlier activity opens again as attempt n + 1.
    ``needs_reason`` asks the person for a remark (always so for a return).
    """

    code: str
    label: Words
    to: str
    is_return: bool = False
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One level of parallel activities: all open together, joined by ``join``, then go ``to``."""

    key: str
    join: GroupJoin
    members: tuple[str, ...]
    to: str


@dataclass(frozen=True, slots=True)
class Activity:
    """One row of the SOP.

    ``time`` is a time standard as ``workcal.rules.parse_standard`` reads it (``P1D``, ``PT2H``,
    ``PT3H..P1D`` or an RRULE). ``waits_for`` names what must exist before the clock starts.
    ``note`` tells what was read into a gap or a slip of the source; it is not the remarks column.
    ``not_same_person_as`` lists the activities whose performer may not perform this one.
    """

    key: str
    order: int
    title: Words
    actor: str
    requirement: Words
    time: str
    time_words: Words
    output: Words
    kind: str
    outcomes: tuple[Outcome, ...]
    form: Form
    remarks: str = ""
    actor_assumed: bool = True
    actor_alternative: str = ""
    actor_reason: Words | None = None
    decision: bool = False
    not_same_person_as: tuple[str, ...] = ()
    waits_for: Words | None = None
    remind_at_percent: int = 80
    escalate_to: str = ""
    note: Words | None = None

    def outcome(self, code: str) -> Outcome | None:
        """Return the outcome with this code, or None."""
        return next((o for o in self.outcomes if o.code == code), None)


@dataclass(frozen=True, slots=True)
class DoneRecord:
    """Where a record of work that was done already puts its two answers.

    ``what`` and ``who`` are text fields of the strand's first form; ``who`` may be absent.
    """

    what: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Strand:
    """A road through a procedure that one run takes.

    ``rule`` is an RRULE for strands on schedule, else empty. The activities listed in
    ``due_with_slot`` are due when the slot closes; the others keep their own time standard.
    ``verbs`` are ledger verbs that may open the strand. With ``done_record`` it can be recorded
    in three answers after the work was done. ``closes_month`` gathers its activities where the
    month is closed.
    """

    key: str
    title: Words
    first: str
    activities: tuple[str, ...]
    opens: tuple[Opens, ...]
    rule: str = ""
    due_with_slot: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    verbs: tuple[str, ...] = ()
    done_record: DoneRecord | None = None
    closes_month: bool = False

    def group(self, key: str) -> Group | None:
        """Return the group with this key, or None."""
        return next((g for g in self.groups if g.key == key), None)

    def group_of(self, activity: str) -> Group | None:
        """Return the group an activity belongs to, or None."""
        return next((g for g in self.groups if activity in g.members), None)


@dataclass(frozen=True, slots=True)
class Role:
    """An actor column of a procedure."""

    key: str
    title: Words


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure of the SOP with its own ordered actor columns. ``head`` may cancel its runs."""

    code: str
    title: Words
    roles: tuple[Role, ...]
    activities: tuple[Activity, ...]
    strands: tuple[Strand, ...]
    head: str

    def activity(self, key: str) -> Activity:
        """Return the activity with this key; raise KeyError if there is none."""
        for activity in self.activities:
            if activity.key == key:
                return activity
        raise KeyError(key)

    def strand(self, key: str) -> Strand:
        """Return the strand with this key; raise KeyError if there is none."""
        for strand in self.strands:
            if strand.key == key:
                return strand
        raise KeyError(key)

    def role(self, key: str) -> Role:
        """Return the actor column with this key; raise KeyError if there is none."""
        for role in self.roles:
            if role.key == key:
                return role
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class SopDefinition:
    """A whole SOP version as data.

    ``parties`` sign forms without having a column of their own (a requester, a treasurer).
    """

    identity: Identity
    procedures: tuple[Procedure, ...]
    source_note: str = ""
    parties: tuple[Role, ...] = ()

    def signatory(self, procedure: Procedure, key: str) -> Role:
        """Return the column or party that signs a form; raise KeyError if there is none."""
        for role in (*procedure.roles, *self.parties):
            if role.key == key:
                return role
        raise KeyError(key)

    def procedure(self, code: str) -> Procedure:
        """Return the procedure with this code; raise KeyError if there is none."""
        for procedure in self.procedures:
            if procedure.code == code:
                return procedure
        raise KeyError(code)
