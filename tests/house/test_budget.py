"""Every app keeps to its budget of lines (ADR 0039)."""

from __future__ import annotations

from tests.house.source import HOUSE

NEW = 2_500
BUDGETS = {
    "sop": 23_500,
    "office": 9_000,
    "workcal": 4_200,
    "evidence": 4_800,
    "ui": 3_000,
    "jobs": 2_700,
    "home": 2_100,
    "config": 1_900,
    "ledger": 1_500,
    "api": 1_500,
    "demo": 2_400,
    "reports": 1_200,
    "search": 1_000,
    "notify": 2_800,
}


def lines_of(app: str) -> int:
    """Return the lines of an app's Python, migrations left out."""
    files = (HOUSE / app).rglob("*.py")
    return sum(
        len(file.read_text(encoding="utf-8").splitlines())
        for file in files
        if "migrations" not in file.parts
    )


def test_every_app_keeps_to_its_budget():
    apps = {file.parent.name for file in HOUSE.glob("*/__init__.py")}
    assert set(BUDGETS) <= apps
    sizes = {app: lines_of(app) for app in sorted(apps)}
    assert all(size > 0 for size in sizes.values())
    over = [f"{app}: {n} of {BUDGETS.get(app, NEW)}" for app, n in sizes.items()
            if n > BUDGETS.get(app, NEW)]  # fmt: skip
    assert over == []
