"""Static files: a content hash in each address, and icons as inline SVG."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import flask_bootstrap
from flask import current_app
from markupsafe import Markup

_SPRITE = Path(flask_bootstrap.__file__).parent / "static/bootstrap5/icons/bootstrap-icons.svg"
_SYMBOL = re.compile(r'<symbol[^>]* viewBox="([^"]+)" id="([^"]+)">(.*?)</symbol>', re.DOTALL)


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """URL default of static files: `v`, which changes with the content."""
    blueprint, _dot, name = endpoint.rpartition(".")
    if name != "static" or "filename" not in values or "v" in values:
        return
    owner = current_app.blueprints[blueprint] if blueprint else current_app
    if owner.static_folder is None:
        return
    path = Path(owner.static_folder) / values["filename"]
    if path.is_file():
        values["v"] = _digest(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _symbols() -> dict[str, tuple[str, str]]:
    sprite = _SPRITE.read_text(encoding="utf-8")
    return {name: (box, body) for box, name, body in _SYMBOL.findall(sprite)}


@lru_cache(maxsize=512)
def icon(name: str, classes: str = "") -> Markup:
    """A Bootstrap icon as inline SVG, hidden from screen readers: the text beside it says it all.

    Raises KeyError for a name that the sprite does not have.
    """
    box, body = _symbols()[name]
    return Markup(
        '<svg class="qe-icon {}" viewBox="{}" fill="currentColor" aria-hidden="true" '
        'focusable="false">{}</svg>'
    ).format(classes, box, Markup(body))
