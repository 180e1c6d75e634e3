"""The papers of SOPs and their runs."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from kelola.registry import Report, reports
from kelola.reports.press import PAPER

FORM, RUN_SHEET, HANDOVER = "sop.form", "sop.run", "sop.handover"
REVISION, MONITORING, APPROVAL = "sop.revision", "sop.monitoring", "sop.approval"
INDEX, OFFICIAL = "sop.index", "sop.official"
# The form of PermenPANRB 35/2012, which no other paper looks like.
OFFICIAL_FORM = Path(__file__).resolve().parent / "templates" / "sop" / "official.typ"

reports.register(FORM, Report(_("Form of an SOP step"), PAPER))
reports.register(RUN_SHEET, Report(_("Run sheet"), PAPER))
reports.register(HANDOVER, Report(_("Minutes of a hand-over"), PAPER))
reports.register(REVISION, Report(_("List of revisions of an SOP"), PAPER))
reports.register(MONITORING, Report(_("Monitoring of an SOP"), PAPER))
reports.register(APPROVAL, Report(_("Approval sheet of an SOP"), PAPER))
reports.register(INDEX, Report(_("Index of SOPs"), PAPER))
reports.register(OFFICIAL, Report(_("Official form of an SOP"), OFFICIAL_FORM))
