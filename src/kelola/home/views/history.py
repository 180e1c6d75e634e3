"""The history of the office: its entries in sentences, and whether the chain is whole."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kelola.home.forms import HistoryForm
from kelola.home.subjects import tell
from kelola.ledger import queries
from kelola.ledger.queries import Wanted
from kelola.ledger.rules import chain_of
from kelola.ledger.services import ask_check
from kelola.ui.http.tables import table_response
from kelola.ui.parts import Crumb
from kelola.ui.wording import long_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from kelola.office.http import OfficeRequest
    from kelola.office.policies import Actor

PAGE = 50
MOST_ROWS = 50_000  # of a file; each costs a sentence
AT_ONCE = 500
_ONE_DAY = timedelta(days=1)


@require_safe
def history(request: OfficeRequest) -> HttpResponseBase:
    """Show the office's entries, newest first."""
    form = HistoryForm(request.GET)
    wanted = _wanted(form.cleaned_data) if form.is_valid() else Wanted()
    if request.GET.get("unduh"):
        return _file(request, wanted)
    chain = chain_of(request.actor.office.pk)
    below = _number(request.GET.get("sebelum", ""))
    entries, more = queries.newest(chain, wanted, below=below, limit=PAGE)
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "heading": _("History of the office"),
        "crumbs": [Crumb(_("Settings"), reverse("settings"))],
        "form": form,
        "lines": tell(request.actor, entries),
        "query": urlencode(asked),
        "filtered": bool(asked),
        "begun": below is None,
        "more": more,
        "check": queries.chain_check(chain),
        "last": queries.head_of(chain),
    }
    return render(request, "home/history.html", context, status=422 if form.errors else 200)


@require_POST
def history_check(request: OfficeRequest) -> HttpResponse:
    """Ask for a check of the office's chain; the worker reads it portion by portion."""
    ask_check(chain=chain_of(request.actor.office.pk), at=timezone.now())
    messages.success(request, _("The check begins within a minute. This page shows how far it is."))
    return redirect("history")


def _wanted(data: dict[str, Any]) -> Wanted:
    since, until = data["dari"], data["sampai"]
    return Wanted(
        by=data["oleh"],
        prefix=data["tentang"],
        since=_midnight(since) if since else None,
        before=_midnight(until + _ONE_DAY) if until else None,
    )


def _midnight(on: Any) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004 - fits 64 bits
        raise Http404
    return int(text)


def _file(request: OfficeRequest, wanted: Wanted) -> HttpResponseBase:
    header = [_("Number"), _("Time"), _("By"), _("What"), _("About"), _("Verb"), _("Hash")]
    return table_response(
        request.GET["unduh"], "riwayat-kantor", header, _rows(request.actor, wanted)
    )


def _rows(actor: Actor, wanted: Wanted) -> Iterator[list[Any]]:
    chain, below, left = chain_of(actor.office.pk), None, MOST_ROWS
    while left > 0:
        entries, below = queries.newest(chain, wanted, below=below, limit=min(AT_ONCE, left))
        for line, entry in zip(tell(actor, entries), entries, strict=True):
            told = [line.seq, long_date(line.at), line.by, line.sentence, line.about]
            yield [*told, entry.verb, entry.hash]
        left -= len(entries)
        if below is None:
            return
