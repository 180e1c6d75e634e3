from __future__ import annotations

from django.core.management.commands import flush
from django.db import connections

from tests.ledger_flush import lifted


class Command(flush.Command):
    def handle(self, **options):
        with lifted(connections[options["database"]]):
            return super().handle(**options)
