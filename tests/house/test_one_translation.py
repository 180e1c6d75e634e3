"""One text has one translation: the catalogues of all apps become one at run time."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parents[2] / "src" / "kelola"


def test_a_text_reads_the_same_in_every_app():
    found = defaultdict(set)
    for path in SOURCE.glob("*/locale/id/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path)):
            text = entry.msgstr_plural.get(0) if entry.msgid_plural else entry.msgstr
            found[entry.msgctxt, entry.msgid].add(text)
    twice = {key[1]: texts for key, texts in found.items() if len(texts) > 1}
    assert not twice, twice
