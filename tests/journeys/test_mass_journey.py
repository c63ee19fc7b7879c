"""Online contests in a real browser: a challenge on a phone, a timed paper, a checked draw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from desk import ZONE, Desk, Member, Shown
from playwright.sync_api import Page, expect
from sitter import Sitter
from sqlalchemy import select
from visitor import Visitor

from quizengine.domain.blueprints import Section
from quizengine.domain.mass_lottery import Prize
from quizengine.domain.registry import Title
from quizengine.services.access import load_actor
from quizengine.services.bank import served_blueprint
from quizengine.services.mass import create_contest
from quizengine.services.mass_closing import conclude_due
from quizengine.services.mass_lottery import draw_prizes
from quizengine.services.mass_plans import LotteryPlan, MassPlan
from quizengine.services.mass_play import begin
from quizengine.services.sittings import save_answer, submit
from quizengine.storage.models import EVERYONE, MassContest, MassStep, Person

Visit = Callable[..., Visitor]
GRACE = timedelta(seconds=30)


def open_contest(
    desk: Desk, member: Member, types: tuple[str, ...], opens: datetime, **changes: Any
) -> tuple[int, int]:
    """A contest for the member's branch, for an hour from `opens`; its id and its exam's."""
    with desk.session() as session:
        organizer = session.scalars(select(Person.id).where(Person.login == "organizer")).one()
        blueprint = served_blueprint(session, "online-week").model_copy(
            update={
                "sections": [Section(type=t, count=1, points=Decimal(10)) for t in types],  # type: ignore[arg-type]
                "quotas": [],
            }
        )
        plan = MassPlan(
            blueprint=blueprint,
            title=Title(zh=f"竞赛{member.login}", en=f"Contest {member.login}"),
            unit_id=member.unit_id,
            audience=[(EVERYONE, member.unit_id)],
            opens_at=opens,
            closes_at=opens + timedelta(hours=1),
            **changes,
        )
        contest = create_contest(session, opens, ZONE, load_actor(session, organizer), plan)
        return contest.id, contest.exam_id


def press(visitor: Visitor, page: Page, text: str, **values: object) -> None:
    """The button or link with this text."""
    name = visitor.words(text, **values)
    main = page.get_by_role("main")
    button = main.get_by_role("button", name=name, exact=True)
    visitor.press(button.or_(main.get_by_role("link", name=name, exact=True)).first)


def choose(visitor: Visitor, page: Page, shown: Shown, *, right: bool) -> None:
    """Choose an option of a question of a challenge, and give the answer."""
    options = shown.question.options  # type: ignore[union-attr]
    keys = shown.right if right else [next(k for k in options if k not in shown.right)]
    for key in keys:
        visitor.press(page.locator("#run-body").get_by_text(options[key], exact=True))
    press(visitor, page, "Give this answer")


def test_a_challenge_on_a_phone_goes_on_after_a_reload_and_ends_with_a_mistake(
    visit: Visit, desk: Desk
) -> None:
    member = desk.member()
    types = ("single", "single", "single")
    contest_id, exam_id = open_contest(
        desk, member, types, datetime.now(UTC), mode="challenge", question_s=600
    )
    visitor = visit("phone", "zh_CN")
    words = visitor.words
    page = visitor.sign_in(member.login)
    page.goto("/contests/")
    card = page.get_by_role("article").filter(has_text=f"竞赛{member.login}")
    visitor.press(card.get_by_role("link", name=words("Take part")))
    press(visitor, page, "Start")
    page.wait_for_url("**/contests/runs/*")
    paper = desk.paper(member, exam_id)
    body = page.locator("#run-body")
    expect(body).to_contain_text(paper[0].question.stem)
    for later in paper[1:]:
        assert later.question.stem not in page.content()

    choose(visitor, page, paper[0], right=True)
    expect(body).to_contain_text(words("Right!"))
    expect(body).to_contain_text(paper[0].question.explanation)
    expect(page.locator("#run-right")).to_have_text("1")
    page.reload()
    expect(body).to_contain_text(words("Right!"))
    press(visitor, page, "Next question")
    expect(body).to_contain_text(paper[1].question.stem)
    page.reload()
    expect(body).to_contain_text(paper[1].question.stem)
    expect(page.locator("#run-right")).to_have_text("1")

    choose(visitor, page, paper[1], right=False)
    expect(body).to_contain_text(words("The first mistake ends the run."))
    with desk.session() as session:
        steps = session.scalars(select(MassStep).order_by(MassStep.shown_at)).all()
        sitting = desk.sitting(member, exam_id)
        assert sitting is not None
        own = [step.outcome for step in steps if step.sitting_id == sitting.id]
    assert own == ["right", "wrong"]
    press(visitor, page, "To the result")
    expect(page.get_by_role("main")).to_contain_text(words("Questions that you answered"))
    assert paper[2].question.stem not in page.content()
    page.goto(f"/contests/{contest_id}/board")
    expect(page.locator(".ms-me")).to_contain_text(member.name)


def test_a_timed_paper_survives_a_reload_and_counts_on_the_board(visit: Visit, desk: Desk) -> None:
    member = desk.member()
    types = ("single", "multiple", "true_false")
    contest_id, exam_id = open_contest(desk, member, types, datetime.now(UTC))
    visitor = visit("desktop", "en")
    page = visitor.sign_in(member.login)
    page.goto(f"/contests/{contest_id}")
    press(visitor, page, "Start")
    page.wait_for_url("**/contests/sittings/*")
    sitter = Sitter(visitor, page, desk.paper(member, exam_id))
    sitter.answer_right(0)
    sitter.expect_saved()
    sitter.next()
    sitter.answer_right(1)
    sitter.expect_saved()
    page.reload()
    sitter.go(0)
    sitter.expect_chosen(*sitter.paper[0].right)
    sitter.go(2)
    sitter.answer_right(2)
    sitter.expect_saved()
    sitter.hand_in()
    expect(page.locator(".ms-figure-big")).to_have_text("30")
    page.goto(f"/contests/{contest_id}")
    expect(page.locator(".ms-me")).to_contain_text(member.name)
    expect(page.get_by_role("main")).to_contain_text(visitor.words("Your best result"))


def test_anybody_checks_a_draw_in_the_browser(visit: Visit, desk: Desk) -> None:
    member = desk.member()
    opens = datetime.now(UTC) - timedelta(hours=3)
    plan = LotteryPlan([Prize("一等奖", 1)], Decimal(0), "开奖号码")
    contest_id, exam_id = open_contest(desk, member, ("true_false",), opens, lottery=plan)
    with desk.session() as session:
        at = opens + timedelta(minutes=10)
        sitting, _new = begin(session, at, ZONE, member.id, contest_id)
        shown = desk.paper(member, exam_id)[0]
        save_answer(session, at, GRACE, member.id, sitting.id, shown.question.id, shown.right, 1)
        submit(session, at + timedelta(seconds=30), member.id, sitting.id)
        now = datetime.now(UTC)
        conclude_due(session, now, GRACE)
        actor = load_actor(
            session, session.scalars(select(Person.id).where(Person.login == "organizer")).one()
        )
        assert session.get_one(MassContest, contest_id).published_at is not None
        draw_prizes(session, now, actor, contest_id, "03 11 22")
    visitor = visit("desktop", "zh_CN")
    page = visitor.sign_in(member.login)
    page.goto(f"/contests/{contest_id}/draw")
    expect(page.get_by_role("main")).to_contain_text(member.name)
    press(visitor, page, "Check the draw here")
    good = visitor.words("Everything fits: seed, list and winners are as published.")
    expect(page.locator("#check-result")).to_have_text(good)
