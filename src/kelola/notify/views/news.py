"""Kabar: what concerns the reader, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kelola.notify import faces, queries, services

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from kelola.notify.models import News
    from kelola.office.http import OfficeRequest

PAGE = 50


@require_safe
def news(request: OfficeRequest) -> HttpResponse:
    """List somebody's own news."""
    person = request.actor.person
    rows = list(_before(queries.news_of(person), request.GET.get("sebelum", ""))[: PAGE + 1])
    unread = queries.unread(person)
    context = {
        "heading": _("News"),
        "lead": ngettext("%(n)s not read yet", "%(n)s not read yet", unread) % {"n": unread}
        if unread
        else "",
        "lines": [faces.line(row) for row in rows[:PAGE]],
        "unread": unread,
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "begun": not request.GET.get("sebelum"),
    }
    return render(request, "notify/news.html", context)


@require_safe
def news_open(request: OfficeRequest, news_id: UUID) -> HttpResponse:
    """Mark a piece of one's news as read, and go to what it is about."""
    row = get_object_or_404(queries.news_of(request.actor.person), pk=news_id)
    services.mark_read(person=request.actor.person, keys=[row.pk], at=timezone.now())
    return redirect(row.url)


@require_POST
def news_read(request: OfficeRequest) -> HttpResponse:
    """Mark all of one's news as read."""
    services.mark_read(person=request.actor.person, at=timezone.now())
    messages.success(request, _("All is marked as read."))
    return redirect("news")


def _before(rows: QuerySet[News], key: str) -> QuerySet[News]:
    """Return what comes after a piece of news in the list; from the top for what is none."""
    try:
        last = rows.filter(pk=UUID(key)).first()
    except ValueError:
        return rows
    if last is None:
        return rows
    return rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
