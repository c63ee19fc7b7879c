"""Themes: finding, checking, overriding, escaping."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine
from website import ROOT, site_settings

from quizengine.app import create_app
from quizengine.web.themes import contrast, load_theme

THEMES = sorted(path.parent.name for path in (ROOT / "themes").glob("*/theme.yaml"))


@pytest.fixture
def themes(tmp_path: Path) -> Path:
    """A copy of the themes to spoil."""
    return Path(shutil.copytree(ROOT / "themes", tmp_path / "themes"))


def _edit(themes: Path, old: str, new: str) -> None:
    path = themes / "default" / "theme.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_there_is_a_default_and_a_red_theme() -> None:
    assert {"default", "dangjian"} <= set(THEMES)


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_escapes_the_name_of_the_site(engine: Engine, tmp_path: Path, theme: str) -> None:
    evil = "<script>alert(1)</script>\"'&"
    app = create_app(site_settings(tmp_path, theme=theme, site_name=evil))
    for path in ("/sign-in", "/nope"):
        page = app.test_client().get(path).text
        assert "<script>alert" not in page
        assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_brings_its_colours_and_files(engine: Engine, tmp_path: Path, theme: str) -> None:
    client = create_app(site_settings(tmp_path, theme=theme)).test_client()
    page = client.get("/sign-in").text
    colours = load_theme(ROOT / "themes", theme).file.colours
    assert f"--qe-brand: {colours.brand};" in page
    assert f"--qe-head: {colours.head};" in page
    assert client.get("/theme/theme.css", buffered=True).status_code == 200
    logo = client.get("/theme/emblem.svg", buffered=True).text
    assert "<script" not in logo
    assert "href" not in logo


@pytest.mark.parametrize(
    "name", ["nope", "", "../themes/default", "/etc", "..", "default/", "DEFAULT"]
)
def test_an_unknown_theme_is_an_error_at_the_start(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="setting THEME: there is no theme"):
        create_app(site_settings(tmp_path, theme=name))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("logo: emblem.svg", "logo: ../theme.yaml", "logo"),
        ("logo: emblem.svg", "logo: gone.svg", "no file static/gone.svg"),
        ("logo: emblem.svg", "logo: emblem.svg\nfont: x", "font"),
        ('"#1f5f99"', '"red;} body{display:none"', "colours.brand"),
        ('"#1f5f99"', '"#f0e9a0"', "white on brand has a contrast of 1"),
        ('"#1c2530"', '"#c0c0c0"', "ink on page has a contrast of"),
        ("name: {", "name: {{", "theme.yaml"),
    ],
)
def test_a_faulty_theme_is_refused_with_the_place(
    themes: Path, old: str, new: str, message: str
) -> None:
    _edit(themes, old, new)
    with pytest.raises(ValueError, match=message) as error:
        load_theme(themes, "default")
    assert str(themes / "default" / "theme.yaml") in str(error.value)


def test_a_template_of_the_theme_overrides_and_may_extend_the_core(
    engine: Engine, tmp_path: Path, themes: Path
) -> None:
    own = themes / "default" / "templates"
    own.mkdir()
    (own / "_footer.html").write_text("<footer>Our own {{ site_name }}</footer>", "utf-8")
    (own / "base.html").write_text(
        '{% extends "core/base.html" %}{% block header %}<p>Above</p>{{ super() }}{% endblock %}',
        "utf-8",
    )
    app = create_app(site_settings(tmp_path, themes=themes, site_name="<i>"))
    page = app.test_client().get("/sign-in").text
    assert "<footer>Our own &lt;i&gt;</footer>" in page
    assert page.index("<p>Above</p>") < page.index('class="qe-head"')


def test_contrast_of_black_on_white_is_the_highest() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
