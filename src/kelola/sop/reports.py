"""The papers of runs: the sheet of a run, and the forms its steps fill."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from kelola.registry import Report, reports

TEMPLATES = Path(__file__).resolve().parent / "templates" / "sop"
FORM, RUN_SHEET = "sop.form", "sop.run"

reports.register(FORM, Report(_("Form of an SOP step"), TEMPLATES / "form.typ"))
reports.register(RUN_SHEET, Report(_("Run sheet"), TEMPLATES / "run_sheet.typ"))
