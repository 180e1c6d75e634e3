"""The sentences about faulty SOP files: per code the message and the remedy, in both languages.

Kept as tables beside the codes, not as message catalogues: the loader is pure, and whoever mends a
file needs both sentences without a running application. The order in each row is message in
Indonesian, message in English, remedy in Indonesian, remedy in English.
"""

from __future__ import annotations

from typing import Final

from kelola.sop.definition.messages.flow import FLOW
from kelola.sop.definition.messages.parts import PARTS
from kelola.sop.definition.messages.reading import FILE
from kelola.sop.definition.messages.schema import SCHEMA

MESSAGES: Final[dict[str, tuple[str, str, str, str]]] = {**FILE, **SCHEMA, **PARTS, **FLOW}
