"""Entries about annual appraisals in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quizengine.domain.text import N_, Text
from quizengine.services.appraisal_words import DECIDED
from quizengine.services.ledger_told import Told, whole


def _closed(body: Mapping[str, Any], _exam: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {
        "year": whole(data["year"]),
        "units": len(data["units"]),
        "entries": whole(data["entries"]),
        "version": whole(data["rules"]["version"]),
    }
    sentence = N_(
        "The appraisal of %(year)s was closed: %(units)s units, from the first %(entries)s "
        "entries, by version %(version)s of the rules."
    )
    digest = Text(N_("SHA-256 of the result: %(digest)s"), {"digest": str(data["result_sha256"])})
    root = Text(N_("Root of these entries: %(root)s"), {"root": str(data["root"])})
    return Told(Text(sentence, values), (digest, root), "signed")


def _review(body: Mapping[str, Any], _exam: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {"year": whole(data["year"]), "entry": whole(data["entry"])}
    sentence = N_(
        "Entry %(entry)s is about the closed year %(year)s: whether anything follows is reviewed."
    )
    return Told(Text(sentence, values), look="warning")


def _review_decided(body: Mapping[str, Any], _exam: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {"year": whole(data["year"]), "decision": Text(DECIDED[data["decision"]])}
    sentence = N_("A review of the closed year %(year)s was decided: %(decision)s.")
    return Told(Text(sentence, values))


def _objection(body: Mapping[str, Any], _exam: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {"year": whole(data["year"]), "files": len(data["files"])}
    listed = str(data["about"]).startswith("list:")
    sentence = (
        N_("Objected to being on a list of the appraisal of %(year)s.")
        if listed
        else N_("The unit objected to a number of the appraisal of %(year)s.")
    )
    files = (Text(N_("Files attached: %(files)s."), values),) if data["files"] else ()
    return Told(Text(sentence, values), files, "warning")


def _objection_decided(body: Mapping[str, Any], _exam: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {"year": whole(data["year"]), "decision": Text(DECIDED[data["decision"]])}
    sentence = N_("The objection to the appraisal of %(year)s was decided: %(decision)s.")
    return Told(Text(sentence, values))


APPRAISAL_WRITERS: dict[str, Callable[[Mapping[str, Any], str, bool], Told]] = {
    "appraisal-closed": _closed,
    "appraisal-review-opened": _review,
    "appraisal-review-decided": _review_decided,
    "appraisal-objection": _objection,
    "appraisal-objection-decided": _objection_decided,
}
