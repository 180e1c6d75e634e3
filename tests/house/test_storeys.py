"""Imports, foreign keys and templates point only down; apps keep to the agreed rooms."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from django.apps import apps

from tests.house.source import HOUSE, ROOT, short, storeys

ROOMS = {
    "__init__", "urls", "apps", "management", "views", "api", "panels", "reports", "search",
    "notices", "handover", "packs",
    "activities", "tasks", "demo",
    "doctor", "menu", "forms", "services", "verbs", "queries", "access", "policies", "models",
    "scope", "rules", "engine", "migrations", "templatetags",
}  # fmt: skip
# What an app has beside the rooms, each with its reason. A new module takes a line here.
MORE = {
    "api": {
        "http": "whose key, which office, what may come in",
        "me": "whose key this is, for programs",
    },
    "config": {
        "autostart": "systemd and cron",
        "env": "the typed settings",
        "settings": "Django's settings",
        "wsgi": "Django's door",
        "programs": "the operating system's programs, read by setup",
        "schema": "migrates an empty data folder",
        "soundness": "asks whether SQLite's file is whole",
        "static": "gathers the static files",
    },
    "evidence": {
        "faces": "how the answers of the verification page read",
        "reader": "reads the text of a file, in a process of its own",
        "sending": "a stored file as an answer",
        "uses": "who uses a document",
    },
    "home": {
        "guide": "the pages of the help and what they explain",
        "subjects": "entries of the ledger with the names of what they are about",
    },
    "jobs": {
        "door": "how connections are received, and the door to the local network",
        "hints": "the queue file",
        "schedule": "how an app declares a job",
        "scheduler": "the process that looks at the schedule",
        "sealed": "the signature of messages in the queue",
        "supervisor": "the parent of the processes",
        "web": "the web process",
    },
    "ledger": {
        "followers": "how apps hear of each other",
        "triggers": "what the database itself forbids",
    },
    "notify": {
        "channels": "the ways out, one folder for each",
        "faces": "how news looks on a page",
        "posting": "calls an address that somebody typed",
    },
    "reports": {
        "letterheads": "the kop surat from the office's settings",
        "press": "from content to PDF by Typst",
    },
    "office": {
        "adapter": "what allauth asks us",
        "faces": "how people and posts look on the screen",
        "doors": "what a browser brings: cookies and how its user came in",
        "http": "the middleware that knows who asks",
        "mfa": "what allauth asks us about second factors",
        "passwords": "what Django asks us about a new password",
        "prepared": "queries of every act whose SQL is built once",
        "sessions": "Django's session engine, with rows that say whose they are",
    },
    "workcal": {
        "phrases": "what is wrong with a time standard, in words",
    },
    "ui": {
        "context": "what every page is given",
        "device": "what a device keeps of Kelola",
        "fields": "how a form's field is drawn",
        "http": "middleware without an office",
        "parts": "components with more than a template",
        "sheets": "tables as CSV and XLSX, written and read",
        "shell": "menu and bars",
        "storage": "how much room is left on the disk",
        "states": "badge, colour and word of a state",
        "wording": "dates, times and numbers in Indonesian",
    },
    "search": {
        "kinds": "what an app says about its findable things",
    },
    "sop": {
        "blanks": "forms to fill in by hand",
        "definition": "SOP files: shape, schema, loader",
        "control": "revisions, monitoring, approval and index as printed papers",
        "exchange": "SOPs and their history in the formats of others",
        "actors": "who performs which role of an SOP, and where that falls short",
        "faces": "how a run and a step look on the screen",
        "form": "the official form as a drawing, on the screen and on paper",
        "kinds": "the store of activity kinds",
        "outputs": "named outputs as forms on the screen",
        "library": "the SOP files themselves",
        "lists": "the list of runs: what is asked for, and its rows",
        "papers": "forms as printed papers",
        "phrases": "sentences about clocks and turns",
        "sheets": "runs as printed papers",
        "turns": "whose turn a step is, and why not somebody's",
        "words": "the SOP's own texts in the reader's language",
    },
}


def test_imports_keep_the_contracts():
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_contracts_have_no_exceptions():
    text = (ROOT / "pyproject.toml").read_text()
    assert "ignore_imports" not in text
    assert "exhaustive_ignores" not in text


def test_every_app_keeps_to_its_rooms():
    unknown = []
    for app in sorted(f.parent for f in HOUSE.glob("*/__init__.py")):
        allowed = ROOMS | MORE.get(app.name, {}).keys()
        modules = {f.stem for f in app.glob("*.py")}
        packages = {f.parent.name for f in app.glob("*/__init__.py")}
        unknown += [f"{app.name}.{name}" for name in sorted((modules | packages) - allowed)]
    assert not unknown, unknown


def test_no_reason_stands_for_a_module_that_is_gone():
    stale = [
        f"{app}.{name}"
        for app, names in MORE.items()
        for name in names
        if not (HOUSE / app / f"{name}.py").exists() and not (HOUSE / app / name).is_dir()
    ]
    assert not stale


def test_foreign_keys_point_only_down():
    height = storeys()
    wrong = []
    for model in apps.get_models():
        own = model._meta.app_label
        if own not in height:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not field.concrete or target is None or isinstance(target, str):
                continue
            other = target._meta.app_label
            if other in height and other != own and height[other] >= height[own]:
                wrong.append(f"{model._meta.label}.{field.name} -> {other}")
    assert not wrong


def test_templates_take_parts_only_from_ui_and_their_own_app():
    named = re.compile(r"""\{%\s*(?:extends|include)\s+["']([^"']+)["']""")
    wrong = []
    for template in HOUSE.glob("*/templates/**/*.*"):
        app = HOUSE / template.relative_to(HOUSE).parts[0]
        for name in named.findall(template.read_text(encoding="utf-8")):
            if name.startswith("ui/") and (HOUSE / "ui/templates" / name).exists():
                continue
            if not (app / "templates" / name).exists():
                wrong.append(f"{short(template)}: {name}")
    assert not wrong
