"""Time runs out: with the browser closed, with the page open, and for answers that come after."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from desk import POINTS, Desk
from livesite import Site
from playwright.sync_api import expect
from serving import until
from sitter import Sitter
from visitor import Visitor

NO_NETWORK = "ERR_INTERNET_DISCONNECTED"
CONFLICT = "status of 409"
LATE = "Time was up: your answer is stored, but does not count unless an organizer accepts it."
GRACE = "Time was up, but your answer came within the grace period: it is stored and counts."


@pytest.fixture(scope="module")
def strict(demo: Site, tmp_path_factory: pytest.TempPathFactory):
    """A site without a grace period, with two workers, and a second clock."""
    site = demo.copied_to(tmp_path_factory.mktemp("strict") / "instance", QUIZENGINE_GRACE_S="0")
    site.workers = 2
    site.start()
    site.start_clock()
    yield site
    site.close()


def _offline_with_an_answer(visitor: Visitor, desk: Desk):
    """Somebody whose second answer waits in the browser while the exam closes."""
    visitor.excuse(NO_NETWORK, CONFLICT)
    member = desk.member()
    exam_id = desk.exam(member)
    sitter = Sitter(visitor, visitor.begin(member, exam_id), desk.paper(member, exam_id))
    sitter.answer_right(0)
    sitter.expect_saved()
    visitor.context.set_offline(True)
    sitter.next()
    sitter.answer_right(1)
    sitter.expect_waiting(1)
    desk.close_in(exam_id, 1)
    until(lambda: desk.is_closed(member, exam_id), "the clock to close the sitting")
    return member, exam_id, sitter


def test_a_sitting_whose_browser_is_closed_is_graded_once(visit, strict: Site):
    desk = Desk(strict)
    member, slow = desk.member(), desk.member()
    exam_id = desk.exam(member, slow)
    desk.begin(slow, exam_id)
    desk.extra_time(slow, exam_id, 2)
    visitor = visit(at=strict)
    sitter = Sitter(visitor, visitor.begin(member, exam_id), desk.paper(member, exam_id))
    sitter.answer_right(0)
    sitter.expect_saved()
    visitor.context.close()

    desk.close_in(exam_id, 1)
    until(lambda: desk.entries(member), "the entry of who closed the browser")
    until(lambda: desk.entries(slow), "the entry of who had more time")
    [(kind, data)] = desk.entries(member)
    assert (kind, data["closed_by"], Decimal(data["score"])) == ("exam-result", "server", POINTS)
    [(kind, data)] = desk.entries(slow)
    assert (kind, data["closed_by"], Decimal(data["score"])) == ("exam-result", "server", 0)


def test_a_page_that_is_open_hands_in_when_time_is_up(visit, strict: Site):
    desk = Desk(strict)
    member = desk.member()
    exam_id = desk.exam(member)
    visitor = visit("phone", at=strict)
    page = visitor.begin(member, exam_id)
    sitter = Sitter(visitor, page, desk.paper(member, exam_id))
    sitter.answer_right(0)
    sitter.expect_saved()
    desk.close_in(exam_id, 4)
    page.reload()
    page.wait_for_url("**/result")
    expect(page.locator(".qe-score-value")).to_have_text(f"{POINTS} / {POINTS * 3}")
    assert [kind for kind, _ in desk.entries(member)] == ["exam-result"]


def test_an_answer_after_the_grace_period_is_kept_and_does_not_count(visit, strict: Site):
    desk = Desk(strict)
    visitor = visit(at=strict)
    member, _exam_id, sitter = _offline_with_an_answer(visitor, desk)
    visitor.context.set_offline(False)
    expect(sitter.notices).to_have_text(visitor.words(LATE))
    sitter.page.wait_for_url("**/result")
    assert desk.late(member) == [(sitter.paper[1].question.id, "late")]
    [(kind, data)] = desk.entries(member)
    assert (kind, Decimal(data["score"])) == ("exam-result", POINTS)


def test_an_answer_within_the_grace_period_counts(visit, desk: Desk):
    visitor = visit(language="zh_CN")
    member, _exam_id, sitter = _offline_with_an_answer(visitor, desk)
    visitor.context.set_offline(False)
    expect(sitter.notices).to_have_text(visitor.words(GRACE))
    sitter.page.wait_for_url("**/result")
    assert desk.late(member) == [(sitter.paper[1].question.id, "grace")]
    (first, before), (second, after) = desk.entries(member)
    assert (first, Decimal(before["score"])) == ("exam-result", POINTS)
    assert (second, Decimal(after["score"])) == ("result-correction", POINTS * 2)


def test_answers_of_a_page_closed_offline_are_delivered_after_the_exam(visit, strict: Site):
    desk = Desk(strict)
    visitor = visit(at=strict)
    member, _exam_id, sitter = _offline_with_an_answer(visitor, desk)
    sitter.page.close()
    visitor.context.set_offline(False)
    page = visitor.context.new_page()
    page.goto("/my/")
    expect(page.locator("#sitting-leftover")).to_have_text(visitor.words(LATE))
    assert desk.late(member) == [(sitter.paper[1].question.id, "late")]
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#sitting-leftover")).to_be_empty()


def test_extra_time_given_meanwhile_is_noticed_before_handing_in(visit, desk: Desk):
    member = desk.member()
    exam_id = desk.exam(member, duration_s=1800)
    visitor = visit()
    visitor.context.clock.install()
    page = visitor.begin(member, exam_id)
    sitter = Sitter(visitor, page, desk.paper(member, exam_id))
    desk.extra_time(member, exam_id, 3600)
    # The page looks at the server's clock only now and then; for it the time is up.
    visitor.context.clock.fast_forward(1800 * 1000)
    more_than_an_hour = re.compile(r"^1:\d\d:\d\d$")
    expect(page.get_by_role("timer")).to_have_text(more_than_an_hour)
    sitter.answer_right(0)
    sitter.expect_saved()
    assert not desk.is_closed(member, exam_id)
