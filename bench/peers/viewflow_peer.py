"""Viewflow on SQLite, as its own tutorial has it: a class of steps, rows per run and step.

A step is taken, begun and finished in one commit; its pages would make that two. No history beyond
its rows, no dues.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import django
from answering import WALK, answer, size
from django.conf import settings
from django.core.management import call_command

FILE = Path(sys.argv[1]) / "viewflow.sqlite3"
settings.configure(
    SECRET_KEY="measured only",
    ALLOWED_HOSTS=["testserver"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FILE,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
            },
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.messages",
        "django.contrib.sessions",
        "django.contrib.staticfiles",
        "viewflow",
        "viewflow.workflow",
        "seven",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "viewflow.middleware.SiteMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    ROOT_URLCONF="seven.flows",
    STATIC_URL="/static/",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
call_command("migrate", verbosity=0)

from django.contrib.auth.models import User  # noqa: E402 - Django's apps are ready now
from django.db import connection, transaction  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from seven.flows import SevenSteps  # noqa: E402
from viewflow.workflow.models import Process, Task  # noqa: E402

USER = User.objects.create_superuser("andi")
REQUEST = RequestFactory().post("/")
REQUEST.user = USER


def begin() -> Process:
    """Open a run."""
    with transaction.atomic():
        return SevenSteps.start.run()


def finish(process: Process, name: str, *, returned: bool) -> None:
    """Take the open step of a run, begin it and finish it."""
    with transaction.atomic():
        task = Task.objects.get(process=process, status="NEW")
        if task.flow_task.name != name:
            raise ValueError(f"{task.flow_task.name} is open, not {name}")
        with task.activation() as activation:
            activation.process.data = {"returned": returned}
            activation.process.save()
            activation.assign(USER)
            activation.start(REQUEST)
            activation.execute()


def runs(count: int) -> list[float]:
    """Carry so many runs from start to finish; return the seconds of each."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        process = begin()
        for name, returned in WALK:
            finish(process, name, returned=returned)
        times.append(time.perf_counter() - start)
        if Process.objects.get(pk=process.pk).status != "DONE":
            raise ValueError("the run did not end")
    return times


def _copies(model: type, changed: dict[str, str], where: str, count: int) -> None:
    names = [f'"{field.column}"' for field in model._meta.concrete_fields]  # noqa: SLF001 - Django's public name
    values = [changed.get(name.strip('"'), f"r.{name}") for name in names]
    table = model._meta.db_table  # noqa: SLF001 - Django's public name
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            f"INSERT INTO {table} ({', '.join(names)}) "
            f"SELECT {', '.join(values)} FROM {table} r CROSS JOIN n WHERE {where}"
        )


def disk(count: int) -> int:
    """Return the bytes that so many open runs take: one begun by the library, and its copies."""
    Task.objects.all().delete()
    Process.objects.all().delete()
    before = _bytes()
    process = begin()
    tasks, high = Task.objects.filter(process=process), 10_000_000
    links = Task.previous.through
    first, each = tasks.earliest("id").pk, tasks.count()
    moved = f"{high} + n.i * {each} + r."
    with transaction.atomic():
        _copies(Process, {"id": f"{high} + n.i"}, f"r.id = {process.pk}", count - 1)
        _copies(
            Task,
            {"id": f"{moved}id - {first}", "process_id": f"{high} + n.i"},
            f"r.process_id = {process.pk}",
            count - 1,
        )
        _copies(
            links,
            {
                "id": f"{moved}id",
                "from_task_id": f"{moved}from_task_id - {first}",
                "to_task_id": f"{moved}to_task_id - {first}",
            },
            f"r.from_task_id >= {first}",
            count - 1,
        )
    connection.cursor().execute("ANALYZE")
    return _bytes() - before


def _bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return size(FILE)


def page(name: str, times: int) -> list[float]:
    """Ask for a page so often as somebody signed in; return the seconds of each."""
    browser = Client()
    browser.force_login(USER)
    found = []
    for _ in range(times):
        start = time.perf_counter()
        told = browser.get(f"/seven_steps/{name}/")
        found.append(time.perf_counter() - start)
        if b"step1" not in told.content.lower().replace(b" ", b""):
            raise ValueError(f"{name} answered {told.status_code} and no step")
    return found


def take(count: int) -> None:
    """Give so many of the open steps to the person who asks for pages."""
    some = Task.objects.filter(status="NEW").values("pk")[:count]
    Task.objects.filter(pk__in=some).update(owner=USER, status="ASSIGNED")


answer("django-viewflow", runs=runs, disk=disk, page=page, take=take)
