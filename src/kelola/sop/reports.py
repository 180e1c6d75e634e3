"""The papers of runs: the sheet of a run, and the forms its steps fill."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kelola.registry import Report, reports
from kelola.reports.press import PAPER

FORM, RUN_SHEET, HANDOVER = "sop.form", "sop.run", "sop.handover"

reports.register(FORM, Report(_("Form of an SOP step"), PAPER))
reports.register(RUN_SHEET, Report(_("Run sheet"), PAPER))
reports.register(HANDOVER, Report(_("Minutes of a hand-over"), PAPER))
