"""People: the list, a person, adding and changing one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kelola.office import access, faces, queries, services
from kelola.office.forms import AccountForm, PersonForm
from kelola.office.policies import is_admin, may_record_absence
from kelola.office.queries import AccountState
from kelola.office.views import lists
from kelola.office.views.editing import accepted, form_page
from kelola.ui.http.tables import table_response
from kelola.ui.parts import Crumb
from kelola.ui.states import LOOKS

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from kelola.office.http import OfficeRequest
    from kelola.office.models import Person

ACCOUNTS = {
    "bisa-masuk": AccountState.ACTIVE,
    "administrator": AccountState.ADMIN,
    "belum-ada": AccountState.NONE,
    "ditutup": AccountState.CLOSED,
}


@require_safe
def people(request: OfficeRequest) -> HttpResponseBase:
    """List the office's people by name; administrators also see NIP and accounts."""
    admin = bool(is_admin(request.actor))
    wanted = _wanted(request, admin=admin)
    if kind := request.GET.get("unduh"):
        return _download(request, kind, wanted, admin=admin)
    last = lists.key(request, "setelah")
    after = access.person(last) if last else None
    found = queries.people(**wanted, after=after, limit=lists.PAGE + 1)
    shown = found[: lists.PAGE]
    context = {
        "heading": _("People"),
        "crumbs": [Crumb(_("Settings"), reverse("settings"))],
        "rows": _rows(shown),
        "admin": admin,
        "words": lists.words(request),
        "units": queries.units(),
        "unit": request.GET.get("unit", ""),
        "account": request.GET.get("akun", ""),
        "accounts": [(k, LOOKS[f"account.{state}"].word) for k, state in ACCOUNTS.items()],
        "filtered": any(request.GET.get(name) for name in ("cari", "unit", "akun", "setelah")),
        "query": lists.query(request),
        "next": str(shown[-1].pk) if len(found) > lists.PAGE else "",
    }
    return render(request, "office/people/list.html", context)


def _wanted(request: OfficeRequest, *, admin: bool) -> dict[str, Any]:
    account = request.GET.get("akun", "") if admin else ""
    if account and account not in ACCOUNTS:
        raise Http404
    return {
        "words": lists.words(request),
        "with_nip": admin,
        "unit": lists.key(request, "unit"),
        "account": ACCOUNTS.get(account),
    }


def _rows(found: list[Person]) -> list[dict[str, Any]]:
    posts = queries.posts_held(found, timezone.localdate())
    return [
        {
            "person": person,
            "posts": ", ".join(post.label for post in posts.get(person.pk, [])),
            "account": f"account.{queries.account_state(person)}",
        }
        for person in found
    ]


def _download(
    request: OfficeRequest, kind: str, wanted: dict[str, Any], *, admin: bool
) -> HttpResponseBase:
    del request
    header = [_("Name"), _("Unit"), _("Posts")]
    header += [_("NIP"), _("User name")] if admin else []
    table = []
    for row in _rows(queries.people(**wanted)):
        person = row["person"]
        line = [person.name, person.unit.name if person.unit else "", row["posts"]]
        membership = getattr(person, "membership", None)
        login = membership.user.login if membership else ""
        table.append([*line, person.nip, login] if admin else line)
    return table_response(kind, "pegawai", header, table)


@require_safe
def person(request: OfficeRequest, person_id: UUID) -> HttpResponse:
    """Show a person: posts, and for administrators the account and the history."""
    return person_page(request, access.person(person_id))


def person_page(
    request: OfficeRequest,
    row: Person,
    *,
    form: AccountForm | None = None,
    told: str = "",
    error: str = "",
) -> HttpResponse:
    """Draw a person's page; ``told`` is a password shown this once."""
    decision = is_admin(request.actor)
    rows = queries.appointments_of(person=row)
    held = faces.held(rows, timezone.localdate())
    posts = [entry.title for entry in held if not entry.ended]
    sees_away = bool(may_record_absence(request.actor, row.pk))
    away = faces.away(queries.absences_of(row) if sees_away else [], timezone.localdate())
    context = {
        "heading": row.name,
        "lead": " · ".join([*posts, *([row.unit.name] if row.unit else [])]),
        "crumbs": [Crumb(_("People"), reverse("people"))],
        "person": row,
        "membership": getattr(row, "membership", None),
        "account": f"account.{queries.account_state(row)}",
        "held": held,
        "admin": bool(decision),
        "sees_away": sees_away,
        "away": away,
        "form": form or AccountForm(initial={"login": row.nip}),
        "told": told,
        "error": error,
        "history": faces.history_of_person(row, rows) if decision else [],
    }
    failed = error or (form is not None and form.errors)
    return render(request, "office/people/person.html", context, status=422 if failed else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: OfficeRequest) -> HttpResponse:
    """Add somebody."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    office = request.actor.office.pk
    added = accepted(request, form, services.add_person_of_unit, office=office)
    if added:
        messages.success(request, _("%(name)s is added.") % {"name": added.name})
        return redirect("person", added.pk)
    crumbs = [Crumb(_("People"), reverse("people"))]
    return form_page(request, form, heading=_("Add a person"), crumbs=crumbs, act=_("Add a person"))


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: OfficeRequest, person_id: UUID) -> HttpResponse:
    """Change a name, a NIP or a unit."""
    row = access.person(person_id)
    known = {"name": row.name, "nip": row.nip, "unit": row.unit.name if row.unit else ""}
    form = PersonForm(request.POST if request.method == "POST" else None, initial=known)
    if accepted(request, form, services.edit_person, person=row):
        messages.success(request, _("Saved."))
        return redirect("person", row.pk)
    crumbs = [Crumb(_("People"), reverse("people")), Crumb(row.name, _page_of(row))]
    return form_page(request, form, heading=_("Change the data"), crumbs=crumbs)


def _page_of(row: Person) -> str:
    return reverse("person", args=[row.pk])
