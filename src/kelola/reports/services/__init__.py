"""Giving out papers."""

from kelola.reports.services.issuing import issue_paper

__all__ = ["issue_paper"]
