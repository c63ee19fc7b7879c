"""The Chinese catalog: complete, in step with the sources, and Chinese."""

from __future__ import annotations

import ast
import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from examroom import SMALL_BANK, ExamRoom, wrong
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from website import ROOT, Clock, plain_pages, site_settings
from website import testing as for_tests

from quizengine.app import create_app

Login = Callable[..., FlaskClient]
# One text, or its forms for one and for several.
Ids = str | tuple[str, ...]

PACKAGE = ROOT / "quizengine"
CATALOG = PACKAGE / "translations/zh_CN/LC_MESSAGES/messages.po"
MARKERS = {"_", "N_", "gettext", "lazy_gettext", "ngettext"}
# Python's places for values; %% is a per cent sign.
PLACE = re.compile(r"%\(\w+\)[sd]|%%")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# What stays as it is in Chinese: formats, standards, products, keys, and what is typed literally.
TERMS = {
    *("CSV", "GB", "JSON", "MB", "PDF", "SHA-256", "UTF-8", "XLSX", "YAML", "base64", "Ed25519"),
    *("Debian", "Excel", "JavaScript", "Office", "PostgreSQL", "Windows", "postgresql-client"),
    *("Ctrl", "Enter", "Esc", "F11", "M", "S", "Tab", "A", "B", "C", "a", "z"),
    *("DATABASE_URL", "config", "force", "ledger", "py", "quizengine", "verify", "yaml"),
    *("all_or_nothing", "answer", "credit", "login", "name", "partial", "points", "question"),
    *("answer_s", "any", "buzz_s", "choose_s", "discuss_s", "full_at", "min", "right", "start_s"),
    *("answers", "spoken", "teams", "tie_break", "ties", "when", "zero_at"),
    *("before", "duties", "within"),
    *("author", "by", "classification-mark", "cleared", "code", "false", "reason", "seq", "true"),
    *("Aiken", "GIFT", "Markdown", "Moodle", "QTI", "UTF-16", "Word", "XML", "docx", "zip"),
    *("draft", "quiz", "state"),
}
# Headings, buttons and sentences; shorter ones could stand in an identifier or in other data.
LETTERS = 12
PER_ENDPOINT = 2
PAGES = ("text/html", "image/svg+xml")


@lru_cache
def extracted() -> frozenset[Ids]:
    """The texts of the sources, with the settings of `make messages`."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    keywords = parse_keywords(re.findall(r"-k (\S+)", makefile))
    assert set(keywords) >= MARKERS
    with (PACKAGE / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, "babel.cfg")
    ids: set[Ids] = set()
    for folder in (PACKAGE, ROOT / "themes"):
        found = extract_from_dir(folder, methods, options, keywords=keywords)
        ids.update(text for _file, _line, text, _comments, _context in found)
    return frozenset(ids)


@lru_cache
def messages() -> tuple[Message, ...]:
    """The entries of the catalog."""
    return tuple(message for message in _catalog() if message.id)


def _catalog() -> Catalog:
    with CATALOG.open("rb") as file:
        return read_po(file)


def _forms(text: Ids) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _unmarked(words: str) -> set[str]:
    return set(WORD.findall(PLACE.sub(" ", words))) - TERMS


def test_the_catalog_holds_the_texts_of_the_sources_and_no_others() -> None:
    ids = {m.id if isinstance(m.id, str) else tuple(m.id) for m in messages()}
    assert sorted(map(str, extracted() - ids)) == [], "run `make messages` and translate"
    assert sorted(map(str, ids - extracted())) == [], "run `make messages`"


def test_every_text_is_translated_for_good() -> None:
    assert [m.id for m in messages() if m.fuzzy or not all(_forms(m.string))] == []
    assert _catalog().num_plurals == 1


def test_a_translation_has_the_places_of_its_text() -> None:
    for message in messages():
        wanted = Counter(PLACE.findall(_forms(message.id)[-1]))
        for form in _forms(message.string):
            assert Counter(PLACE.findall(form)) == wanted
            # Nothing else that formatting would stumble over; no mark-up, which pages would keep.
            assert not set(PLACE.sub("", form)) & set("%<>&"), form


def test_no_translation_is_left_in_english() -> None:
    left = {m.id: words for m in messages() if (words := _unmarked(" ".join(_forms(m.string))))}
    assert left == {}


@lru_cache
def _marked_in_python() -> tuple[tuple[str, ast.Call, str], ...]:
    """Calls with a literal text, with the name of what is called."""
    return tuple(
        (str(path.relative_to(ROOT)), node, node.func.id)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )


def test_texts_inside_of_other_calls_are_extracted_too() -> None:
    ids = extracted()
    known = {text for entry in ids for text in _forms(entry)}
    missing = [
        (path, node.lineno)
        for path, node, name in _marked_in_python()
        if name in MARKERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value not in known
    ]
    assert missing == []


@pytest.mark.parametrize(("name", "at"), [("Refused", 1), ("Text", 0)])
def test_refusals_and_findings_mark_their_texts(name: str, at: int) -> None:
    bare = [
        (path, node.lineno)
        for path, node, called in _marked_in_python()
        if called == name
        and len(node.args) > at
        and isinstance(node.args[at], ast.Constant)
        and WORD.search(PLACE.sub("", str(node.args[at].value)))  # type: ignore[attr-defined]
    ]
    assert bare == []


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog as it is now, compiled, in a folder of translations."""
    folder = tmp_path_factory.mktemp("translations")
    target = folder / "zh_CN/LC_MESSAGES/messages.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, _catalog())
    return folder


