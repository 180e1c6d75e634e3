"""Makes the triggers after every migration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from kelola.ledger.triggers import install


def _install(using: str, **_: Any) -> None:
    install(connections[using])


class LedgerApp(AppConfig):
    """The ledger."""

    name = "kelola.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Follow migrations."""
        post_migrate.connect(_install, sender=self, dispatch_uid="kelola.ledger.triggers")
