"""People and posts from a table: read, planned, shown, and only then written, all or nothing.

``plan`` looks and changes nothing; ``import_people`` plans anew inside its transaction and writes
what the plan says. The screens and the first start both stand on these two.
"""

from kelola.office.services.importing.planning import Plan, Planned, plan
from kelola.office.services.importing.reading import HEADER, LIMITS, Line, read_lines
from kelola.office.services.importing.writing import Given, Imported, Unfit, import_people

__all__ = [
    "HEADER",
    "LIMITS",
    "Given",
    "Imported",
    "Line",
    "Plan",
    "Planned",
    "Unfit",
    "import_people",
    "plan",
    "read_lines",
]
