"""The web process: gunicorn with threads on a socket that the supervisor has bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

GRACE = 20  # seconds that requests in flight are given


class Door(BaseApplication):
    """Gunicorn without its command line and its configuration file."""

    def __init__(
        self, listener: socket.socket, application: Callable[..., Any], threads: int
    ) -> None:
        self.cfg: Any = None
        self.listener, self.application, self.threads = listener, application, threads
        super().__init__()  # type: ignore[no-untyped-call]  # gunicorn has no types

    def load_config(self) -> None:
        """Set what we want; everything else keeps gunicorn's default."""
        chosen: dict[str, Any] = {
            "bind": [f"fd://{self.listener.fileno()}"],
            "workers": 1,
            "threads": self.threads,
            "worker_class": "gthread",
            "preload_app": True,  # the application is ours already, loaded before the fork
            "graceful_timeout": GRACE,
            "timeout": 120,
            "worker_tmp_dir": "/dev/shm",  # noqa: S108 - the heartbeat file must not cost a disk write
            "control_socket_disable": True,  # else gunicorn opens a socket in the home folder
            "loglevel": "warning",
            "proc_name": "kelola-web",
        }
        for key, value in chosen.items():
            self.cfg.set(key, value)

    def load(self) -> Callable[..., Any]:
        """Return the application."""
        return self.application
