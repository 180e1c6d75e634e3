"""Tables as people carry them: CSV and XLSX, written so that no cell becomes a formula, and read
with every fault named by its row.
"""

from kelola.ui.sheets.read import LIMITS, Fault, Limits, Row, Table, Unreadable, read_table
from kelola.ui.sheets.write import csv_cell, csv_lines, restored, safe, xlsx_bytes

__all__ = [
    "LIMITS",
    "Fault",
    "Limits",
    "Row",
    "Table",
    "Unreadable",
    "csv_cell",
    "csv_lines",
    "read_table",
    "restored",
    "safe",
    "xlsx_bytes",
]
