"""The texts of the pages, so that journeys find buttons by what they say in either language."""

from __future__ import annotations

import gettext

from serving import ROOT


class Words:
    """`words("Hand in")`: the text in this language; English where it is not translated."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalog = gettext.translation(
            "messages", ROOT / "quizengine" / "translations", [language], fallback=True
        )

    def __call__(self, message: str, **values: object) -> str:
        text = self._catalog.gettext(message)
        return text % values if values else text
