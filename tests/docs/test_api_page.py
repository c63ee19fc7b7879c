"""docs/api.md names calls and answers that there are."""

from __future__ import annotations

import re

from website import ROOT

from quizengine.web.api.document import document

_PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
_CALL = re.compile(r"^curl [^#\n]*?(?:\\\n[^#\n]*)?\$site(/[^\s\"#]*)", re.MULTILINE)
_WORDS = re.compile(r"/(?:\d+|new-member-\d+)")


def _calls() -> set[str]:
    """Paths of the examples, with each id as `{}`."""
    return {_WORDS.sub("/{}", path.partition("?")[0]) for path in _CALL.findall(_PAGE)}


def test_the_examples_call_what_is_there() -> None:
    known = {re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1")) for path in document()["paths"]}
    assert _calls() <= known
    assert len(_calls()) == 7


def test_every_outcome_of_a_late_answer_is_named() -> None:
    described = document()["components"]["schemas"]["LateProblem"]["properties"]["outcome"]
    for outcome in re.findall(r"\w+", described["description"].replace(" or ", " ")):
        assert f"`{outcome}`" in _PAGE
