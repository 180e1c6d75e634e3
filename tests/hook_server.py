"""A receiver of webhooks on this computer, which answers as a test wishes."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django.fixtures import SettingsWrapper


@dataclass
class Hook:
    """What came: (headers, body); ``status`` is what is answered, ``before`` is called first."""

    url: str = ""
    port: int = 0
    status: int = 204
    before: Callable[[], object] = lambda: None
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Serve with this handler for the block; yield the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def hook_server(settings: SettingsWrapper) -> Iterator[Hook]:
    """Run a receiver for the block, and let the settings open this computer's address."""
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.1")]
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            hook.before()
            hook.paths.append(self.path)
            hook.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(hook.status)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            pass

    with serving(Handler) as port:
        hook.port, hook.url = port, f"http://127.0.0.1:{port}/kelola"
        yield hook
