"""``kelola settings``: every setting, its value now and its meaning."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from kelola.config.env import PREFIX, documented, read_env

HIDDEN = "•••"


def masked(value: object) -> str:
    """Return a value as text, the password of an address covered."""
    text = str(value)
    parts = urlsplit(text) if "://" in text else None
    if parts is None or parts.password is None:
        return text
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:{HIDDEN}@{address}"))


class Command(BaseCommand):
    """Reads the environment only; the secret key itself is never shown."""

    help = _("Show every setting, its value and its meaning.")
    needs_database = False
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the output format."""
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the table, or JSON."""
        values = read_env()
        rows = [
            {**row, "value": masked(getattr(values, row["name"].removeprefix(PREFIX).lower()))}
            for row in documented()
        ]
        if options["as_json"]:
            self.stdout.write(json.dumps({"settings": rows}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(f"{row['name']} = {row['value']}")
            meaning = _(row["meaning"])
            self.stdout.write(f"    {meaning} ({_('default')}: {row['default']})")
