"""A second device goes on where the first one stopped."""

from __future__ import annotations

import re

from desk import Desk
from playwright.sync_api import expect
from serving import until
from sitter import Sitter

AFTER = (
    "You had handed in: your answer is stored, but does not count unless an organizer accepts it."
)


def test_the_phone_goes_on_where_the_desktop_stopped(visit, desk: Desk):
    member = desk.member()
    exam_id = desk.exam(member, types=("single", "true_false", "single"))
    desktop, phone = visit("desktop"), visit("phone")
    desktop.excuse("ERR_INTERNET_DISCONNECTED", "status of 409")
    first = Sitter(desktop, desktop.begin(member, exam_id), desk.paper(member, exam_id))
    first.answer_right(0)
    first.go(1)
    first.press("Flag")
    first.go(2)
    until(lambda: desk.place(member, exam_id) == 2, "place and flag to be saved")

    second = Sitter(phone, phone.begin(member, exam_id), first.paper)
    second.expect_at(2)
    expect(second.cell(1)).to_have_accessible_name(re.compile(second.says("flagged")))
    second.go(0)
    second.expect_chosen(*first.paper[0].right)

    # The desktop's change is older than the phone's, though it arrives later.
    desktop.context.set_offline(True)
    first.go(0)
    first.answer_wrong(0)
    first.expect_waiting(1)
    key = second.answer_wrong(0)
    second.expect_saved()
    desktop.context.set_offline(False)
    expect(first.notices).to_have_text(first.says("newer"))
    first.expect_saved()
    first.expect_chosen(key)
    assert desk.answers(member, exam_id)[first.paper[0].question.id] == [key]


def test_handing_in_on_one_device_closes_the_other(visit, desk: Desk):
    member = desk.member()
    exam_id = desk.exam(member)
    desktop, phone = visit("desktop"), visit("phone")
    desktop.context.clock.install()
    first = Sitter(desktop, desktop.begin(member, exam_id), desk.paper(member, exam_id))
    first.answer_right(0)
    first.expect_saved()
    second = Sitter(phone, phone.begin(member, exam_id), first.paper)
    second.hand_in()

    desktop.context.clock.fast_forward(20_000)
    expect(first.notices).to_have_text(first.says("closedElsewhere"))
    expect(first.body.get_by_role("radio").first).to_be_disabled()
    desktop.context.clock.fast_forward(5_000)
    first.page.wait_for_url("**/result")
    assert [kind for kind, _ in desk.entries(member)] == ["exam-result"]


def test_an_answer_after_handing_in_elsewhere_says_what_became_of_it(visit, desk: Desk):
    member = desk.member()
    exam_id = desk.exam(member)
    desktop, phone = visit("desktop"), visit("phone")
    desktop.excuse("status of 409")
    first = Sitter(desktop, desktop.begin(member, exam_id), desk.paper(member, exam_id))
    second = Sitter(phone, phone.begin(member, exam_id), first.paper)
    second.hand_in()

    first.answer_right(0)
    expect(first.notices).to_have_text(desktop.words(AFTER))
    first.page.wait_for_url("**/result")
    assert desk.late(member) == [(first.paper[0].question.id, "after_submit")]
    assert desk.answers(member, exam_id) == {}