@pytest.fixture
def chinese(
    engine: Engine, tmp_path: Path, compiled: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    """The site in Chinese, with the small bank as its folder."""
    monkeypatch.setattr("quizengine.app._TRANSLATIONS", compiled)
    return for_tests(create_app(site_settings(tmp_path, language="zh_CN", bank=SMALL_BANK), clock))


@lru_cache
def _english() -> tuple[str, ...]:
    """Of each text the longest stretch without a place, where it is long enough to be told."""
    stretches = {max(PLACE.split(form), key=len) for m in messages() for form in _forms(m.id)}
    return tuple(s for s in sorted(stretches) if sum(map(str.isalpha, s)) > LETTERS and " " in s)


@lru_cache
def _inner() -> tuple[tuple[str, frozenset[str]], ...]:
    """Each of these stretches, with the words inside of it, which are whole wherever it stands."""
    return tuple((text, frozenset(WORD.findall(text)[1:-1])) for text in _english())


def _left_in_english(page: str) -> list[str]:
    """Texts of the sources that a page holds; looked for only where all of their words are."""
    words = set(WORD.findall(page))
    return [text for text, inner in _inner() if inner <= words and text in page]


def _crawl(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Address and text of the pages that can be reached, a few of each kind."""
    waiting = [path for _endpoint, path in plain_pages(app)]
    seen, visits = set(waiting), Counter[str]()
    adapter = app.url_map.bind("localhost")
    while waiting:
        path = waiting.pop(0)
        endpoint = str(adapter.match(path.partition("?")[0])[0])
        visits[endpoint] += 1
        if visits[endpoint] > PER_ENDPOINT or endpoint.endswith("static"):
            continue
        response = client.get(path, buffered=True)
        links = [response.location] if response.location else []
        if not links and response.mimetype in PAGES:
            text = html.unescape(response.text)
            yield path, text
            links = re.findall(r'(?:href|src)="(/[^"#]*)"', text)
        waiting += [link for link in dict.fromkeys(links) if link not in seen]
        seen.update(links)


@pytest.mark.parametrize("name", ["admin", "organizer", "grader", "auditor", "wang"])
def test_chinese_pages_hold_no_english_text(
    chinese: Flask, login: Login, room: ExamRoom, name: str
) -> None:
    exams = [room.open(blueprint, attempts=2) for blueprint in ("quick", "all-types")]
    for exam in exams:
        room.sit("wang", exam, wrong)
    room.sit("li", exams[1])
    room.begin("wang", exams[0])
    client = login(chinese.test_client(), name)
    visited = 0
    for path, text in _crawl(chinese, client):
        visited += 1
        assert 'lang="zh-CN"' in text or "<html" not in text, path
        assert _left_in_english(text) == [], path
    assert visited > 5
