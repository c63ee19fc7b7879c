"""Themes: a folder with `theme.yaml`, and optionally `templates/` and `static/` that override.

A theme's `base.html` may extend the one it replaces as `core/base.html`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from flask import Blueprint, Flask, current_app
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
# WCAG 2.2, 1.4.3: contrast of body text.
_LEAST_CONTRAST = 4.5

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Names(_Strict):
    """The theme's name in both languages."""

    zh_CN: str
    en: str


class Colours(_Strict):
    """Colours as `#rrggbb`; pairs that carry text are checked for contrast."""

    brand: Colour
    brand_strong: Colour
    brand_soft: Colour
    accent: Colour
    head: Colour
    head_end: Colour
    head_text: Colour
    page: Colour
    ink: Colour

    @model_validator(mode="after")
    def _readable(self) -> Colours:
        pairs = (
            ("head_text", "head"),
            ("head_text", "head_end"),
            ("ink", "page"),
            ("brand_strong", "brand_soft"),
        )
        for text, ground in pairs:
            self._check(text, getattr(self, text), ground, getattr(self, ground))
        # White text on buttons.
        self._check("white", "#ffffff", "brand", self.brand)
        return self

    @staticmethod
    def _check(text_name: str, text: str, ground_name: str, ground: str) -> None:
        ratio = contrast(text, ground)
        if ratio < _LEAST_CONTRAST:
            raise ValueError(
                f"{text_name} on {ground_name} has a contrast of {ratio:.1f}, "
                f"at least {_LEAST_CONTRAST} is needed"
            )


class ThemeFile(_Strict):
    """The contents of `theme.yaml`."""

    name: Names
    colours: Colours
    # Files in the theme's static folder.
    logo: FileName
    stylesheet: FileName = "theme.css"


@dataclass(frozen=True)
class Theme:
    """A theme that was found and checked."""

    key: str
    folder: Path
    file: ThemeFile

    @property
    def variables(self) -> dict[str, str]:
        """CSS custom properties for the colours."""
        colours = self.file.colours.model_dump()
        rgb = ", ".join(str(int(self.file.colours.brand[i : i + 2], 16)) for i in (1, 3, 5))
        named = {f"--qe-{key.replace('_', '-')}": value for key, value in colours.items()}
        return {**named, "--qe-brand-rgb": rgb}


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#rrggbb` colours (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def load_theme(themes: Path, key: str) -> Theme:
    """The theme `key` in the folder `themes`.

    Raises ValueError with the setting's name, or the file and what is wrong in it.
    """
    known = sorted(path.parent.name for path in themes.glob("*/theme.yaml"))
    if not _NAME.fullmatch(key) or key not in known:
        raise ValueError(f"setting THEME: there is no theme {key!r} in {themes}, only {known}")
    folder = (themes / key).resolve()
    source = folder / "theme.yaml"
    try:
        file = ThemeFile.model_validate(yaml.safe_load(source.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise ValueError(f"{source}: {error}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
        )
        raise ValueError(f"{source}: {faults}") from error
    for name in (file.logo, file.stylesheet):
        if not (folder / "static" / name).is_file():
            raise ValueError(f"{source}: there is no file static/{name}")
    return Theme(key, folder, file)


def use_theme(app: Flask, theme: Theme) -> None:
    """Put the theme's templates before the application's, and serve its static files."""
    core = app.jinja_loader
    if core is None:
        raise RuntimeError("the application has no templates")
    loaders: list[BaseLoader] = [core, PrefixLoader({"core": core})]
    templates = theme.folder / "templates"
    if templates.is_dir():
        loaders.insert(0, FileSystemLoader(templates))
    app.jinja_loader = ChoiceLoader(loaders)
    files = Blueprint(
        "theme", __name__, static_folder=theme.folder / "static", static_url_path="/theme"
    )
    app.register_blueprint(files)
    app.jinja_env.globals["theme"] = theme


def current_theme() -> Theme:
    """The theme of the application that answers the request."""
    theme = current_app.jinja_env.globals["theme"]
    if not isinstance(theme, Theme):
        raise RuntimeError("the application has no theme")
    return theme
