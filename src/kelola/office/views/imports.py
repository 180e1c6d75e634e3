"""The import of people and posts: choose a file, look at what it changes, write it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core import signing
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from kelola.office.forms import ImportForm
from kelola.office.services import importing
from kelola.ui.http.tables import table_response
from kelola.ui.parts import Crumb
from kelola.ui.sheets import Fault, Row, Table, Unreadable, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from kelola.office.http import OfficeRequest
    from kelola.ui.parts import FlowNode

SHOWN = 200
HOUR = 3600
# What the preview posts back must fit into a form.
MOST_POSTED = 2_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the import stands: a page of the settings, or a step of the first start.

    ``here`` is the address of its page, ``onward`` leads away from it. A step has ``steps``, may
    be skipped, and its ``heading`` stays the same; ``done`` is called when a file was written.
    """

    here: str
    onward: str
    onward_words: str
    crumbs: Sequence[Crumb] = ()
    heading: str = ""
    lead: str = ""
    steps: Sequence[FlowNode] = ()
    done: Callable[[], object] = lambda: None


@require_safe
def import_template(_request: OfficeRequest) -> HttpResponseBase:
    """Give the empty table to fill in."""
    return table_response("xlsx", "pegawai-dan-jabatan", importing.HEADER, [])


@require_http_methods(["GET", "HEAD", "POST"])
def import_people(request: OfficeRequest) -> HttpResponseBase:
    """Import people and posts from the settings."""
    crumbs = [
        Crumb(_("Settings"), reverse("settings")),
        Crumb(_("Import people and posts"), reverse("import_people")),
    ]
    place = Place(reverse("import_people"), reverse("people"), _("To the people"), crumbs)
    return answer(request, place)


@sensitive_variables("written")
def answer(request: OfficeRequest, place: Place) -> HttpResponseBase:
    """Look at a file (``act=look``), download its faults (``faults``), or write it (``write``)."""
    if request.method != "POST":
        return _page(request, place, ImportForm())
    act = request.POST.get("act", "look")
    form = ImportForm(request.POST, request.FILES) if act == "look" else ImportForm()
    if act == "look" and not form.is_valid():
        return _page(request, place, form)
    try:
        table = _uploaded(form) if act == "look" else _unsealed(request)
        if act == "write":
            return _write(request, place, table)
        made = importing.plan(table)
    except Unreadable as refused:
        form = form if form.is_bound else ImportForm(request.POST, request.FILES)
        form.errors.clear()
        form.add_error("file", str(refused))
        return _page(request, place, form)
    if act == "faults":
        rows = ([fault.row or "", fault.message] for fault in made.faults)
        return table_response("csv", "kesalahan-impor", [_("Row"), _("What is wrong")], rows)
    return _preview(request, place, table, made)


def _uploaded(form: ImportForm) -> Table:
    return read_table(form.cleaned_data["file"], importing.LIMITS)


def _salt(request: OfficeRequest) -> str:
    return f"office.import:{request.actor.office.pk}:{request.actor.user.pk}"


def _sealed(request: OfficeRequest, table: Table) -> str:
    """Return the table in a form that only this person, in this office, can post back."""
    rows = [[row.number, row.cells] for row in [table.header, *table.rows]]
    faults = [dataclasses.astuple(fault) for fault in table.faults]
    sealed = signing.dumps([rows, faults], salt=_salt(request), compress=True)
    if len(sealed) > MOST_POSTED:
        raise Unreadable(_("There is too much in this file. Split it."))
    return sealed


def _unsealed(request: OfficeRequest) -> Table:
    try:
        rows, faults = signing.loads(
            request.POST.get("table", ""), salt=_salt(request), max_age=HOUR
        )
    except signing.BadSignature as error:
        raise Unreadable(_("This preview is too old. Choose the file again.")) from error
    kept = [Row(number, tuple(cells)) for number, cells in rows]
    return Table(kept[0], kept[1:], [Fault(row, message) for row, message in faults])


def _write(request: OfficeRequest, place: Place, table: Table) -> HttpResponse:
    try:
        written = importing.import_people(
            office=request.actor.office.pk,
            table=table,
            by=request.actor.id,
            at=timezone.now(),
        )
    except importing.Unfit as refused:
        return _preview(request, place, table, refused.plan)
    place.done()
    done = {"new": written.plan.count("new"), "changed": written.plan.count("changed")}
    messages.success(
        request, _("Imported: %(new)d new rows, %(changed)d changed. The rest was as it is.") % done
    )
    if not written.given:
        return redirect(place.onward)
    heading = place.heading or _("Accounts that were given")
    context = {"heading": heading, "lead": place.lead, "place": place, "given": written.given}
    return render(request, "office/imports/given.html", context)


def _preview(
    request: OfficeRequest, place: Place, table: Table, made: importing.Plan
) -> HttpResponse:
    changes = [p for p in made.lines if p.state != "unchanged"]
    context: dict[str, Any] = {
        "heading": place.heading or _("What this file changes"),
        "lead": place.lead,
        "crumbs": place.crumbs,
        "place": place,
        "plan": made,
        "faults": made.faults[:SHOWN],
        "more_faults": max(0, len(made.faults) - SHOWN),
        "changes": [(p, f"import.{p.state}") for p in changes[:SHOWN]],
        "more": max(0, len(changes) - SHOWN),
        "counts": [(f"import.{s}", made.count(s)) for s in ("new", "changed", "unchanged")],
        "sealed": _sealed(request, table),
    }
    status = 422 if made.faults else 200
    return render(request, "office/imports/preview.html", context, status=status)


def _page(request: OfficeRequest, place: Place, form: ImportForm) -> HttpResponse:
    context = {
        "heading": place.heading or _("Import people and posts"),
        "lead": place.lead,
        "crumbs": place.crumbs[:1],
        "place": place,
        "form": form,
        "columns": importing.HEADER,
    }
    status = 422 if form.errors else 200
    return render(request, "office/imports/choose.html", context, status=status)
