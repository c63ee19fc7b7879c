"""A member signs in, signs the letter, answers every type of question, and sees the score."""

from __future__ import annotations

from decimal import Decimal

import pytest
from desk import MACHINE_GRADED, POINTS, Desk
from playwright.sync_api import expect
from sitter import Sitter

TOTAL = POINTS * len(MACHINE_GRADED)


@pytest.mark.parametrize(("size", "language"), [("desktop", "zh_CN"), ("phone", "en")])
def test_a_member_sits_and_sees_score_and_record(visit, desk: Desk, size: str, language: str):
    member = desk.member()
    exam_id = desk.exam(member, types=MACHINE_GRADED, commitment=True, pass_mark=TOTAL)
    visitor = visit(size, language)
    words = visitor.words

    page = visitor.sign_in(member.login)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "zh_CN" else "en")
    card = page.get_by_role("article").filter(has_text=desk.title(exam_id, language))
    visitor.press(card.get_by_role("link", name=words("Take the exam"), exact=True))

    begin = page.get_by_role("button", name=words("Begin"), exact=True)
    expect(begin).to_have_count(0)
    visitor.press(page.get_by_role("checkbox"))
    visitor.press(page.get_by_role("button", name=words("Sign"), exact=True))
    visitor.press(begin)
    page.wait_for_url("**/my/sittings/*")

    sitter = Sitter(visitor, page, desk.paper(member, exam_id))
    for index in range(len(sitter.paper)):
        sitter.expect_at(index)
        sitter.answer_right(index)
        sitter.expect_saved()
        if index + 1 < len(sitter.paper):
            sitter.next()
    assert desk.answers(member, exam_id).keys() == {s.question.id for s in sitter.paper}

    dialog = sitter.ask_to_hand_in()
    expect(dialog).to_contain_text(sitter.says("allAnswered"))
    visitor.press(dialog.get_by_role("button", name=words("Hand in now"), exact=True))
    page.wait_for_url("**/result")

    expect(page.locator(".qe-score-value")).to_have_text(f"{TOTAL} / {TOTAL}")
    expect(page.get_by_role("main")).to_contain_text(words("Passed"))
    kinds = [kind for kind, _ in desk.entries(member)]
    assert kinds == ["commitment-signed", "exam-result"]
    data = desk.entries(member)[-1][1]
    assert Decimal(data["score"]) == TOTAL
    assert data["closed_by"] == "member"

    page.goto("/ledger/mine")
    passed = "Passed the exam “%(exam)s” with %(score)s of %(max)s points."
    line = words(passed, exam=desk.title(exam_id, language), score=TOTAL, max=TOTAL)
    expect(page.get_by_role("main").get_by_role("listitem").first).to_contain_text(line)
