"""Every page is made of the site's own files, and nothing goes wrong in any of them.

Each kind of page is read; a browser shows one for each set of scripts that pages bring with them.
In all others nothing runs that these do not have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, urlsplit

from cleanpage import assert_clean, files
from playwright.sync_api import Page

from quizengine.services.demo_people import PASSWORD

_LINK = re.compile(r'<a\b(?![^>]*\bdownload\b)[^>]*\bhref="(/[^"#]*)')
_FILE = re.compile(r"\.\w{2,5}$")


def _kind(url: str) -> str:
    """What pages of one kind have in common: their address without its numbers and values."""
    parts = urlsplit(url)
    path = re.sub(r"/(\d+|[a-z-]+-\d+)(?=/|$)", "/…", parts.path)
    return f"{path}?{'&'.join(sorted(parse_qs(parts.query)))}"


def _links(text: str) -> list[str]:
    """Addresses of pages that this page leads to."""
    found = [unescape(url) for url in _LINK.findall(text)]
    return [url for url in found if not _FILE.search(urlsplit(url).path)]


@dataclass
class _Walk:
    """What people have seen so far: kinds of pages, and the files that these are made of."""

    kinds: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    common: set[str] = field(default_factory=set)
    shown: set[frozenset[str]] = field(default_factory=set)

    def through(self, page: Page) -> set[str]:
        """Look at one page of each kind that links lead to; the kinds."""
        self.common = self.common or files(page.request.get("/account").text())
        seen: set[str] = set()
        waiting = ["/my/"]
        while waiting:
            url = waiting.pop()
            kind = _kind(url)
            if kind in seen:
                continue
            seen.add(kind)
            # What leads on from a page of one thing, somebody has seen already.
            if kind not in self.kinds or "…" not in kind:
                waiting += _links(self._read(page, url, new=kind not in self.kinds))
        self.kinds |= seen
        return seen

    def _read(self, page: Page, url: str, *, new: bool) -> str:
        response = page.request.get(url)
        assert response.ok, f"{url}: {response.status}"
        text = response.text()
        if new and "text/html" in response.headers["content-type"]:
            # Addresses that people pass on are whole ones.
            own = f"http://{urlsplit(page.url).netloc}/"
            assert_clean(url, text.replace(own, "/"), response.headers)
            self._fetch(page, files(text) - self.files)
            if (scripts := _scripts(files(text) - self.common)) not in self.shown:
                page.goto(url)
                self.shown.add(scripts)
        return text

    def _fetch(self, page: Page, fresh: set[str]) -> None:
        for file in fresh:
            assert file.startswith(("/", "data:")), file
            assert file.startswith("data:") or page.request.get(file).ok, file
        self.files |= fresh


def _scripts(addresses: set[str]) -> frozenset[str]:
    return frozenset(one for one in addresses if urlsplit(one).path.endswith(".js"))


def test_no_page_asks_another_host_or_complains(visit):
    walk = _Walk()
    expected = {"admin": 30, "organizer": 20, "auditor": 10, "grader": 4, "m00004": 5}
    for login, least in expected.items():
        visitor = visit()
        seen = walk.through(visitor.sign_in(login, PASSWORD))
        assert len(seen) >= least, (login, sorted(seen))
    assert len(walk.shown) > 12
    # The fixture looks at the console and at the requests.
