"""The network or the server goes away while somebody answers: nothing is lost or made up."""

from __future__ import annotations

import pytest
from desk import Desk
from playwright.sync_api import expect
from sitter import Sitter
from visitor import SIZES, Visitor

FOUR = ("single", "true_false", "single", "fill")
NO_NETWORK = "ERR_INTERNET_DISCONNECTED"


def _sitting(visitor: Visitor, desk: Desk, *types: str) -> tuple[Sitter, object]:
    member = desk.member()
    exam_id = desk.exam(member, types=types or FOUR)
    page = visitor.begin(member, exam_id)
    sitter = Sitter(visitor, page, desk.paper(member, exam_id))
    return sitter, lambda: desk.answers(member, exam_id)


def _right(sitter: Sitter) -> dict[str, object]:
    return {shown.question.id: shown.right for shown in sitter.paper}


@pytest.mark.parametrize("size", SIZES)
def test_answers_wait_while_offline_and_arrive_when_the_network_is_back(
    visit, desk: Desk, size: str
):
    visitor = visit(size)
    visitor.excuse(NO_NETWORK)
    sitter, stored = _sitting(visitor, desk)
    sitter.answer_right(0)
    sitter.expect_saved()

    visitor.context.set_offline(True)
    for index in (1, 2, 3):
        sitter.next()
        sitter.answer_right(index)
        sitter.expect_waiting(index)
    help_text = sitter.says("offlineHelp", count=3)
    expect(sitter.page.get_by_role("alert").filter(has_text=help_text)).to_be_visible()
    assert stored().keys() == {sitter.paper[0].question.id}

    dialog = sitter.ask_to_hand_in()
    expect(dialog).to_contain_text(sitter.says("leftUnsent", count=3))
    visitor.press(dialog.get_by_role("button", name=visitor.words("Hand in now"), exact=True))
    expect(dialog).to_contain_text(sitter.says("notDelivered"))
    visitor.press(
        dialog.get_by_role("button", name=visitor.words("Back to the questions"), exact=True)
    )

    visitor.context.set_offline(False)
    sitter.expect_saved()
    assert stored() == _right(sitter)
    sitter.hand_in()


def test_answers_survive_a_page_closed_while_offline(visit, desk: Desk):
    visitor = visit()
    visitor.excuse(NO_NETWORK)
    sitter, stored = _sitting(visitor, desk)
    place = sitter.page.url
    visitor.context.set_offline(True)
    for index in range(3):
        sitter.answer_right(index)
        sitter.next()
    sitter.expect_waiting(3)
    assert stored() == {}
    sitter.page.close()

    visitor.context.set_offline(False)
    page = visitor.context.new_page()
    page.goto(place)
    again = Sitter(visitor, page, sitter.paper)
    again.expect_saved()
    right = _right(sitter)
    del right[sitter.paper[3].question.id]
    assert stored() == right
    for index, shown in enumerate(sitter.paper[:2]):
        again.go(index)
        again.expect_chosen(*shown.right)


def test_answers_survive_a_killed_server(visit, own_site):
    site = own_site()
    visitor = visit(at=site)
    visitor.excuse("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")
    sitter, stored = _sitting(visitor, Desk(site))
    sitter.answer_right(0)
    sitter.expect_saved()

    site.kill()
    sitter.next()
    sitter.answer_right(1)
    sitter.expect_waiting(1)
    sitter.next()
    sitter.answer_right(2)
    sitter.expect_waiting(2)
    assert list(stored()) == [sitter.paper[0].question.id]

    site.start()
    sitter.expect_saved()
    sitter.next()
    sitter.answer_right(3)
    sitter.expect_saved()
    assert stored() == _right(sitter)
    sitter.hand_in()
