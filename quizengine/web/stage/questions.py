"""The questions that were drawn for a contest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from quizengine.domain.answers import correct_answer
from quizengine.domain.contest.rules import ContestRules, Round
from quizengine.domain.questions import Question
from quizengine.domain.translations import in_language
from quizengine.services.stage_access import rules_of
from quizengine.services.stage_draw import contest_questions
from quizengine.storage.models import Contest
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import roles_required
from quizengine.web.member.texts import type_names
from quizengine.web.organizer.plain import answer_text
from quizengine.web.stage.common import contest_page, own_contest
from quizengine.web.stage.words import ROUND_ICONS


@dataclass(frozen=True)
class DrawnSlot:
    """A question in its place; `value` in a wager round, `spare` if it only stands by."""

    key: str
    ref: int
    question: str
    value: int | None
    spare: bool


@dataclass(frozen=True)
class DrawnRound:
    """The questions of one round."""

    title: str
    icon: str
    slots: list[DrawnSlot]

    @property
    def asked(self) -> int:
        """How many are asked."""
        return sum(not slot.spare for slot in self.slots)

    @property
    def spares(self) -> int:
        """How many stand by."""
        return len(self.slots) - self.asked


def drawn_rounds(contest: Contest) -> list[DrawnRound]:
    """What was drawn, by round; empty before."""
    if not contest.draw:
        return []
    drawn = {part["id"]: part for part in json.loads(contest.draw)}
    rules: ContestRules = rules_of(contest)
    return [_round(part, drawn[part.id]) for part in rules.rounds if part.id in drawn]


def _round(part: Round, drawn: dict[str, list[dict[str, object]]]) -> DrawnRound:
    slots = [
        DrawnSlot(
            str(slot["key"]),
            int(str(slot["ref"])),
            str(slot["question"]),
            slot["value"] if isinstance(slot["value"], int) else None,
            spare,
        )
        for spare, group in ((False, "questions"), (True, "spares"))
        for slot in drawn[group]
    ]
    return DrawnRound(part.title.in_language(language()), ROUND_ICONS[part.kind], slots)


@roles_required("organizer")
def questions(contest_id: int) -> ResponseReturnValue:
    """Each question with its answer: for the organizers of the contest alone."""
    contest = own_contest(contest_id)
    drawn = drawn_rounds(contest)
    return contest_page(
        "stage/questions.html",
        contest,
        "questions",
        drawn=drawn,
        found=in_page_language(contest_questions(db.session, contest)) if drawn else {},
        type_names=type_names(),
        answers=right_answer,
    )


def in_page_language(questions: Mapping[int, Question]) -> dict[int, Question]:
    """The questions with their English texts, as far as there are, on an English page."""
    return {ref: in_language(question, language()) for ref, question in questions.items()}


def right_answer(question: Question) -> list[str]:
    """The lines of the right answer."""
    return answer_text(question, correct_answer(question))
