"""Append-only entries in one chain per office, without foreign keys so that anyone may write."""

from __future__ import annotations

from django.db import models

from kelola.ledger.rules import GENESIS


class Entry(models.Model):
    """What happened once. Triggers in the database refuse to change or delete it."""

    chain = models.CharField(max_length=36)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=36)
    acting_for = models.CharField(max_length=36, blank=True)
    verb = models.CharField(max_length=100)
    object = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("chain", "seq"), name="ledger_entry_chain_seq"),
        )
        indexes = (models.Index(fields=("chain", "object", "seq"), name="ledger_entry_object"),)

    def __str__(self) -> str:
        return f"{self.chain} {self.seq} {self.verb}"


class Head(models.Model):
    """The last entry of a chain: the row that appends take turns on."""

    chain = models.CharField(max_length=36, primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"


class Cursor(models.Model):
    """How far a follower has read a chain."""

    follower = models.CharField(max_length=100)
    chain = models.CharField(max_length=36)
    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("follower", "chain"), name="ledger_cursor_once"),
        )

    def __str__(self) -> str:
        return f"{self.follower} {self.chain} {self.seq}"


class CheckState(models.TextChoices):
    """Where the check of a chain stands."""

    ASKED = "asked"
    WHOLE = "whole"
    BROKEN = "broken"


class ChainCheck(models.Model):
    """The last check of a chain, and how far the one under way has come.

    ``seq`` and ``hash`` are those of the last entry found good; a check goes on from there, a
    portion at a time, so that a chain of any length holds nothing up.
    """

    chain = models.CharField(max_length=36, primary_key=True)
    state = models.CharField(max_length=6, choices=CheckState.choices, default=CheckState.ASKED)
    asked_at = models.DateTimeField()
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)
    finished_at = models.DateTimeField(null=True)
    entries = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    first_bad = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.chain} {self.state}"
