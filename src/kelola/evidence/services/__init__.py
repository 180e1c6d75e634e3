"""Taking files in, and clearing away what an interrupted upload left."""

from kelola.evidence.services.refusals import RefusedFile
from kelola.evidence.services.storing import store_file
from kelola.evidence.services.sweeping import sweep_orphans

__all__ = ["RefusedFile", "store_file", "sweep_orphans"]
