"""The manuals name what is on the pages, and their links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from website import ROOT

from quizengine.settings import Settings

_CATALOG = ROOT / "quizengine" / "translations" / "zh_CN" / "LC_MESSAGES" / "messages.po"
_MANUAL = ROOT / "docs" / "manual"
_PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("themes/*.md")])
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _texts() -> tuple[set[str], set[str]]:
    """Texts of the pages in English, and in Chinese."""
    with _CATALOG.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    english: set[str] = set()
    chinese: set[str] = set()
    for message in messages:
        english.update([message.id] if isinstance(message.id, str) else message.id)
        chinese.update([message.string] if isinstance(message.string, str) else message.string)
    return english, chinese


ENGLISH, CHINESE = _texts()


def _flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("page", sorted(_MANUAL.glob("*.md")), ids=lambda page: page.name)
def test_bold_words_are_those_of_the_pages(page: Path) -> None:
    named = {_flat(n) for n in re.findall(r"\*\*(.+?)\*\*", page.read_text("utf-8"), re.DOTALL)}
    assert named - {"bold words"} <= ENGLISH, sorted(named - ENGLISH)


@pytest.mark.parametrize("page", sorted((_MANUAL / "zh").glob("*.md")), ids=lambda page: page.name)
def test_names_in_corner_brackets_are_those_of_the_pages(page: Path) -> None:
    named = set(re.findall(r"「(.+?)」", page.read_text("utf-8"), re.DOTALL))
    assert named <= CHINESE, sorted(named - CHINESE)


def test_each_manual_is_there_in_both_languages() -> None:
    english = {page.name for page in _MANUAL.glob("*.md")} - {"README.md"}
    assert english == {page.name for page in (_MANUAL / "zh").glob("*.md")}


def test_the_chinese_manual_explains_every_setting() -> None:
    page = (_MANUAL / "zh" / "operator.md").read_text("utf-8")
    missing = [s.name for s in fields(Settings) if f"| `{s.name.upper()}` |" not in page]
    assert missing == []


def _anchor(heading: str) -> str:
    """The anchor that renderers of Markdown give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _links(page: Path) -> Iterator[str]:
    for found in _LINK.findall(page.read_text("utf-8")):
        target = found[0] or found[1]
        if not re.match(r"[a-z]+:", target):
            yield target


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in _links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            headings = _HEADING.findall(target.read_text("utf-8"))
            assert anchor in {_anchor(heading) for heading in headings}, link
