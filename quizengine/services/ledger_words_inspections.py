"""Entries about inspections, findings, spot quizzes and self-assessments in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from quizengine.domain.text import N_, Text
from quizengine.services.inspection_words import FINDING_SEVERITY_NAMES, INSPECTION_KIND_NAMES
from quizengine.services.ledger_told import Told, plain, points_of, whole

_FINDINGS = {
    "finding-opened": N_("Finding no. %(finding)s opened (%(severity)s), due by %(due)s."),
    "finding-answered": N_("Finding no. %(finding)s answered; due by %(due)s."),
    "finding-closed": N_("Finding no. %(finding)s confirmed and closed; due by %(due)s."),
}


def _on(data: Mapping[str, Any]) -> tuple[Text, ...]:
    """The remark on the day on which it happened, if it was told later."""
    if "on" not in data:
        return ()
    day = {"day": date.fromisoformat(data["on"]).isoformat()}
    return (Text(N_("It happened on %(day)s and was entered later."), day),)


def _round(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {"round": whole(data["round"]), "count": len(data["pairs"])}
    seed = Text(N_("Seed: %(seed)s"), {"seed": str(data["seed"])})
    template = N_("Round no. %(round)s of mutual inspections drawn: %(count)s pairs.")
    return Told(Text(template, values), (seed,))


def _held(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values: dict[str, object] = {
        "inspection": whole(data["inspection"]),
        "kind": Text(INSPECTION_KIND_NAMES[data["kind"]]),
        "findings": whole(data["findings"]),
    }
    if "score" not in data:
        template = N_("%(kind)s no. %(inspection)s held; findings: %(findings)s.")
        return Told(Text(template, values), _on(data), "signed")
    score, most = points_of(data["score"]), points_of(data["max_score"])
    values |= {"score": plain(score), "max": plain(most)}
    template = N_(
        "%(kind)s no. %(inspection)s held: %(score)s of %(max)s points; findings: %(findings)s."
    )
    return Told(Text(template, values), _on(data), "signed", score, most)


def _fixed(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {
        "inspection": whole(data["inspection"]),
        "count": whole(data["count"]),
        "people": whole(data["people"]),
    }
    template = N_("Inspection no. %(inspection)s: %(count)s of %(people)s people will be drawn.")
    digests = {"commitment": str(data["commitment"]), "list": str(data["list_sha256"])}
    remark = N_("SHA-256 of the seed: %(commitment)s; of the list: %(list)s")
    return Told(Text(template, values), (Text(remark, digests),))


def _drawn(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {"inspection": whole(data["inspection"]), "count": len(data["drawn"])}
    template = N_("Inspection no. %(inspection)s: %(count)s people were drawn.")
    seed = Text(N_("Seed: %(seed)s"), {"seed": str(data["seed"])})
    return Told(Text(template, values), (seed,))


def _spot(body: Mapping[str, Any], _title: str, withheld: bool) -> Told:
    data = body["data"]
    score, most = points_of(data["score"]), points_of(data["max_score"])
    values = {
        "inspection": whole(data["inspection"]),
        "score": plain(score),
        "max": plain(most),
    }
    if withheld:
        template = N_("Was asked in the spot quiz of inspection no. %(inspection)s.")
        return Told(Text(template, values), _on(data))
    passed = data["passed"] is True
    template = (
        N_("Passed the spot quiz of inspection no. %(inspection)s: %(score)s of %(max)s points.")
        if passed
        else N_(
            "Did not pass the spot quiz of inspection no. %(inspection)s: "
            "%(score)s of %(max)s points."
        )
    )
    look = "success" if passed else "danger"
    return Told(Text(template, values), _on(data), look, score, most)


def _finding(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data, kind = body["data"], body["kind"]
    values = {
        "finding": whole(data["finding"]),
        "severity": Text(FINDING_SEVERITY_NAMES[data["severity"]]),
        "due": date.fromisoformat(data["due"]).isoformat(),
    }
    if kind == "finding-opened":
        return Told(Text(_FINDINGS[kind], values), look="warning")
    late = data["on_time"] is False
    remarks = (Text(N_("The answer came after the day due.")),) if late else ()
    look = "danger" if late else "success" if kind == "finding-closed" else ""
    return Told(Text(_FINDINGS[kind], values), remarks, look)


def _selfcheck(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    score, most = points_of(data["score"]), points_of(data["max_score"])
    values = {"year": whole(data["year"]), "score": plain(score), "max": plain(most)}
    if body["kind"] == "selfcheck-submitted":
        template = N_("Self-assessment of %(year)s handed in: %(score)s of %(max)s points.")
        late = (Text(N_("It came after the last day.")),) if data["late"] is True else ()
        return Told(Text(template, values), late, "", score, most)
    template = N_("Self-assessment of %(year)s reviewed: %(score)s of %(max)s points.")
    changed = data["verdict"] == "changed"
    own = {"score": plain(points_of(data["own_score"]))}
    remark = (
        Text(N_("Points were changed; the unit had given itself %(score)s."), own)
        if changed
        else Text(N_("The points of the unit were agreed."))
    )
    return Told(Text(template, values), (remark,), "signed", score, most)


INSPECTION_WRITERS: dict[str, Callable[[Mapping[str, Any], str, bool], Told]] = {
    "inspection-round": _round,
    "inspection-held": _held,
    "spot-fixed": _fixed,
    "spot-drawn": _drawn,
    "spot-check": _spot,
    "finding-opened": _finding,
    "finding-answered": _finding,
    "finding-closed": _finding,
    "selfcheck-submitted": _selfcheck,
    "selfcheck-reviewed": _selfcheck,
}
