"""A grader marks a short answer; then the member sees the score."""

from __future__ import annotations

from decimal import Decimal

from desk import POINTS, Desk
from playwright.sync_api import expect
from sitter import Sitter

from quizengine.services.demo_people import PASSWORD

GIVEN = "先报告保密工作机构，再按要求采取补救措施。"


def test_a_grader_marks_a_short_answer_and_the_member_sees_the_score(visit, desk: Desk):
    desk = Desk(desk.site, tier="leader", blueprint="leader")
    member = desk.member()
    exam_id = desk.exam(member, types=("short",))
    visitor = visit("phone", "zh_CN")
    sitter = Sitter(visitor, visitor.begin(member, exam_id), desk.paper(member, exam_id))
    sitter.answer(sitter.paper[0].question, [GIVEN])
    sitter.expect_saved()
    sitter.hand_in()
    expect(sitter.page.get_by_role("main")).to_contain_text(visitor.words("Being marked"))
    assert [kind for kind, _ in desk.entries(member)] == ["exam-handed-in"]

    grader = visit()
    words = grader.words
    page = grader.sign_in("grader", PASSWORD)
    grader.press(page.get_by_role("main").get_by_role("link", name=words("Mark")))
    row = page.get_by_role("row").filter(has_text=desk.title(exam_id, "en"))
    grader.press(row.get_by_role("link", name=words("Mark"), exact=True))
    expect(page.get_by_role("region", name=words("Answer"), exact=True)).to_contain_text(GIVEN)
    assert member.name not in page.content()
    assert member.login not in page.content()
    for button in page.get_by_role("button", name=words("Full points"), exact=True).all():
        grader.press(button)
    grader.press(page.get_by_role("button", name=words("Save and next"), exact=True))
    expect(page.get_by_role("main")).to_contain_text(words("All answers are marked"))

    sitter.page.reload()
    expect(sitter.page.locator(".qe-score-value")).to_have_text(f"{POINTS} / {POINTS}")
    kind, data = desk.entries(member)[-1]
    assert (kind, Decimal(data["score"])) == ("exam-result", POINTS)
