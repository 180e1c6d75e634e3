"""What ``kelola doctor`` asks about the files."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kelola.evidence import queries
from kelola.registry import Check, checks

LATE = timedelta(hours=48)


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
