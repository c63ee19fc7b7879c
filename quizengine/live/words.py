"""Messages of the live server in the language of each page."""

from __future__ import annotations

import gettext
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from quizengine.domain.text import Refused, Text
from quizengine.settings import LANGUAGES

_TRANSLATIONS = Path(__file__).parents[1] / "translations"


def known_language(name: object, default: str) -> str:
    """`name` if it is a language of the site, else `default`."""
    return name if isinstance(name, str) and name in LANGUAGES else default


def say(text: Text, language: str) -> str:
    """The text in this language."""
    return text.render(_catalog(language).gettext)


@lru_cache(maxsize=len(LANGUAGES))
def _catalog(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", _TRANSLATIONS, languages=[language], fallback=True)


def packed(message: dict[str, Any]) -> bytes:
    """A message of docs/live.md as it is sent."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def ok(command: str, seq: int) -> bytes:
    """The command is on disk, as event `seq`."""
    return packed({"t": "ok", "id": command, "seq": seq})


def no(command: str, refusal: Refused, language: str) -> bytes:
    """The command was refused."""
    message = say(refusal.text, language)
    return packed({"t": "no", "id": command, "code": refusal.code, "message": message})


def bye(refusal: Refused, language: str) -> bytes:
    """The connection ends, and is not to be opened again."""
    return packed({"t": "bye", "code": refusal.code, "message": say(refusal.text, language)})
