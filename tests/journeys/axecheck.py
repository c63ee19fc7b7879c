"""What axe finds on a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")
_axe = Axe()


def grave(page: Page) -> list[str]:
    """Each serious or critical violation of the page, with where it is."""
    found = _axe.run(page).response["violations"]
    return [
        f"{page.url} {violation['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
