"""What no page of the site may contain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

_ADDRESSES = ("action", "data", "formaction", "href", "poster", "src", "srcset")


class _Attributes(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def assert_clean(path: str, page: str, headers: Mapping[str, str]) -> None:
    """No address of another site, and no code or style without the nonce."""
    page = page.replace("http://www.w3.org/", "")
    assert re.findall(r"https?://[^\s\"'<>]*", page) == [], path
    policy = {name.lower(): value for name, value in headers.items()}["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    for tag, attributes in _Attributes(page).tags:
        assert not [a for a in attributes if a.startswith("on") or a == "style"], (path, attributes)
        # A signature in a text may hold two slashes as well.
        assert not [a for a in _ADDRESSES if attributes.get(a, "").startswith("//")], path
        if tag in ("script", "style") and attributes.get("type") != "application/json":
            assert attributes.get("nonce") == nonce.group(1), (path, tag)


def files(page: str) -> set[str]:
    """Addresses of the scripts, styles and pictures that a page is made of."""
    named = {"script": "src", "link": "href", "img": "src"}
    tags = _Attributes(page).tags
    return {a[named[tag]] for tag, a in tags if tag in named and a.get(named[tag])}
