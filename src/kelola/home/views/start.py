"""The first start: the office and its administrator, made at an address that holds once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.account.adapter import get_adapter
from django.contrib.auth import logout
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from kelola.home.forms import FirstAdminForm
from kelola.home.views.start_steps import STEPS, heading, nodes
from kelola.office import doors, services
from kelola.office.forms import OfficeForm, refuse
from kelola.office.queries import has_office

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kelola.office.models import User
    from kelola.office.policies import Actor

ZONE = "Asia/Jakarta"


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Go on where the setting-up stands; before there is an office, say how it begins."""
    actor: Actor | None = request.actor  # type: ignore[attr-defined] # set by the middleware
    if actor is None and not has_office():
        return _how(request)
    if actor is None or not actor.office.setup_step or not actor.membership.is_admin:
        raise Http404
    return redirect(STEPS[actor.office.setup_step])


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "again")
@sensitive_variables("admin")
def start_office(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for the office (``act=office``), then its administrator (``begin``), and make both.

    What the other step was told travels in hidden fields: nothing is written before the end.
    """
    if has_office():
        raise Http404
    if not services.setup_link_holds(secret=secret, at=timezone.now()):
        return _how(request, status=404)
    if request.method != "POST":
        return _office_page(request, OfficeForm(initial={"zone": ZONE}))
    office, admin, act = (
        OfficeForm(request.POST),
        FirstAdminForm(request.POST),
        request.POST.get("act"),
    )
    if act == "back" or not _fits(office):
        return _office_page(
            request, OfficeForm(initial=_typed(office)) if act == "back" else office
        )
    if act != "begin":
        return _admin_page(request, FirstAdminForm(initial=_typed(admin)))
    if not admin.is_valid():
        return _admin_page(request, admin)
    return _begin(request, secret, office, admin)


def _begin(
    request: HttpRequest, secret: str, office: OfficeForm, admin: FirstAdminForm
) -> HttpResponse:
    told = admin.cleaned_data
    try:
        user = services.begin_office(
            secret=secret,
            facts=_facts(office),
            admin=services.FirstAdmin(told["person"], told["nip"], told["login"], told["password"]),
            at=timezone.now(),
        )
    except services.LinkSpent:
        raise Http404 from None
    except services.Invalid as refusal:
        refuse(admin, refusal)
        return _admin_page(request, admin)
    return _come_in(request, user)


def _come_in(request: HttpRequest, user: User) -> HttpResponse:
    """Sign the new administrator in, and lead on."""
    logout(request)
    get_adapter().login(request, user)
    entry = doors.entry_of(request)
    services.note_sign_in(user=user, entry=entry, by=str(user.pk), at=timezone.now())
    response = redirect("start")
    doors.remember(request, response, user)
    return response


def _facts(form: OfficeForm) -> services.OfficeFacts:
    return cast("services.OfficeFacts", form.cleaned_data)  # its fields are the facts


def _fits(form: OfficeForm) -> bool:
    """Tell whether the office could be made; what does not fit is told at its field."""
    if form.is_valid():
        try:
            services.check_office(**_facts(form))
        except services.Invalid as refusal:
            refuse(form, refusal)
    return form.is_valid()


def _typed(form: OfficeForm | FirstAdminForm) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields}


def _how(request: HttpRequest, status: int = 200) -> HttpResponse:
    context = {"heading": _("This Kelola has no office yet")}
    return render(request, "home/start.html", context, status=status)


def _office_page(request: HttpRequest, form: OfficeForm) -> HttpResponse:
    kept = FirstAdminForm(initial={n: request.POST.get(n, "") for n in ("person", "nip", "login")})
    context = {
        "heading": heading(1),
        "lead": _("Your office, as it stands on its papers."),
        "form": form,
        "kept": [kept[name] for name in ("person", "nip", "login")],
        "steps": nodes(1),
    }
    return render(request, "home/start_office.html", context, status=422 if form.errors else 200)


def _admin_page(request: HttpRequest, form: FirstAdminForm) -> HttpResponse:
    context = {
        "heading": heading(2),
        "lead": _("The first administrator: you."),
        "form": form,
        "kept": list(OfficeForm(initial=_typed(OfficeForm(request.POST)))),
        "steps": nodes(2),
    }
    return render(request, "home/start_admin.html", context, status=422 if form.errors else 200)
