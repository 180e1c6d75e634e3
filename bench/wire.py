"""Bytes over the wire, asked of a real Chromium: the first visit, and the pages after it.

python -m bench.wire
"""

from __future__ import annotations

import shutil
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.ground import table
from bench.serving import serving

PASSWORD = "kelola-demo-2026"  # of the demo office, printed by `kelola up`
KIB = 1024


class Wire:
    """Counts what a page fetches, headers and compression included."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0.0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._add)

    def _add(self, told: dict[str, Any]) -> None:
        self.bytes += told["encodedDataLength"]

    def taken(self) -> float:
        """Return the bytes since the last call."""
        taken, self.bytes = self.bytes, 0.0
        return taken


def main() -> None:
    """Measure and print."""
    with serving() as (_process, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), chromium_sandbox=False
        )
        # What the service worker fetches for a page is not counted as the page's.
        page = browser.new_context(locale="id-ID", service_workers="block").new_page()
        wire = Wire(page)
        rows = []
        page.goto(address, wait_until="networkidle")
        rows.append(("sign-in page, nothing cached", wire.taken(), 200))
        page.fill("[name=login]", "andi")
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.wait_for_load_state("networkidle")
        rows.append(("Meja Kerja, the first time", wire.taken(), 200))
        for path in ("meja-kerja/", "alur/", "sop/", "alur/buka/", "kalender/"):
            page.goto(address + path, wait_until="networkidle")
            rows.append((f"/{path}, afterwards", wire.taken(), 20))
        browser.close()
    table(
        "Bytes over the wire",
        [(what, f"{size / KIB:.1f} KiB", f"≤ {target} KB") for what, size, target in rows],
    )


if __name__ == "__main__":
    main()
