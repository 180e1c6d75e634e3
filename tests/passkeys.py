"""A device with passkeys, in software: it registers and signs as a real one does."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

HOST = "kelola.example"
ORIGIN = f"https://{HOST}"
_FLAG = AuthenticatorData.FLAG
SIGNED_IN_PERSON = _FLAG.UP | _FLAG.UV


def browser() -> Client:
    """Return a browser that came by an encrypted door under a name."""
    return Client(SERVER_NAME=HOST, SERVER_PORT="443", **{"wsgi.url_scheme": "https"})


def asked(client: Client) -> str:
    """Return the challenge that waits for an answer."""
    found: str = client.session["mfa.webauthn.state"]["challenge"]
    return found


def _hash(data: bytes) -> bytes:
    hashed = Hash(SHA256())
    hashed.update(data)
    return hashed.finalize()


@dataclass
class Device:
    """One key on one device; ``counter`` stands still on those that keep none."""

    credential_id: bytes = b"kunci-andi"
    counter: int = 1
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def registered(self, challenge: str) -> dict[str, Any]:
        """Return what the browser sends when the key is made."""
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        flags = SIGNED_IN_PERSON | _FLAG.AT
        told = AuthenticatorData.create(_hash(HOST.encode()), flags, self.counter, credential)
        client = self._client("webauthn.create", challenge, ORIGIN)
        made = AttestationObject.create("none", told, {})
        return self._sent(clientDataJSON=client, attestationObject=made)

    def answered(
        self,
        challenge: str,
        user: Any,
        *,
        origin: str = ORIGIN,
        host: str = HOST,
        kind: str = "webauthn.get",
        flags: int = SIGNED_IN_PERSON,
        key: EllipticCurvePrivateKey | None = None,
    ) -> dict[str, Any]:
        """Return what the browser sends when the key answers a challenge."""
        told = AuthenticatorData.create(_hash(host.encode()), flags, self.counter)
        client = self._client(kind, challenge, origin)
        signature = (key or self.key).sign(bytes(told) + _hash(client), ECDSA(SHA256()))
        handle = user_pk_to_url_str(user).encode()
        return self._sent(
            clientDataJSON=client, authenticatorData=told, signature=signature, userHandle=handle
        )

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return bytes(CollectedClientData.create(kind, challenge, origin))

    def _sent(self, **parts: bytes) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        response = {part: websafe_encode(bytes(data)) for part, data in parts.items()}
        extensions = {"credProps": {"rk": True}}
        return {
            "id": name, "rawId": name, "type": "public-key", "response": response,
            "clientExtensionResults": extensions, "authenticatorAttachment": "platform",
        }  # fmt: skip


def give_passkey(client: Client, device: Device) -> None:
    """Register a device for whoever is signed in and has just given the password again."""
    assert client.get("/akun/pengaman/kunci/").status_code == 200
    sent = {"name": "Ponsel", "credential": json.dumps(device.registered(asked(client)))}
    answer = client.post("/akun/pengaman/kunci/", sent)
    assert answer.status_code in {200, 302}, answer.content.decode()


def challenged(client: Client) -> str:
    """Begin to sign in by passkey; return the challenge."""
    client.get("/masuk/kunci/", headers={"x-requested-with": "XMLHttpRequest"})
    return asked(client)


def come_in(client: Client, answer: dict[str, Any]) -> bool:
    """Send an answer; tell whether it opened the door."""
    client.post("/masuk/kunci/", {"credential": json.dumps(answer)})
    return "_auth_user_id" in client.session
