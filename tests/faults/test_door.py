"""The door against visitors who begin a request and fall silent."""

from __future__ import annotations

import socket

import pytest

from kelola.jobs import supervisor


def test_a_connection_that_falls_silent_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread would wait for ever: as many of them as threads, and nobody else is served."""
    monkeypatch.setattr(supervisor, "SILENCE", 1)
    with supervisor.bind("127.0.0.1", 0) as listener:
        listener.listen(1)
        with socket.create_connection(listener.getsockname()[:2]) as visitor:
            visitor.sendall(b"GET / HT")
            accepted, _address = listener.accept()
            with accepted:
                assert accepted.recv(100) == b"GET / HT"
                with pytest.raises(BlockingIOError):
                    accepted.recv(100)
