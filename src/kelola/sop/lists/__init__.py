"""The list of runs: what is asked for, and its rows."""

from kelola.sop.lists.asked import NAMES, RunsAsked, Sort, read
from kelola.sop.lists.rows import every_row, page

__all__ = ["NAMES", "RunsAsked", "Sort", "every_row", "page", "read"]
