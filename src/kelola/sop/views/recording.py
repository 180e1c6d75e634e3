"""Record work that was done already: three answers, the forms come when there is time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from kelola.sop import access, engine, queries, rules, services, turns
from kelola.sop.phrases import say
from kelola.workcal import rules as workcal
from kelola.workcal.forms.parts import day_field, time_field
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.sop.definition.shape import Procedure, Strand
    from kelola.sop.models import Run, SopVersion

AT_ONCE = 2


class Door(NamedTuple):
    """A strand in which this person may record what they did."""

    key: str
    version: SopVersion
    procedure: Procedure
    strand: Strand


class DoneForm(forms.Form):
    """What was done, for whom and when; why so late only for an earlier day."""

    what = forms.CharField(
        label=lazy("What was done"),
        help_text=lazy("In a few words, so that everybody recognises it."),
        max_length=rules.MAX_TEXT,
    )
    who = forms.CharField(label=lazy("For whom"), max_length=200)
    done_on = day_field(lazy("Done on"))
    done_time = time_field(lazy("At what time"))
    reason = forms.CharField(
        label=lazy("Why it is recorded only now"),
        help_text=lazy("Only for work of an earlier day: it is kept as a late record."),
        max_length=rules.MAX_LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    strand = forms.ChoiceField(label=lazy("Procedure"), widget=forms.RadioSelect)

    def choose_from(self, doors: list[Door]) -> None:
        """Offer these strands; one alone is not asked for."""
        field = self.fields["strand"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(d.key, say(d.strand.title)) for d in doors]
            field.initial = doors[0].key
            if len(doors) == 1:
                field.widget = forms.HiddenInput()
        self.fields["done_time"].required = True


def _doors(request: OfficeRequest) -> list[Door]:
    roles = queries.roles_through(request.actor.posts)
    return [
        Door(f"{version.sop_id}:{strand.key}", version, procedure, strand)
        for version in queries.current_versions()
        for procedure in queries.definition(version.definition_id).procedures
        for strand in procedure.strands
        if strand.done_record and procedure.activity(strand.first).actor in roles.of(version.sop_id)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def done_new(request: OfficeRequest) -> HttpResponse:
    """Record work that was done already, and go on to its forms."""
    doors = _doors(request)
    if not doors:
        return render(request, "sop/done.html", {"heading": _("Record work done")})
    calendar = calendar_of(request.actor.office.pk)
    local = workcal.local(calendar, timezone.now())
    start = {"done_on": local.date(), "done_time": local.strftime("%H:%M")}
    form = DoneForm(request.POST if request.method == "POST" else None, initial=start)
    form.choose_from(doors)
    run = _recorded(request, form, doors, calendar) if form.is_bound and form.is_valid() else None
    if run is None:
        context = {"heading": _("Record work done"), "form": form, "today": local.date()}
        return render(request, "sop/done.html", context, status=422 if form.errors else 200)
    told = _("Recorded as %(number)s. Complete the forms now, or when there is time.")
    messages.success(request, told % {"number": run.number})
    return _to_forms(request, run)


def _recorded(
    request: OfficeRequest, form: DoneForm, doors: list[Door], calendar: workcal.Calendar
) -> Run | None:
    given, now = form.cleaned_data, timezone.now()
    zone = workcal.zone_on(calendar, given["done_on"])
    done_at = datetime.combine(given["done_on"], given["done_time"], zone)
    if done_at > now:
        form.add_error("done_on", _("This moment has not come yet."))
        return None
    door = next(d for d in doors if d.key == given["strand"])
    try:
        return services.record_done(
            version=door.version,
            procedure=door.procedure.code,
            strand=door.strand.key,
            what=given["what"],
            who=given["who"],
            done_at=done_at,
            reason=given["reason"],
            by=request.actor.person,
            at=now,
        )
    except engine.Refusal:
        late = _("Work of an earlier day is kept as a late record. Write why it is recorded now.")
        form.add_error("reason", late)
    return None


def _to_forms(request: OfficeRequest, run: Run) -> HttpResponse:
    steps = queries.steps_of(run)
    first = access.step(steps[0].id)
    together = len(turns.mine_ahead(request.actor, first, steps)) >= AT_ONCE
    return redirect("step_together" if together else "step", first.id)
