"""The register of decrees (SK): what is in force, what ends, and what must be renewed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kelola.evidence import services
from kelola.evidence.forms import AppointForm, DecreeForm, ScanForm
from kelola.evidence.services import RefusedFile
from kelola.office import access, faces, queries
from kelola.office.forms import refuse
from kelola.office.policies import is_admin
from kelola.office.rules import PLT_MONTHS, AppointmentKind, DecreeState, outlasts_months
from kelola.office.services import Invalid
from kelola.office.views import lists
from kelola.ui.http.tables import table_response
from kelola.ui.parts import Crumb
from kelola.ui.states import LOOKS

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import Form
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from kelola.office.http import OfficeRequest
    from kelola.office.models import Appointment

STATES = {
    "berlaku": DecreeState.IN_FORCE,
    "segera-habis": DecreeState.ENDING_SOON,
    "habis": DecreeState.ENDED,
    "belum-mulai": DecreeState.NOT_BEGUN,
}
YEARS = range(2000, 2101)
FROM_MONTH = 10  # from October on, people prepare the next year


@require_safe
def decrees(request: OfficeRequest) -> HttpResponseBase:
    """List every appointment by its decree, with where the decree stands today."""
    key, today = request.GET.get("keadaan", ""), timezone.localdate()
    if key and key not in STATES:
        raise Http404
    wanted: dict[str, Any] = {"on": today, "words": lists.words(request), "state": STATES.get(key)}
    if kind := request.GET.get("unduh"):
        return _download(kind, queries.decrees(**wanted))
    last = lists.key(request, "setelah")
    after = access.appointment(last) if last else None
    found = queries.decrees(**wanted, after=after, limit=lists.PAGE + 1)
    shown = found[: lists.PAGE]
    context = {
        "heading": _("Decrees and how long they are in force"),
        "crumbs": [Crumb(_("Settings"), reverse("settings"))],
        "rows": faces.held(shown, today),
        "words": wanted["words"],
        "state": key,
        "states": [(k, LOOKS[f"decree.{state}"].word) for k, state in STATES.items()],
        "filtered": any(request.GET.get(name) for name in ("cari", "keadaan", "setelah")),
        "query": lists.query(request),
        "next": str(shown[-1].pk) if len(found) > lists.PAGE else "",
        "admin": bool(is_admin(request.actor)),
        "year": coming_year(today),
        "waiting": len(queries.renewals(coming_year(today), today)),
    }
    return render(request, "evidence/decrees.html", context)


def coming_year(today: date) -> int:
    """Return the year that decrees are renewed for on a day."""
    return today.year + (today.month >= FROM_MONTH)


def _download(kind: str, rows: list[Appointment]) -> HttpResponseBase:
    header = [
        _("Number of the decree"),
        _("Decree dated"),
        _("Name"),
        _("Post"),
        _("In force from"),
        _("In force until"),
        _("State"),
    ]
    held = faces.held(rows, timezone.localdate())
    table = (
        [
            entry.row.decree_number,
            entry.row.decree_on,
            entry.row.person.name,
            entry.title,
            entry.row.valid_from,
            entry.row.valid_until,
            str(LOOKS[entry.badge].word),
        ]
        for entry in held
    )
    return table_response(kind, "daftar-sk", header, table)


@require_http_methods(["GET", "HEAD", "POST"])
def decree_renewals(request: OfficeRequest) -> HttpResponse:
    """Renew many appointments by one new decree: all that are chosen, or none."""
    year, today = _year(request), timezone.localdate()
    rows = queries.renewals(year, today)
    initial = {"valid_from": date(year, 1, 1), "valid_until": date(year, 12, 31)}
    posted = request.method == "POST"
    form = DecreeForm(
        request.POST if posted else None, request.FILES if posted else None, initial=initial
    )
    ids = set(request.POST.getlist("chosen")) if posted else {str(row.pk) for row in rows}
    chosen = [row for row in rows if str(row.pk) in ids]
    service = services.renew_decrees
    if form.is_valid() and (made := _done(request, form, service, appointments=chosen)):
        messages.success(request, _("%(n)d appointments are renewed.") % {"n": len(made)})
        return redirect("decrees")
    context = {
        "heading": _("Renewing decrees for %(year)d") % {"year": year},
        "crumbs": [Crumb(_("Decrees"), reverse("decrees"))],
        "rows": [(entry, str(entry.row.pk) in ids) for entry in faces.held(rows, today)],
        "form": form,
        "year": year,
    }
    return render(request, "evidence/renewals.html", context, status=422 if form.errors else 200)


def _year(request: OfficeRequest) -> int:
    text = request.GET.get("tahun") or str(coming_year(timezone.localdate()))
    if not (text.isascii() and text.isdigit() and len(text) == 4 and int(text) in YEARS):  # noqa: PLR2004 - digits of a year
        raise Http404
    return int(text)


def _done(request: OfficeRequest, form: Form, service: Any, **more: Any) -> Any:
    """Ask a service for what the form says; show at its field what it refuses."""
    known = {k: v for k, v in form.cleaned_data.items() if k != "person"}
    try:
        return service(**known, **more, by=request.actor.id, at=timezone.now())
    except Invalid as refusal:
        refuse(form, refusal)
    except RefusedFile as refusal:
        form.add_error("scan", refusal.reason)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def decree_scan(request: OfficeRequest, appointment_id: UUID) -> HttpResponse:
    """Add the scan of a decree; every appointment that the decree made gets it."""
    row = access.appointment(appointment_id)
    posted = request.method == "POST"
    form = ScanForm(request.POST if posted else None, request.FILES if posted else None)
    if form.is_valid():
        same = queries.of_decree(row)
        if _done(request, form, services.keep_scan, appointments=same):
            messages.success(request, _("The scan is kept."))
            return redirect("decrees")
    heading = _("Scan of decree %(number)s") % {"number": row.decree_number}
    crumbs = [Crumb(_("Decrees"), reverse("decrees"))]
    return _page(request, form, heading=heading, crumbs=crumbs, act=_("Keep the scan"))


@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: OfficeRequest, post_id: UUID) -> HttpResponse:
    """Appoint somebody to a post."""
    post = access.post(post_id)
    page = reverse("post", args=[post.pk])
    everybody = {str(person.pk): person for person in queries.people()}
    posted = request.method == "POST"
    form = AppointForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial=_asked_for(request),
        people=everybody.values(),
    )
    if form.is_valid():
        person = everybody[form.cleaned_data["person"]]
        made = _done(request, form, services.appoint_by_decree, post=post, person=person)
        if made:
            _tell_appointed(request, made)
            return redirect(page)
    crumbs = [Crumb(_("Posts"), reverse("posts")), Crumb(post.label, page)]
    heading = _("Appoint somebody")
    return _page(request, form, heading=heading, crumbs=crumbs, act=heading)


def _asked_for(request: OfficeRequest) -> dict[str, str]:
    """Return what a link fills in: as what, from when, until when."""
    names = {"kind": "sebagai", "valid_from": "mulai", "valid_until": "sampai"}
    return {field: request.GET[name][:20] for field, name in names.items() if name in request.GET}


def _tell_appointed(request: OfficeRequest, row: Appointment) -> None:
    words = {
        "name": row.person.name,
        "post": queries.acting_title(row),
        "day": date_format(row.valid_from, "j F Y"),
    }
    later = row.valid_from > timezone.localdate()
    if row.kind == AppointmentKind.DEFINITIVE:
        holds = _("%(name)s holds the post %(post)s.")
        said = _("%(name)s holds the post %(post)s from %(day)s on.") if later else holds
    else:
        acts = _("%(name)s acts as %(post)s.")
        said = _("%(name)s acts as %(post)s from %(day)s on.") if later else acts
    messages.success(request, said % words)
    period = (row.valid_from, row.valid_until)
    if row.kind == AppointmentKind.PLT and outlasts_months(period, PLT_MONTHS):
        messages.warning(request, _("An order of a Plt. lasts three months and is then renewed."))


def _page(
    request: OfficeRequest, form: Form, *, heading: str, crumbs: list[Crumb], act: str
) -> HttpResponse:
    context = {
        "heading": heading,
        "crumbs": crumbs,
        "form": form,
        "act": act,
        "back": crumbs[-1].url,
    }
    return render(request, "evidence/form.html", context, status=422 if form.errors else 200)
