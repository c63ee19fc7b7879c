"""Draw the questions of a contest, none of which an exam could show."""

from __future__ import annotations

import json
import random
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, select

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.candidates import Candidate
from quizengine.domain.contest.drawing import Drawn, alike_for_all, demands, draw
from quizengine.domain.contest.rules import CompulsoryRound, ContestRules
from quizengine.domain.questions import Question
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.bank import (
    current_questions,
    questions_of,
    served_blueprint,
    served_registry,
)
from quizengine.services.stage_access import contest_to_prepare, managed_contest, rules_of
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Contest, ContestTeam

# A contest that counts, and whose questions nobody has seen yet.
_TO_COME = and_(Contest.rehearsal.is_(False), Contest.state.in_(("preparing", "running")))
_TO_COME_WEIGHT = 1000


def draw_questions(
    session: SessionLike, now: datetime, zone: ZoneInfo, actor: Actor, contest_id: int
) -> Contest:
    """Draw all questions and spares, valid on the day of the contest; again, until it begins.

    Questions that no other contest has drawn are preferred; what one in preparation is to show
    comes last, above all in a rehearsal (`drawn_elsewhere`). Refused: `infeasible` with what is
    short by how many, `teams`, `unknown-blueprint`, `blueprint-pool`, and what
    `contest_to_prepare` refuses.
    """
    contest = managed_contest(session, actor, contest_id)
    teams, rules = len(contest.teams), rules_of(contest)
    _check_teams(rules, contest.teams)
    day = (contest.planned_at or now).astimezone(zone).date()
    drawn = _drawn(session, rules, teams, day, _seen(session, contest_id))
    with writing(session):
        contest = contest_to_prepare(session, contest_id)
        if len(contest.teams) != teams or rules_of(contest) != rules:
            raise Refused("contest-changed", N_("The contest was changed meanwhile: draw again."))
        contest.draw = json.dumps(drawn, separators=(",", ":"))
    return contest


def _drawn(
    session: SessionLike,
    rules: ContestRules,
    teams: int,
    day: date,
    seen: Mapping[str, int],
) -> list[dict[str, Any]]:
    wanted = demands(rules, teams)
    blueprints = {
        name: _contest_blueprint(session, name)
        for name in dict.fromkeys(demand.blueprint for demand in wanted)
    }
    questions = {
        ref: question
        for ref, question in current_questions(session).items()
        if question.pool == "contest" and question.valid.covers(day)
    }
    rng = random.Random(secrets.randbits(128))
    drawn = draw(
        wanted,
        blueprints,
        [Candidate.of(ref, question) for ref, question in questions.items()],
        served_registry(session),
        rng,
        {ref: seen[question.id] for ref, question in questions.items() if question.id in seen},
    )
    by_round: dict[str, list[Drawn]] = {}
    for part in drawn:
        by_round.setdefault(part.demand.round_id, []).append(part)
    in_turns = {r.id for r in rules.rounds if isinstance(r, CompulsoryRound)}
    result = []
    for round_id, parts in by_round.items():
        if round_id in in_turns:
            part = parts[0]
            rows = alike_for_all(part.questions, blueprints[part.demand.blueprint], teams, rng)
            parts = [Drawn(part.demand, tuple(rows), part.spares)]
        result.append(_round(round_id, parts, questions))
    return result


def _contest_blueprint(session: SessionLike, name: str) -> Blueprint:
    blueprint = served_blueprint(session, name)
    if blueprint.pool != "contest":
        raise Refused(
            "blueprint-pool",
            N_("The blueprint %(id)s does not draw from the contest pool."),
            id=name,
        )
    return blueprint


def _round(
    round_id: str, parts: Sequence[Drawn], questions: Mapping[int, Question]
) -> dict[str, Any]:
    asked = [(part.demand.value, c) for part in parts for c in part.questions]
    spare = [(part.demand.value, c) for part in parts for c in part.spares]
    return {
        "id": round_id,
        "questions": [
            _slot(f"{round_id}-{number:02d}", value, candidate, questions)
            for number, (value, candidate) in enumerate(asked, 1)
        ],
        "spares": [
            _slot(f"{round_id}-s{number:02d}", value, candidate, questions)
            for number, (value, candidate) in enumerate(spare, 1)
        ],
    }


def _slot(
    key: str, value: int | None, candidate: Candidate, questions: Mapping[int, Question]
) -> dict[str, Any]:
    question = questions[candidate.ref]
    return {
        "key": key,
        "ref": candidate.ref,
        "question": question.id,
        "revision": question.revision,
        "type": question.type,
        "value": value,
    }


def _seen(session: SessionLike, contest_id: int) -> Counter[str]:
    """In how many other contests each question has a place, by id; in those to come much more."""
    seen: Counter[str] = Counter()
    for text, weight in session.execute(
        select(Contest.draw, case((_TO_COME, _TO_COME_WEIGHT), else_=1)).where(*_others(contest_id))
    ):
        for slot in _slots(text):
            seen[slot["question"]] += weight
    return seen


def _others(contest_id: int) -> tuple[ColumnElement[bool], ...]:
    return Contest.id != contest_id, Contest.state != "cancelled", Contest.draw != ""


def drawn_elsewhere(session: SessionLike, contest: Contest) -> int:
    """How many of the drawn questions could be known by when they count.

    Of a rehearsal those that a contest to come has drawn too; of a contest those of rehearsals.
    """
    apart = _TO_COME if contest.rehearsal else Contest.rehearsal.is_(True)
    query = select(Contest.draw).where(*_others(contest.id), apart)
    shown = {slot["question"] for text in session.scalars(query) for slot in _slots(text)}
    return len({slot["question"] for slot in _slots(contest.draw)} & shown)


def _slots(draw_text: str) -> Iterator[dict[str, Any]]:
    for round_ in json.loads(draw_text or "[]"):
        yield from round_["questions"]
        yield from round_["spares"]


def _check_teams(rules: ContestRules, teams: Sequence[ContestTeam]) -> None:
    if not rules.teams.min <= len(teams) <= rules.teams.max:
        raise Refused(
            "teams",
            N_("These rules are for %(least)s to %(most)s teams: there are %(count)s."),
            least=rules.teams.min,
            most=rules.teams.max,
            count=len(teams),
        )


def begin_data(session: SessionLike, contest: Contest) -> dict[str, Any]:
    """The `data` of the event `begin`. Refused: `teams`, `team-members`, `no-draw`."""
    rules = rules_of(contest)
    _check_teams(rules, contest.teams)
    for team in contest.teams:
        if not team.members:
            raise Refused(
                "team-members", N_("The team “%(team)s” has no members yet."), team=team.name
            )
    if not contest.draw:
        raise Refused("no-draw", N_("Draw the questions of the contest first."))
    return {
        "rehearsal": contest.rehearsal,
        "teams": [
            {
                "id": team.id,
                "number": team.number,
                "name": team.name,
                "members": [{"id": m.id, "name": m.name} for m in team.members],
            }
            for team in contest.teams
        ],
        "rounds": json.loads(contest.draw),
    }


def contest_questions(session: SessionLike, contest: Contest) -> dict[int, Question]:
    """All questions that were drawn, spares too, by the number of the revision (`ref`)."""
    return questions_of(session, (slot["ref"] for slot in _slots(contest.draw)))
