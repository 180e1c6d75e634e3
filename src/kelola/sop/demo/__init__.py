"""The SOP's part in the demo office's year: every run that the stories do not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kelola.registry import lives
from kelola.sop import queries
from kelola.sop.demo.acts import version
from kelola.sop.demo.asked import requests_of_year
from kelola.sop.demo.others import others
from kelola.sop.demo.rounds import rounds
from kelola.sop.demo.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kelola.registry import Deed, World


def life(world: World) -> Iterator[Deed]:
    """Yield the deeds of the year; the world's office is open."""
    definition = queries.definition(version().definition_id)
    by_code = {procedure.code: procedure for procedure in definition.procedures}
    yield from rounds(world, definition, texts().words)
    yield from requests_of_year(world, by_code["B"])
    yield from others(world, by_code)


lives.register("sop.life", life)
