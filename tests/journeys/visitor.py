"""People with browsers: what they press, and what goes wrong in their pages meanwhile."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from desk import PASSWORD, Member
from livesite import Site
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request
from serving import PATIENCE_S
from words import Words

DESKTOP = {"viewport": {"width": 1366, "height": 768}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
SIZES = {"desktop": DESKTOP, "phone": PHONE}
LANGUAGE_TAGS = {"zh_CN": "zh-CN", "en": "en-US"}


@dataclass
class Visitor:
    """A person at one device."""

    site: Site
    context: BrowserContext
    words: Words
    phone: bool
    # What the console said, and requests that left the site: both should stay empty.
    faults: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    _excused: list[str] = field(default_factory=list)

    @classmethod
    def arrive(cls, browser: Browser, site: Site, size: str, language: str) -> Visitor:
        """Open a browser window that has never been here."""
        context = browser.new_context(
            base_url=site.url,
            locale=LANGUAGE_TAGS[language],
            reduced_motion="reduce",
            **SIZES[size],  # type: ignore[arg-type]
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        visitor = cls(site, context, Words(language), size == "phone")
        context.on("console", visitor._heard)
        context.on("weberror", lambda error: visitor.faults.append(str(error.error)))
        context.on("request", visitor._asked)
        return visitor

    def excuse(self, *patterns: str) -> None:
        """Faults that this journey brings about on purpose."""
        self._excused += patterns

    def unexcused(self) -> list[str]:
        """Faults and foreign requests that nobody wanted."""
        kept = [f for f in self.faults if not any(re.search(e, f) for e in self._excused)]
        return kept + [f"request to another host: {url}" for url in self.foreign]

    def sign_in(self, login: str, password: str = PASSWORD, page: Page | None = None) -> Page:
        """Sign in by the page that asks for it; the page that follows."""
        page = page or self.context.new_page()
        if "/sign-in" not in page.url:
            page.goto("/")
        page.get_by_label(self.words("Login"), exact=True).fill(login)
        page.get_by_label(self.words("Password or one-time code"), exact=True).fill(password)
        self.press(page.get_by_role("button", name=self.words("Sign in"), exact=True))
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def begin(self, member: Member, exam_id: int) -> Page:
        """Sign in and start an exam (or go on with it); the page of the sitting."""
        page = self.sign_in(member.login)
        page.goto(f"/my/exams/{exam_id}")
        return self.enter(page)

    def enter(self, page: Page) -> Page:
        """From the page of an exam into the sitting."""
        way_in = re.compile(f"^({self.words('Begin')}|{self.words('Continue')})$")
        main = page.get_by_role("main")
        button = main.get_by_role("button", name=way_in)
        self.press(button.or_(main.get_by_role("link", name=way_in)))
        page.wait_for_url("**/my/sittings/*")
        return page

    def press(self, target: Locator) -> None:
        """Click, or tap on a phone."""
        if self.phone:
            target.tap()
        else:
            target.click()

    def pictures(self, folder: Path, name: str) -> None:
        """Screenshots of all pages that are still open."""
        for number, page in enumerate(self.context.pages):
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}-{number}.png")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        place = urlsplit(request.url)
        own = {urlsplit(self.site.url).netloc, f"127.0.0.1:{self.site.live_port}"}
        if place.scheme in ("http", "https", "ws", "wss") and place.netloc not in own:
            self.foreign.append(request.url)
