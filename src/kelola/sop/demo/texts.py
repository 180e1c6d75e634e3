"""What people write in the demo office's year: ``asked.yaml``, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from kelola.sop.demo.roads import Words


class _Strict(BaseModel):
    """A part of the file; a key that nobody reads is a slip."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Who(_Strict):
    """Somebody who asks for help."""

    name: str
    unit: str


class Asked(_Strict):
    """One thing that people ask for, and how it ends."""

    subject: str
    category: str
    level: tuple[str, str, str]
    says: str
    found: str
    plan: str
    did: str
    cost: int = 0


class Settled(_Strict):
    """Something done in the corridor."""

    what: str


class Renewal(_Strict):
    """A service that ends unless it is paid again."""

    subject: str
    service: str
    provider: str
    amount: int


class Texts(_Strict):
    """``asked.yaml``."""

    who: list[Who]
    rooms: list[str]
    asked: list[Asked]
    settled: list[Settled]
    late_because: list[str]
    back_because: dict[str, list[str]]
    news: list[str]
    renewals: list[Renewal]
    applications: list[str]

    @property
    def words(self) -> Words:
        """What is written besides the forms."""
        return Words(self.late_because, self.back_because)


@cache
def texts() -> Texts:
    """Return what ``asked.yaml`` says; raises ``pydantic.ValidationError``."""
    text = Path(__file__).with_name("asked.yaml").read_text(encoding="utf-8")
    return Texts.model_validate(yaml.safe_load(text))
