"""Django's session engine: rows that say whose they are, under digests of their keys."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from kelola.office.models import SessionRow

# What the session remembers of how its user came in; the row's columns are made from it.
ENTRY = "entry"


def digest_of(key: str) -> str:
    """Return what the table keeps of a session's key."""
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(db.SessionStore):
    """Sessions of ``SessionRow``. The row that was read stays at hand in ``row``."""

    row: SessionRow | None = None

    @classmethod
    def get_model_class(cls) -> type[SessionRow]:
        """Return the table."""
        return SessionRow

    def _get_session_from_db(self) -> SessionRow | None:
        key = digest_of(self.session_key or "")
        self.row = SessionRow.objects.filter(pk=key, expire_date__gt=timezone.now()).first()
        if self.row is None:
            self._session_key = None
        return self.row

    def exists(self, session_key: str) -> bool:
        """Tell whether a session with this key is kept."""
        return super().exists(digest_of(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Forget a session, this one when no key is given."""
        key = session_key or self.session_key
        if key is not None:
            SessionRow.objects.filter(pk=digest_of(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> SessionRow:
        """Return the row that keeps this data."""
        key, entry = digest_of(str(self.session_key)), data.get(ENTRY, {})
        known = self.row if self.row is not None and self.row.pk == key else None
        return SessionRow(
            session_key=key,
            session_data=self.encode(data),
            expire_date=self._ends_at(entry),
            user_id=data.get(SESSION_KEY),
            entry=entry.get("by", ""),
            address=entry.get("address", ""),
            agent=entry.get("agent", ""),
            signed_in_at=entry.get("at"),
            seen_at=known.seen_at if known else timezone.now(),
        )

    def _ends_at(self, entry: dict[str, str]) -> datetime:
        """Return when the session ends: a working day after signing in, however it is used."""
        ends: datetime = self.get_expiry_date()
        if "at" not in entry:
            return ends
        signed_in = datetime.fromisoformat(entry["at"])
        return min(ends, signed_in + timedelta(seconds=settings.SESSION_COOKIE_AGE))

    def note_seen(self, at: datetime) -> None:
        """Write down that the session was used just now."""
        if self.row is not None:
            SessionRow.objects.filter(pk=self.row.pk).update(seen_at=at)
            self.row.seen_at = at
