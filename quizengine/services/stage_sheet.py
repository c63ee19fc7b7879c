"""The score sheet of a contest with its questions: ranking, records, and who answered what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.sheet import Sheet
from quizengine.domain.contest.sheet import score_sheet as sheet_of
from quizengine.domain.questions import Question
from quizengine.services.bank import questions_of
from quizengine.services.stage_access import rules_of, unknown_contest
from quizengine.services.stage_log import contest_log
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Contest


@dataclass(frozen=True)
class ScoreSheet:
    """The sheet, and the questions on it by their `ref`. It holds right answers: staff only."""

    contest: Contest
    rules: ContestRules
    sheet: Sheet
    questions: Mapping[int, Question]


def score_sheet(session: SessionLike, contest_id: int) -> ScoreSheet:
    """The contest read back from its log, finished or not. Refused `unknown-contest` (404)."""
    contest = session.get(Contest, contest_id)
    if contest is None:
        raise unknown_contest()
    rules = rules_of(contest)
    sheet = sheet_of(rules, contest_log(session, contest_id))
    refs = (question.slot.ref for question in sheet.questions)
    return ScoreSheet(contest, rules, sheet, questions_of(session, refs))
