"""What ``kelola doctor`` asks about the files, and about the key that seals papers."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.evidence import queries
from kelola.evidence.rules.anchors import NoAnchor
from kelola.evidence.rules.seals import key_id
from kelola.evidence.services.anchoring import compare_kept, kept_anchor, told
from kelola.evidence.services.keys import DamagedKey, read_key
from kelola.registry import Check, checks

LATE = timedelta(hours=48)
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def _whole() -> list[str]:
    altered = _(
        "%(office)s: %(n)s files are not what was taken in. See them under “Files”, and bring "
        "them back from the backup."
    )
    late = _("%(office)s: %(n)s files were not checked for two days. Is the worker running?")
    found = []
    for office, damaged, unchecked in queries.files_in_doubt(timezone.now() - LATE):
        found += [altered % {"office": office, "n": damaged}] if damaged else []
        found += [late % {"office": office, "n": unchecked}] if unchecked else []
    return found


checks.register("evidence.whole", Check(gettext_lazy("Files are what was taken in"), _whole))


def _key() -> list[str]:
    path = Path(settings.SEAL_KEY_FILE)
    known = queries.seal_keys()
    if not path.exists():
        words = _("The file %(path)s is gone. Bring it back; else a new key is made.")
        return [words % {"path": path}] if known else []
    try:
        public = read_key(path).public_key().public_bytes_raw()
    except DamagedKey as damaged:
        return [str(damaged)]
    found = []
    if path.stat().st_mode & OTHERS:
        words = _("Others on this machine can read %(path)s. Run: chmod 600 %(path)s")
        found.append(words % {"path": path})
    if known and key_id(public) not in known:
        words = _("The key in %(path)s has sealed nothing here. Is it of this installation?")
        found.append(words % {"path": path})
    return found


def _anchor() -> list[str]:
    try:
        found = compare_kept()
    except NoAnchor:
        words = _("The file %(path)s was changed since it was signed. Who can write there?")
        return [words % {"path": kept_anchor()}]
    if found is None or found.ok:
        return []
    advice = _("If an older copy was put back on purpose, run `kelola anchor accept`.")
    lines = [told(one) for one in found.findings]
    return [*lines, advice] if lines else [advice]


checks.register(
    "evidence.anchor", Check(gettext_lazy("The history goes on where it was last seen"), _anchor)
)
checks.register("evidence.key", Check(gettext_lazy("The key that seals papers"), _key))
