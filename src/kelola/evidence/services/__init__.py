"""Taking files in, clearing away what an interrupted upload left, giving out sealed papers."""

from kelola.evidence.services.anchoring import compare_kept, keep_anchor
from kelola.evidence.services.checking import check_files
from kelola.evidence.services.decrees import appoint_by_decree, keep_scan, renew_decrees
from kelola.evidence.services.exporting import write_export
from kelola.evidence.services.keys import DamagedKey
from kelola.evidence.services.packing import Pack, packs_made, record_pack, told, write_pack
from kelola.evidence.services.papers import keep_paper, make_seal
from kelola.evidence.services.pieces import LostPiece, document_piece, is_lost
from kelola.evidence.services.refusals import RefusedFile
from kelola.evidence.services.storing import DOCUMENT, store_file
from kelola.evidence.services.sweeping import sweep_orphans
from kelola.evidence.services.texts import read_waiting_texts

__all__ = [
    "DOCUMENT",
    "DamagedKey",
    "LostPiece",
    "Pack",
    "RefusedFile",
    "appoint_by_decree",
    "check_files",
    "compare_kept",
    "document_piece",
    "is_lost",
    "keep_anchor",
    "keep_paper",
    "keep_scan",
    "make_seal",
    "packs_made",
    "read_waiting_texts",
    "record_pack",
    "renew_decrees",
    "store_file",
    "sweep_orphans",
    "told",
    "write_export",
    "write_pack",
]
