"""How a delivery is signed: Standard Webhooks 1.0, symmetric (https://www.standardwebhooks.com).

Three headers: ``webhook-id`` (the same when it is sent again), ``webhook-timestamp`` (seconds, of
this attempt) and ``webhook-signature``: ``v1,`` and the HMAC-SHA256 of ``id.timestamp.body``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """Return a secret as receivers take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode("ascii")


def headers(*, secret: str, id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of an attempt."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + base64.b64encode(signed).decode("ascii"),
    }
