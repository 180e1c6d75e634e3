"""Which files are taken in: by their bytes, never by what they call themselves.

Nothing here trusts a length that the file declares before it was compared with the file's own.
"""

from kelola.evidence.rules.inspection import inspect
from kelola.evidence.rules.kinds import KINDS, Kind, Reason, Unfit
from kelola.evidence.rules.names import clean_name
from kelola.evidence.rules.scripts import may_run

__all__ = ["KINDS", "Kind", "Reason", "Unfit", "clean_name", "inspect", "may_run"]
