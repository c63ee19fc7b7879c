"""Every page is made of the site's own files, and nothing goes wrong in any of them."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

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


def _walk(page: Page, shown: set[str]) -> set[str]:
    """Ask for one page of each kind that links lead to, and show those that nobody has yet."""
    seen: set[str] = set()
    waiting = ["/my/"]
    while waiting:
        url = waiting.pop()
        if (kind := _kind(url)) in seen:
            continue
        seen.add(kind)
        response = page.request.get(url) if kind in shown else page.goto(url)
        assert response is not None
        assert response.ok, f"{url}: {response.status}"
        waiting += _links(response.text())
    shown |= seen
    return seen


def test_no_page_asks_another_host_or_complains(visit):
    shown: set[str] = set()
    expected = {"admin": 30, "organizer": 20, "auditor": 10, "grader": 4, "m00004": 5}
    for login, least in expected.items():
        visitor = visit()
        seen = _walk(visitor.sign_in(login, PASSWORD), shown)
        assert len(seen) >= least, (login, sorted(seen))
    # The fixture looks at the console and at the requests.
