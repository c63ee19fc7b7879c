"""The system's Chromium: one for all tests of a process, as two drivers can't share a thread."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

# A busy machine is no fault of the site.
PATIENCE_S = 90.0
# The shell is the same engine without windows; it needs a third of the processor's time.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Launched, and closed at the end."""
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    assert program, "the journeys need Chromium: apt-get install chromium-headless-shell"
    expect.set_options(timeout=PATIENCE_S * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield browser
        browser.close()
