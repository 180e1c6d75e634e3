"""Every text has its Indonesian words, and no catalogue keeps words that nothing says."""

from __future__ import annotations

import re

import pytest

from tools import messages

PLACES = re.compile(r"%\(\w+\)[a-z]")


@pytest.mark.parametrize("app", messages.apps(), ids=lambda app: app.name)
def test_every_text_is_translated(app):
    lacking = [text.single for text in messages.missing(app)]
    assert not lacking, lacking


@pytest.mark.parametrize("app", messages.apps(), ids=lambda app: app.name)
def test_translations_keep_their_places_and_no_more(app):
    wrong = []
    for entry in messages.translated(messages.catalogue(app)).values():
        allowed = set(PLACES.findall(entry.msgid)) | set(PLACES.findall(entry.msgid_plural))
        words = [entry.msgstr, *entry.msgstr_plural.values()]
        wrong += [entry.msgid for text in words if not set(PLACES.findall(text)) <= allowed]
    assert not wrong


@pytest.mark.parametrize("app", messages.apps(), ids=lambda app: app.name)
def test_no_translation_is_left_over(app):
    said = {(text.context, text.single) for text in messages.texts(app)}
    left = [key for key in messages.translated(messages.catalogue(app)) if key not in said]
    assert not left


def test_texts_are_found_under_any_name_and_in_templates():
    source = "from django.utils.translation import ngettext as n, gettext_lazy as _\n"
    found = messages.in_python(source + "_('one' ' text')\nn('%(n)s day', '%(n)s days', 3)")
    assert found == {
        messages.Text(None, "one text", None),
        messages.Text(None, "%(n)s day", "%(n)s days"),
    }
    template = "{% blocktranslate trimmed %}\n a {{ b }}\n c{% endblocktranslate %}{{ _('d') }}"
    assert messages.in_template(template) == {
        messages.Text(None, "a %(b)s c", None),
        messages.Text(None, "d", None),
    }
