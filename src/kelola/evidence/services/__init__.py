"""Taking files in, clearing away what an interrupted upload left, giving out sealed papers."""

from kelola.evidence.services.keys import DamagedKey
from kelola.evidence.services.papers import keep_paper, make_seal
from kelola.evidence.services.refusals import RefusedFile
from kelola.evidence.services.storing import DOCUMENT, store_file
from kelola.evidence.services.sweeping import sweep_orphans

__all__ = [
    "DOCUMENT",
    "DamagedKey",
    "RefusedFile",
    "keep_paper",
    "make_seal",
    "store_file",
    "sweep_orphans",
]
