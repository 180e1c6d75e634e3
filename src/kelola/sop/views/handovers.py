"""Serah terima tugas: who hands which posts to whom, with the minutes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kelola.office import access as office
from kelola.office import queries as offices
from kelola.office.services import Invalid
from kelola.registry import holdings
from kelola.sop import access, queries, services, sheets
from kelola.sop.forms import HandingForm
from kelola.sop.services import Handing
from kelola.sop.views.papers import send
from kelola.ui.parts import Crumb

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.http import HttpResponse

    from kelola.office.http import OfficeRequest
    from kelola.office.models import Person, Post

_MOST_PEOPLE = 500
# What the office's services call a day is another field here.
_FIELDS = {"valid_from": "on", "valid_until": "on"}


@require_safe
def handovers(request: OfficeRequest) -> HttpResponse:
    """List the hand-overs, and who holds posts that could be handed over."""
    today = timezone.localdate()
    people = offices.people(limit=_MOST_PEOPLE)
    held = offices.posts_held(people, today)
    context = {
        "heading": _("Hand-over of posts"),
        "crumbs": [Crumb(_("Settings"), reverse("settings"))],
        "rows": queries.handovers(),
        "holders": [(person, held[person.pk]) for person in people if held.get(person.pk)],
    }
    return render(request, "sop/handovers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def handover_new(request: OfficeRequest, person_id: UUID) -> HttpResponse:
    """Record that somebody hands posts over."""
    giver, today = office.person(person_id), timezone.localdate()
    people = [p for p in offices.people(limit=_MOST_PEOPLE) if p.pk != giver.pk]
    posts = offices.posts_held([giver], today).get(giver.pk, [])
    form = HandingForm(
        [(str(p.pk), p.name) for p in people],
        [(str(p.pk), p.title) for p in posts],
        request.POST if request.method == "POST" else None,
        initial={"on": today, "posts": [str(p.pk) for p in posts]},
    )
    if form.is_valid():
        try:
            row = services.hand_over(
                wanted=_wanted(form, giver, people, posts),
                by=request.actor.person,
                at=timezone.now(),
            )
        except Invalid as wrong:
            field = _FIELDS.get(wrong.field, wrong.field)
            form.add_error(field if field in form.fields else None, str(wrong.message))
        else:
            messages.success(request, _("Handed over. Print the minutes and let both sign them."))
            return redirect("handover", row.pk)
    context = {
        "heading": _("%(name)s hands over") % {"name": giver.name},
        "crumbs": _above(),
        "form": form,
        "giver": giver,
        "posts": posts,
        "held": _held(giver, today),
    }
    return render(request, "sop/handover_new.html", context, status=422 if form.errors else 200)


def _wanted(form: HandingForm, giver: Person, people: list[Person], posts: list[Post]) -> Handing:
    told: dict[str, Any] = form.cleaned_data
    return Handing(
        giver=giver,
        receiver=next(p for p in people if str(p.pk) == told["receiver"]),
        posts=[p for p in posts if str(p.pk) in told["posts"]],
        on=told["on"],
        decree_number=told["decree_number"],
        decree_on=told["decree_on"],
        note=told["note"],
    )


def _held(giver: Person, today: date) -> list[tuple[str, list[Any]]]:
    found = [(str(h.label), h.find(giver, today)) for h in holdings.values()]
    return [(label, rows) for label, rows in found if rows]


@require_safe
def handover(request: OfficeRequest, handover_id: UUID) -> HttpResponse:
    """Show a hand-over."""
    row = access.handover(handover_id)
    heading = _("Hand-over %(number)s") % {"number": row.number}
    context = {"heading": heading, "crumbs": _above(), "row": row}
    return render(request, "sop/handover.html", context)


@require_safe
def handover_paper(request: OfficeRequest, handover_id: UUID) -> HttpResponse:
    """Send the minutes of a hand-over as PDF, for two signatures."""
    row = access.handover(handover_id)
    return send(request, sheets.handover_paper(request.actor.office, row), row.number)


def _above() -> list[Crumb]:
    return [
        Crumb(_("Settings"), reverse("settings")),
        Crumb(_("Hand-over of posts"), reverse("handovers")),
    ]
