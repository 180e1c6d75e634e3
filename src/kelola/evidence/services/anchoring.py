"""Making anchors of the history, keeping the newest, and comparing the history with them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kelola.evidence.models import SealKey
from kelola.evidence.rules import anchors, seals
from kelola.evidence.services.keys import seal_key
from kelola.ledger import queries as ledger
from kelola.ledger.rules import spell_time
from kelola.ledger.services import append

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found. ``known``: the key is one of this installation's."""

    at: str
    fingerprint: str
    known: bool
    findings: tuple[anchors.Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether the history goes through the anchor."""
        return self.known and not self.findings


def make_anchor(*, by: str, at: datetime) -> str:
    """Return a signed anchor of every chain as it stands, as the text of its file.

    Raises:
        DamagedKey: the file of the key holds none.

    """
    key = seal_key(by=by, at=at)
    heads = {chain: ledger.head_of(chain) for chain in ledger.heads()}
    moment, public = spell_time(at), key.public_key().public_bytes_raw()
    signature = key.sign(anchors.signed_part(moment, heads))
    return anchors.written(anchors.Anchor(moment, heads, public), signature)


def make_anchor_at(
    *, chain: str, head: tuple[int, str], moment: datetime, by: str, at: datetime
) -> str:
    """Return a signed anchor of one chain at one of its entries, of ``moment``.

    The same entry gives the same text. Raises as :func:`make_anchor` does.
    """
    key = seal_key(by=by, at=at)
    spelled, heads = spell_time(moment), {chain: head}
    signature = key.sign(anchors.signed_part(spelled, heads))
    return anchors.written(
        anchors.Anchor(spelled, heads, key.public_key().public_bytes_raw()), signature
    )


def compare_anchor(text: str) -> Compared:
    """Compare the history with an anchor; raise NoAnchor when it was changed or is none."""
    anchor = anchors.read(text)
    known = SealKey.objects.filter(public=anchor.public.hex()).exists()
    found = anchors.compare(anchor, ledger.head_of, ledger.hash_at)
    return Compared(anchor.at, seals.fingerprint(anchor.public), known, tuple(found))


def kept_anchor() -> Path:
    """Return where the newest anchor of this machine lies: beside the database, not in it."""
    return Path(settings.DATA_DIR) / "anchor.json"


def compare_kept() -> Compared | None:
    """Compare the history with the newest anchor of this machine; None when there is none."""
    if not kept_anchor().exists():
        return None
    return compare_anchor(kept_anchor().read_text(encoding="utf-8"))


def keep_anchor(*, at: datetime) -> bool:
    """Renew the anchor of this machine, unless the history does not go through the last one."""
    try:
        compared = compare_kept()
    except anchors.NoAnchor:
        return False
    if compared is not None and not compared.ok:
        return False
    _write(make_anchor(by="system", at=at))
    return True


def accept_history(*, by: str, at: datetime) -> tuple[anchors.Finding, ...]:
    """Enter into the history that it was put back to an older state, and anchor it anew.

    Returns:
        what was missing or different; nothing is entered when that is nothing.

    """
    try:
        compared = compare_kept()
    except anchors.NoAnchor:
        compared = None
        findings: tuple[anchors.Finding, ...] = ()
    else:
        findings = compared.findings if compared else ()
    if compared is not None and findings:
        with transaction.atomic():
            append(
                office=None,
                at=at,
                by=by,
                verb="evidence.history.put_back",
                object="evidence.anchor:kept",
                data={
                    "anchored_at": compared.at,
                    "chains": [
                        {"chain": f.chain, "kind": f.kind.value, "had": f.anchored, "has": f.found}
                        for f in findings
                    ],
                },
            )
    _write(make_anchor(by=by, at=at))
    return findings


def told(finding: anchors.Finding) -> str:
    """Return what a person reads about a chain that does not go through its anchor."""
    facts = {"chain": finding.chain, "anchored": finding.anchored, "found": finding.found}
    if finding.kind is anchors.Kind.SHORTER:
        words = _(
            "Entries are missing: chain %(chain)s had come to entry %(anchored)s and ends at "
            "%(found)s. The end was cut off, or an older copy was put back."
        )
    else:
        words = _(
            "Entries were replaced: entry %(anchored)s of chain %(chain)s is another one than when "
            "it was anchored."
        )
    return words % facts


def _write(text: str) -> None:
    path = kept_anchor()
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
