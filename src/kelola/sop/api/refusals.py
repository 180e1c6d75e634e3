"""What services refuse, told to programs in the words of the screens."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kelola.sop import engine, phrases, policies, rules, services, turns
from kelola.ui.http.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

# Where the request itself says too little; all other refusals are about how things stand.
INCOMPLETE = {
    engine.RefusalCode.UNKNOWN_OUTCOME: "/outcome",
    engine.RefusalCode.REASON_MISSING: "/remarks",
    engine.RefusalCode.LATE_REASON_MISSING: "/late_reason",
    engine.RefusalCode.SLOT_MISSING: "/round",
    engine.RefusalCode.SLOT_NOT_WANTED: "/round",
}
LONGEST = 200


@contextlib.contextmanager
def refusals(**pointers: str) -> Iterator[None]:
    """Turn what services refuse inside the block into problems.

    ``pointers`` say where this operation has what a refusal asks for: ``reason_missing="/note"``.
    """
    try:
        yield
    except engine.Refusal as refusal:
        raise _refused(refusal, pointers) from refusal
    except policies.NotAllowed as refusal:
        raise Problem(403, "not_allowed", refusal.reason) from refusal
    except services.OutputIncomplete as incomplete:
        raise _incomplete(incomplete.problems) from incomplete
    except services.StaleForm as stale:
        words = _("The form was changed by somebody else since you opened it.")
        raise Problem(409, "stale_form", words) from stale
    except services.SlotTaken as taken:
        words = _("This round is already open. Choose another.")
        raise Problem(409, "round_taken", words, errors=[("/round", words)]) from taken


def _refused(refusal: engine.Refusal, pointers: dict[str, str]) -> Problem:
    head, _advice = turns.told(refusal)
    where = pointers.get(refusal.code.value) or INCOMPLETE.get(refusal.code)
    if where is not None:
        return Problem(422, refusal.code.value, head, errors=[(where, head)])
    return Problem(409, refusal.code.value, head, more=_facts(refusal))


def _facts(refusal: engine.Refusal) -> dict[str, Any]:
    """Return who did what when, for programs: the sentence tells it to people."""
    kept = ("by", "at", "outcome", "state", "latest", "assignee", "other")
    facts = {name: refusal.params.get(name) for name in kept}
    facts["activity"] = refusal.activity
    return {name: _plain(value) for name, value in facts.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        moment: datetime = value
        return timezone.localtime(moment).isoformat()
    return value if isinstance(value, int) else str(value)


def _incomplete(found: tuple[rules.FieldProblem, ...]) -> Problem:
    errors = []
    for problem in found:
        label, sentence = phrases.problem(problem)
        place = problem.path.replace("~", "~0").replace("/", "~1").replace(".", "/")
        errors.append((f"/form/{place}"[:LONGEST], f"{label[:LONGEST]}: {sentence}"))
    words = _("The output is not complete. Mend what is named under “errors”.")
    return Problem(422, "output_incomplete", words, errors=errors)
