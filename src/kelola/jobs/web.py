"""The web process: gunicorn with our own worker on a socket that the supervisor has bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from gunicorn.app.base import BaseApplication

from kelola.jobs.door.reception import Reception
from kelola.jobs.door.weblog import WebLog

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from kelola.jobs.door.certificates import Served

GRACE = 20  # seconds that requests in flight are given


class Door(BaseApplication):
    """Gunicorn without its command line and its configuration file."""

    def __init__(
        self, listener: socket.socket, application: Callable[..., Any], *, tls: Served | None = None
    ) -> None:
        self.cfg: Any = None
        self.listener, self.application, self.tls = listener, application, tls
        super().__init__()  # type: ignore[no-untyped-call]  # gunicorn has no types

    def load_config(self) -> None:
        """Set what we want; everything else keeps gunicorn's default."""
        chosen: dict[str, Any] = {
            "bind": [f"fd://{self.listener.fileno()}"],
            "workers": 1,
            "threads": settings.DOOR["threads"],
            "worker_class": Reception,
            "worker_connections": 512,
            "preload_app": True,  # the application is ours already, loaded before the fork
            "graceful_timeout": GRACE,
            "timeout": 120,
            "worker_tmp_dir": "/dev/shm",  # noqa: S108 - the heartbeat file must not cost a disk write
            "control_socket_disable": True,  # else gunicorn opens a socket in the home folder
            "http_parser": "python",  # the other one is a package that we don't pin
            "forwarded_allow_ips": ",".join(str(net) for net in settings.TRUSTED_PROXIES),
            "secure_scheme_headers": {"X-FORWARDED-PROTO": "https"},
            "loglevel": "warning",
            "logger_class": WebLog,
            "proc_name": "kelola-lan" if self.tls else "kelola-web",
        }
        for key, value in chosen.items():
            self.cfg.set(key, value)

    def load(self) -> Callable[..., Any]:
        """Return the application."""
        return self.application
