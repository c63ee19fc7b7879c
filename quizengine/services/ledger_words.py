"""Entries of the ledger in plain words. Touches no database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from quizengine.domain.text import N_, Text
from quizengine.services.ledger_told import Told, plain, points_of, whole
from quizengine.services.ledger_words_activities import ACTIVITY_WRITERS
from quizengine.services.ledger_words_appraisal import APPRAISAL_WRITERS
from quizengine.services.ledger_words_contests import CONTEST_WRITERS
from quizengine.services.ledger_words_inspections import INSPECTION_WRITERS
from quizengine.services.ledger_words_plans import PLAN_WRITERS
from quizengine.services.ledger_words_posts import POST_WRITERS
from quizengine.services.ledger_words_sharing import SHARING_WRITERS
from quizengine.services.ledger_words_training import TRAINING_WRITERS

RESULTS = ("exam-result", "result-correction")

_ACTIONS = {
    "drop": N_("Question %(question)s (revision %(revision)s) was dropped from the grading."),
    "accept": N_("Another answer to question %(question)s (revision %(revision)s) was accepted."),
    "full_marks": N_(
        "Everybody was given full marks for question %(question)s (revision %(revision)s)."
    ),
}
_CAUSES = {
    "repair": N_("Because question %(question)s was repaired."),
    "marking": N_("Because an answer to question %(question)s was marked again."),
    "late-answer": N_("Because an answer to question %(question)s arrived after closing."),
}


def read_body(text: str) -> dict[str, Any]:
    """The body of an entry; empty if it is none, as after tampering."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) and isinstance(body.get("data"), dict) else {}


def exam_id_of(body: Mapping[str, Any]) -> int | None:
    """The exam that an entry is about."""
    exam_id = body.get("data", {}).get("exam")
    return exam_id if type(exam_id) is int else None


def corrects_of(body: Mapping[str, Any]) -> int | None:
    """The number of the entry that this one corrects."""
    number = body.get("corrects")
    return number if type(number) is int else None


def tell(kind: str, body: Mapping[str, Any], exam: str, *, withheld: bool = False) -> Told:
    """What an entry says; `exam` is the title of its exam, or "".

    `withheld` leaves out a result that is not released, or an answer that was found right.
    """
    write = _WRITERS.get(kind)
    if write is None:
        return Told(Text(N_("An entry of the kind “%(kind)s”."), {"kind": kind}))
    try:
        return write(body, exam or f"№ {body['data'].get('exam', '?')}", withheld)
    except (AttributeError, KeyError, TypeError, ValueError):
        return Told(Text(N_("The text of this entry can't be read: it may have been changed.")))


def _result(body: Mapping[str, Any], exam: str, withheld: bool) -> Told:
    data = body["data"]
    remarks: list[Text] = []
    if whole(data["attempt"]) > 1:
        remarks.append(Text(N_("Attempt %(number)s."), {"number": data["attempt"]}))
    if data["closed_by"] == "server":
        remarks.append(Text(N_("The time was up before it was handed in.")))
    if withheld:
        template = N_("Handed in the exam “%(exam)s”; the result is not released yet.")
        return Told(Text(template, {"exam": exam}), tuple(remarks))
    score, most = points_of(data["score"]), points_of(data["max_score"])
    values = {"exam": exam, "score": plain(score), "max": plain(most)}
    if data["passed"]:
        look, template = (
            "success",
            N_("Passed the exam “%(exam)s” with %(score)s of %(max)s points."),
        )
    else:
        look = "danger"
        template = N_("Did not pass the exam “%(exam)s”: %(score)s of %(max)s points.")
    return Told(Text(template, values), tuple(remarks), look, score, most)


def _correction(body: Mapping[str, Any], exam: str, withheld: bool) -> Told:
    told = _result(body, exam, withheld)
    cause = body["data"].get("reason", {})
    template = _CAUSES.get(cause.get("code"))
    if template is None or withheld:
        return told
    remark = Text(template, {"question": cause["question"]})
    return replace(told, remarks=(remark, *told.remarks))


def _missed(_body: Mapping[str, Any], exam: str, _withheld: bool) -> Told:
    return Told(Text(N_("Missed the exam “%(exam)s”."), {"exam": exam}), look="warning")


def _handed_in(_body: Mapping[str, Any], exam: str, _withheld: bool) -> Told:
    return Told(
        Text(N_("Handed in the exam “%(exam)s”, which waits to be marked."), {"exam": exam})
    )


def _signed(body: Mapping[str, Any], exam: str, _withheld: bool) -> Told:
    version = whole(body["data"]["version"])
    return Told(
        Text(
            N_("Signed the commitment letter, version %(version)s, for the exam “%(exam)s”."),
            {"version": version, "exam": exam},
        ),
        look="signed",
    )


def _snapshot(body: Mapping[str, Any], _exam: str, _withheld: bool) -> Told:
    units = body["data"]["units"]
    members = sum(unit["members"] for unit in units if unit["parent"] is None)
    template = N_("The site had %(units)s units with %(members)s members.")
    return Told(Text(template, {"units": len(units), "members": members}))


def _repaired(body: Mapping[str, Any], _exam: str, withheld: bool) -> Told:
    data = body["data"]
    values = {"question": data["question"], "revision": data["revision"]}
    sentence = Text(_ACTIONS[data["action"]], values)
    if withheld:
        return Told(sentence)
    return Told(sentence, (Text(N_("Reason: %(reason)s"), {"reason": data["reason"]}),))


def _text_cleared(body: Mapping[str, Any], _exam: str, _withheld: bool) -> Told:
    data = body["data"]
    template = N_(
        "A text of question %(question)s was cleared that the lint had stopped: %(code)s."
    )
    values = {"question": str(data["question"]), "code": str(data["code"])}
    reason = Text(N_("Reason: %(reason)s"), {"reason": str(data["reason"])})
    digest = Text(N_("SHA-256 of the text: %(digest)s"), {"digest": str(data["text_sha256"])})
    return Told(Text(template, values), (reason, digest), "warning")


_WRITERS: dict[str, Callable[[Mapping[str, Any], str, bool], Told]] = {
    "exam-result": _result,
    "result-correction": _correction,
    "exam-handed-in": _handed_in,
    "exam-missed": _missed,
    "commitment-signed": _signed,
    "question-repair": _repaired,
    "text-cleared": _text_cleared,
    "units-snapshot": _snapshot,
    **ACTIVITY_WRITERS,
    **APPRAISAL_WRITERS,
    **CONTEST_WRITERS,
    **INSPECTION_WRITERS,
    **PLAN_WRITERS,
    **POST_WRITERS,
    **SHARING_WRITERS,
    **TRAINING_WRITERS,
}
