"""Giving out papers, and the picture on their letterhead."""

from kelola.reports.services.issuing import issue_paper
from kelola.reports.services.logo import change_logo, remove_logo

__all__ = ["change_logo", "issue_paper", "remove_logo"]
