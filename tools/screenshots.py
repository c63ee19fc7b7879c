"""Draw the pictures of docs/images anew: `make screenshots`.

Starts a site with the demo in a folder of its own, and looks at it in Chromium. A further picture
is a further line in `SHOTS`. Elements are found by what they are, not by their Chinese texts.
"""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from livesite import BANK, Site  # in tests/journeys
from playwright.sync_api import Browser, Page, sync_playwright
from serving import ROOT  # in tests
from stage_shots import draw_stage, signed_in

IMAGES = ROOT / "docs" / "images"
# All pictures together must stay small enough to be kept with the sources.
MOST_BYTES = 2_600_000
DESKTOP, TALL, PHONE = (1280, 800), (1280, 1000), (390, 780)
BROKEN_FILE = "new_member/basics.yaml"
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# The way into an exam that the member has never begun.
_OPEN = ".qe-exam-card:not(:has(a[href*='/sittings/'])) a[href^='/my/exams/'].btn-primary"


@dataclass(frozen=True)
class Shot:
    """A picture: who looks at which page, what they do there first, and how large the window is."""

    name: str
    login: str
    path: str
    act: Callable[[Page], None] | None = None
    size: tuple[int, int] = DESKTOP
    theme: str = "default"


def _sign_and_begin(page: Page) -> None:
    """From the list of exams into a sitting, with a few answers given."""
    page.locator(_OPEN).first.click()
    agree = page.locator("#agree")
    if agree.count():
        agree.check()
        agree.locator("xpath=ancestor::form").get_by_role("button").click()
    main = page.get_by_role("main")
    ways = main.locator("form[action$='/start'] button, a.btn-lg")
    ways.first.click()
    page.wait_for_url("**/my/sittings/*")
    answered = page.locator("#sitting-question input[type=radio]")
    for place in range(1, 6):
        if answered.count():
            answered.nth(place % answered.count()).check()
        page.locator("#sitting-next").click()
    # Flag and place are sent by themselves, a moment later.
    with page.expect_response("**/marks"):
        page.locator("#sitting-flag").click()
    _saved(page)


def _go_on(page: Page) -> None:
    """Into the open sitting again, as on another device."""
    page.locator(".qe-exam-card a[href*='/my/sittings/'].btn-primary").first.click()
    page.wait_for_url("**/my/sittings/*")
    _saved(page)


def _saved(page: Page) -> None:
    """Wait until the page says that everything is on disk."""
    page.locator(".qe-save-saved").locator("visible=true").first.wait_for()


def _result(page: Page) -> None:
    page.locator("a[href*='/result']").first.click()


def _finished_exam(page: Page) -> None:
    """The board of an exam that is over."""
    page.get_by_role("link", name=re.compile("毕业")).first.click()


def _verify(page: Page) -> None:
    page.locator("form button[type=submit], form input[type=submit]").last.click()
    page.locator(".qe-verdict").wait_for()


def _break(page: Page) -> None:
    """A slip in the editor: the lint says so while one types."""
    text = page.locator("#editor-text")
    broken = text.input_value().replace('article: "21"', "article: 21", 1)
    text.fill(broken.replace("type: single\n", "type: single\n    tier: leader\n", 1))
    page.locator("#editor-problems .qe-problem").first.wait_for()
    page.locator("#editor-problems a").first.click()


SHOTS = (
    Shot("member-home", "member", "/my/", size=(1280, 760)),
    Shot("sitting", "member", "/my/", _sign_and_begin),
    Shot("sitting-phone", "member", "/my/", _go_on, PHONE),
    Shot("result", "graduate", "/my/", _result),
    Shot("exam-board", "organizer", "/organize/", _finished_exam, TALL),
    Shot("exam-new", "organizer", "/organize/exams/new", None, TALL),
    Shot("bank", "admin", "/bank/", None, TALL),
    Shot("bank-editor", "admin", f"/bank/edit?file={BROKEN_FILE}", _break),
    Shot("ledger-verify", "auditor", "/ledger/verify", _verify),
    Shot("mass-board", "graduate", "/contests/1/board", size=(1200, 640)),
    Shot("red-theme", "organizer", "/organize/", size=(1280, 760), theme="dangjian"),
)


def _logins(site: Site) -> dict[str, str]:
    """Who plays which part: roles by their name, and a member for each tier."""
    with (site.folder / "demo-logins.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    logins = {row["role"]: row["login"] for row in reversed(rows) if row["role"] != "member"}
    for row in reversed(rows):
        if row["tiers"]:
            logins[row["tiers"].split()[0]] = row["login"]
    return logins


def _newcomer(site: Site, browser: Browser, logins: list[str]) -> str:
    """A member who has not begun the open exam."""
    for login in logins:
        with signed_in(site, browser, login, DESKTOP) as page:
            page.goto("/my/")
            if page.locator(_OPEN).count():
                return login
    raise SystemExit("nobody is left to take the exam")


def _take(site: Site, browser: Browser, shot: Shot, login: str) -> None:
    with signed_in(site, browser, login, shot.size) as page:
        page.goto(shot.path)
        if shot.act is not None:
            shot.act(page)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / f"{shot.name}.png")
    _tell(IMAGES / f"{shot.name}.png")


def _tell(path: Path) -> None:
    print(f"{path.name}  {path.stat().st_size:,}")


def _draw(folder: Path, browser: Browser) -> None:
    shutil.copytree(BANK, folder / "bank")
    settings = {
        "QUIZENGINE_BANK": str(folder / "bank"),
        "QUIZENGINE_SITE_NAME": "示例大学保密教育平台",
    }
    demo = Site(folder / "instance", settings=settings)
    demo.command("demo")
    for theme in dict.fromkeys(shot.theme for shot in SHOTS):
        demo.settings["QUIZENGINE_THEME"] = theme
        demo.start()
        try:
            logins = _logins(demo)
            members = [f"m{number:05}" for number in range(1, 100) if 0 < number % 10 < 4]
            if any(shot.login == "member" and shot.theme == theme for shot in SHOTS):
                logins["member"] = _newcomer(demo, browser, members)
            for shot in SHOTS:
                if shot.theme == theme:
                    _take(demo, browser, shot, logins[shot.login])
            if theme == "default":
                for path in draw_stage(demo, browser, IMAGES):
                    _tell(path)
        finally:
            demo.close()


def main() -> None:
    """Draw all pictures."""
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if program is None:
        raise SystemExit("Chromium is needed: apt-get install chromium fonts-noto-cjk")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        _draw(Path(folder), browser)
        browser.close()
    total = sum(path.stat().st_size for path in IMAGES.glob("*.png"))
    print(f"{total:,} bytes in all")
    if total > MOST_BYTES:
        raise SystemExit(f"more than {MOST_BYTES:,} bytes")


if __name__ == "__main__":
    main()
