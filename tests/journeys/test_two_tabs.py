"""Two tabs, handing in twice, and the back button: one outcome each."""

from __future__ import annotations

from desk import POINTS, Desk, Member
from playwright.sync_api import expect
from sitter import Sitter
from visitor import Visitor


def _two_tabs(visitor: Visitor, desk: Desk) -> tuple[Member, int, Sitter, Sitter]:
    member = desk.member()
    exam_id = desk.exam(member)
    first = Sitter(visitor, visitor.begin(member, exam_id), desk.paper(member, exam_id))
    page = visitor.context.new_page()
    page.goto(first.page.url)
    return member, exam_id, first, Sitter(visitor, page, first.paper)


def test_of_two_tabs_the_newest_answer_wins(visit, desk: Desk):
    member, exam_id, first, second = _two_tabs(visit(), desk)
    question = first.paper[0].question
    wrong = first.answer_wrong(0)
    first.expect_saved()
    assert desk.answers(member, exam_id) == {question.id: [wrong]}
    second.answer_right(0)
    second.expect_saved()
    assert desk.answers(member, exam_id) == {question.id: first.paper[0].right}
    first.page.reload()
    first.expect_chosen(*first.paper[0].right)


def test_a_tab_tells_of_answers_that_another_one_could_not_deliver(visit, desk: Desk):
    visitor = visit()
    visitor.excuse("ERR_INTERNET_DISCONNECTED")
    member, exam_id, first, second = _two_tabs(visitor, desk)
    visitor.context.set_offline(True)
    first.answer_right(0)
    first.expect_waiting(1)
    second.expect_waiting(1)
    first.page.close()
    visitor.context.set_offline(False)
    second.expect_saved()
    assert desk.answers(member, exam_id) == {first.paper[0].question.id: first.paper[0].right}


def test_handing_in_twice_is_entered_once(visit, desk: Desk):
    visitor = visit()
    member, exam_id, first, second = _two_tabs(visitor, desk)
    first.answer_right(0)
    first.expect_saved()
    dialogs = [first.ask_to_hand_in(), second.ask_to_hand_in()]
    for dialog in dialogs:
        name = visitor.words("Hand in now")
        dialog.get_by_role("button", name=name, exact=True).dblclick()
    for tab in (first, second):
        tab.page.wait_for_url("**/result")
        score = f"{POINTS} / {POINTS * 3}"
        expect(tab.page.locator(".qe-score-value")).to_have_text(score)
    assert [kind for kind, _ in desk.entries(member)] == ["exam-result"]
    assert desk.is_closed(member, exam_id)


def test_the_back_button_leads_to_the_result_after_handing_in(visit, desk: Desk):
    visitor = visit("phone")
    member = desk.member()
    exam_id = desk.exam(member)
    sitter = Sitter(visitor, visitor.begin(member, exam_id), desk.paper(member, exam_id))
    place = sitter.page.url
    sitter.answer_right(0)
    sitter.hand_in()
    result = sitter.page.url
    sitter.page.go_back()
    sitter.page.wait_for_url(result)
    sitter.page.goto(place)
    sitter.page.wait_for_url(result)
    expect(sitter.page.locator(".qe-score-value")).to_be_visible()
