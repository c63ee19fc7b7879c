"""突击抽查: the quiz of those drawn, on screen or on paper, and its results per person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from quizengine.domain.blueprints import Blueprint, Quota, ReleasePolicy, Section
from quizengine.domain.registry import Title
from quizengine.domain.text import N_, Refused
from quizengine.services.bank import served_registry
from quizengine.services.details import one_line
from quizengine.services.exams import ExamPlan, add_exam, check_exam
from quizengine.services.inspection_access import directed_inspection, worked_inspection
from quizengine.services.inspections import tell
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act, refuse_future, told_on
from quizengine.services.papers import draw_papers
from quizengine.services.reach import Reach
from quizengine.services.spot import spot_of, unknown_spot
from quizengine.services.standings import Standing, standings
from quizengine.storage.engine import REGISTERS, writing
from quizengine.storage.models import NAMED, Inspection, SpotCheck, SpotPerson

_EACH = Decimal(5)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class QuizPlan:
    """A short quiz: questions of a tier on topics (all if none is chosen), at once for all."""

    tier: str
    topics: Sequence[str]
    single: int
    true_false: int
    minutes: int
    pass_percent: int
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class _Result:
    score: Decimal
    max_score: Decimal
    passed: bool
    done_on: date


@dataclass(frozen=True)
class PaperResult:
    """What somebody reached on paper; without a score, why the person was not asked."""

    score: Decimal | None
    excuse: str = ""


def open_quiz(act: Act, inspection_id: int, plan: QuizPlan) -> int:
    """Open the quiz for those drawn alone; the id of the exam.

    Refused: `inspection-unknown`, `spot-unknown` (404), `forbidden` (403), `spot-faults` (400),
    `spot-undrawn`, `spot-quiz`, and as `quizengine.services.exams.open_exam`.
    """
    session = act.session
    inspection = directed_inspection(session, act.actor, inspection_id, "planned")
    check = _ready(act, inspection_id)
    exam_plan = ExamPlan(
        blueprint=_blueprint(act, plan),
        title=Title(zh=f"突击抽查：{inspection.title}", en=f"Spot quiz: {inspection.title}"),
        unit_id=inspection.unit_id,
        audience=[(NAMED, inspection.unit_id)],
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        named=[one.person_id for one in check.drawn],
    )
    check_exam(session, act.now, act.zone, act.actor, exam_plan)
    with writing(session, REGISTERS):
        check = _ready(act, inspection_id)
        exam = add_exam(session, act.now, act.actor, exam_plan)
        check.exam_id = exam.id
        exam_id = exam.id
        tell(act, check.inspection, "spot-quiz", count=str(len(exam_plan.named)))
    draw_papers(session, act.now, act.zone, exam_id)
    return exam_id


def take_over(act: Act, inspection_id: int) -> int:
    """Enter what those drawn reached in the quiz, once it is over; how many entries.

    Again after a regrading: who has other points now gets a correcting entry. Refused:
    `inspection-unknown`, `spot-unknown` (404), `forbidden` (403), `spot-running` (409).
    """
    session = act.session
    with writing(session, REGISTERS):
        inspection = worked_inspection(session, act.actor, inspection_id, "planned", "held")
        check = spot_of(session, inspection_id)
        if check is None or check.exam is None:
            raise unknown_spot()
        if check.exam.concluded_at is None:
            raise Refused("spot-running", N_("The quiz is not over yet."))
        found = standings(session, act.zone, Reach(check.exam, ("/",), manages=True))
        by_person = {one.person_id: one for one in found}
        return _enter(
            act,
            inspection,
            [(one, _on_screen(act, by_person.get(one.person_id))) for one in check.drawn],
        )


def enter_paper(
    act: Act,
    inspection_id: int,
    results: Mapping[int, PaperResult],
    max_score: Decimal,
    pass_mark: Decimal,
    done_on: date,
) -> int:
    """Enter a quiz on paper by the ids of those drawn; how many entries. Later ones correct.

    Refused as `take_over`; `spot-faults`, `day-future` (400), `spot-quiz` (409) where the quiz is
    on screen.
    """
    session = act.session
    if not 0 < pass_mark <= max_score <= 10_000:
        raise _fault(N_("The pass mark lies above 0 and not above the full score."))
    refuse_future(done_on, act.today)
    with writing(session, REGISTERS):
        inspection = worked_inspection(session, act.actor, inspection_id, "planned", "held")
        check = spot_of(session, inspection_id)
        if check is None or check.drawn_at is None:
            raise unknown_spot()
        if check.exam_id is not None:
            raise Refused("spot-quiz", N_("The quiz is on screen: take its results over."))
        given = [(one, results[one.person_id]) for one in check.drawn if one.person_id in results]
        return _enter(
            act,
            inspection,
            [(one, _on_paper(one, paper, max_score, pass_mark, done_on)) for one, paper in given],
        )


def _on_paper(
    one: SpotPerson, given: PaperResult, max_score: Decimal, pass_mark: Decimal, done_on: date
) -> _Result | None:
    one.excuse = one_line(given.excuse)[:200]
    name = one.person.name
    if given.score is None:
        if one.score is not None:
            raise _fault(
                N_("%(name)s has a result already: correct it, it can't be taken away."), name=name
            )
        return None
    if not 0 <= given.score <= max_score:
        raise _fault(N_("%(name)s: from 0 to %(most)s points."), name=name, most=max_score)
    return _Result(given.score, max_score, given.score >= pass_mark, done_on)


def _on_screen(act: Act, found: Standing | None) -> _Result | None:
    if found is None or found.score is None or found.max_score is None:
        return None
    day = found.closed_at.astimezone(act.zone).date() if found.closed_at else act.today
    return _Result(found.score, found.max_score, found.state == "passed", day)


def _enter(
    act: Act, inspection: Inspection, results: Iterable[tuple[SpotPerson, _Result | None]]
) -> int:
    """Enter the results that are new or other than before; how many."""
    entered = 0
    with LedgerWriter(act.session) as log:
        for one, result in results:
            known = (one.score, one.max_score, one.passed)
            if result and known != (result.score, result.max_score, result.passed):
                _append(act, log, inspection, one, result)
                entered += 1
    if entered:
        tell(act, inspection, "spot-results", count=str(entered))
    return entered


def _append(
    act: Act, log: LedgerWriter, inspection: Inspection, one: SpotPerson, result: _Result
) -> None:
    one.score, one.max_score, one.passed = result.score, result.max_score, result.passed
    one.entries += 1
    one.entry_seq = log.append(
        act.now,
        "spot-check",
        f"spot-person:{one.id}:{one.entries}",
        person_id=one.person_id,
        unit=one.unit.code,
        data={
            "inspection": inspection.id,
            "score": str(result.score),
            "max_score": str(result.max_score),
            "passed": result.passed,
        },
        corrects=one.entry_seq,
        on=told_on(result.done_on, act.today),
        by=act.actor.person_id,
    )


def _ready(act: Act, inspection_id: int) -> SpotCheck:
    check = spot_of(act.session, inspection_id)
    if check is None:
        raise unknown_spot()
    if check.drawn_at is None:
        raise Refused("spot-undrawn", N_("Draw the people first."))
    if check.exam_id is not None or any(one.score is not None for one in check.drawn):
        raise Refused("spot-quiz", N_("There is a quiz, or there are results, already."))
    return check


def _blueprint(act: Act, plan: QuizPlan) -> Blueprint:
    registry = served_registry(act.session)
    count = plan.single + plan.true_false
    if plan.single < 0 or plan.true_false < 0 or not 0 < count <= 50:
        raise _fault(N_("A quiz has from 1 to 50 questions."))
    if not 1 <= plan.minutes <= 120 or not 1 <= plan.pass_percent <= 100:
        raise _fault(N_("From 1 to 120 minutes, and a pass mark from 1 to 100 per cent."))
    if plan.tier not in registry.tiers or not set(plan.topics) <= set(registry.topics):
        raise _fault(N_("Choose the audience and the topics."))
    sections = [("single", plan.single), ("true_false", plan.true_false)]
    mark = (_EACH * count * plan.pass_percent / 100).quantize(_CENT, ROUND_HALF_UP)
    return Blueprint(
        id="spot-quiz",
        title=Title(zh="突击抽查", en="Spot quiz"),
        tier=plan.tier,
        duration_s=plan.minutes * 60,
        pass_mark=mark,
        sections=[
            Section.model_validate({"type": kind, "count": number, "points": _EACH})
            for kind, number in sections
            if number
        ],
        quotas=[Quota(topic=list(plan.topics), count=count)] if plan.topics else [],
        commitment=False,
        release=ReleasePolicy(scores="after_close", answers="after_close"),
    )


def _fault(message: str, **params: object) -> Refused:
    return Refused("spot-faults", message, status=400, **params)
