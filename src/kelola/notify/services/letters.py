"""What a letter says: the news of one reader as plain text, in the language of the office."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kelola.ledger.notices import notices
from kelola.notify.channels import Letter
from kelola.ui.wording import short_time
from kelola.workcal import rules as workcal
from kelola.workcal.queries import calendar_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kelola.notify.models import Message, News

# A longer letter is not read; the rest stands in Kelola.
MOST_LINES = 30


def sentence(news: News) -> str:
    """Return what a piece of news says, in the active language and zone."""
    notice = notices.get(news.notice)
    if notice is None:
        return ""
    return str(notice.sentence) % {key: _word(word) for key, word in news.words.items()}


def _word(word: str | Mapping[str, str]) -> str:
    if isinstance(word, str):
        return word
    if "at" in word:
        return short_time(datetime.fromisoformat(word["at"])) if word["at"] else ""
    return word.get(get_language() or "id") or word["id"]


def compose(rows: Sequence[Message]) -> Letter:
    """Return the letter of these messages, all of one reader, with the address of each thing.

    What other people wrote stays in Kelola: mail and other ways lie open to strangers.
    """
    calendar = calendar_of(rows[0].office_id)
    zone = workcal.zone_on(calendar, workcal.local(calendar, rows[0].next_at).date())
    with translation.override(settings.LANGUAGE_CODE), timezone.override(zone):
        lines = [f"- {sentence(row.news)}{_link(row.news.url)}" for row in rows[:MOST_LINES]]
        more = len(rows) - len(lines)
        if more > 0:
            lines.append(ngettext("and %(n)s more.", "and %(n)s more.", more) % {"n": more})
        subject = (
            sentence(rows[0].news)
            if len(rows) == 1
            else ngettext("%(n)s piece of news", "%(n)s pieces of news", len(rows))
            % {"n": len(rows)}
        )
        return _letter(str(rows[0].letter), f"Kelola: {subject}", lines)


def test_letter(key: str) -> Letter:
    """Return a letter that says nothing but that it came."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Test letter")
        return _letter(
            key, f"Kelola: {subject}", [_("This way works. Nothing else is to be done.")]
        )


def _letter(key: str, subject: str, lines: list[str]) -> Letter:
    foot: dict[str, Any] = {"url": address(reverse("news_wishes"))}
    words = _("How often letters come is yours to choose: %(url)s") if foot["url"] else ""
    text = "\n".join([*lines, "", words % foot if words else _("Open Kelola for the rest.")])
    return Letter(key, subject, text.rstrip() + "\n", address(reverse("news")))


def _link(url: str) -> str:
    whole = address(url)
    return f"\n  {whole}" if whole else ""


def address(url: str) -> str:
    """Return the whole address of a page of ours, "" where the settings do not know it."""
    return f"{settings.PUBLIC_URL}{url}" if settings.PUBLIC_URL else ""
