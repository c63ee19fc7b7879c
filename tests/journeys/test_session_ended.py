"""The sign-in ends while somebody answers: the page tells, and nothing is lost."""

from __future__ import annotations

import pytest
from desk import PASSWORD, Desk
from playwright.sync_api import Page, expect
from sitter import Sitter
from visitor import Visitor

NEW_PASSWORD = "another-journey-2026"
# What the browser's console says of refused calls.
REFUSED = ("status of 401", "status of 400", "status of 403", "status of 404")


def _change_password(visitor: Visitor, login: str) -> None:
    """Choose another password, which ends all other sessions."""
    page = visitor.sign_in(login)
    page.goto("/password")
    words = visitor.words
    page.get_by_label(words("Present password"), exact=True).fill(PASSWORD)
    page.get_by_label(words("New password"), exact=True).fill(NEW_PASSWORD)
    page.get_by_label(words("New password again"), exact=True).fill(NEW_PASSWORD)
    visitor.press(page.get_by_role("button", name=words("Save password"), exact=True))
    expect(page.get_by_role("status").first).to_contain_text(
        words("Your password is saved. Other devices are signed out.")
    )


def _sign_in_again(visitor: Visitor, page: Page) -> Page:
    """Follow the link in the page's message; the new tab."""
    with visitor.context.expect_page() as opened:
        link = page.get_by_role("link", name=visitor.words("Sign in again in a new tab"))
        visitor.press(link)
    opened.value.wait_for_url("**/sign-in**")
    return opened.value


@pytest.fixture
def signed_out(visit, desk: Desk):
    """Somebody whose password was changed elsewhere, and who has answered one question since."""
    member = desk.member()
    exam_id = desk.exam(member)
    visitor = visit()
    visitor.excuse(*REFUSED)
    sitter = Sitter(visitor, visitor.begin(member, exam_id), desk.paper(member, exam_id))
    sitter.answer_right(0)
    sitter.expect_saved()
    _change_password(visit("phone"), member.login)
    sitter.next()
    sitter.answer_right(1)
    sitter.expect_waiting(1, "signedOut")
    return member, exam_id, sitter


def test_answers_are_delivered_after_signing_in_again_in_a_new_tab(signed_out, desk: Desk):
    member, exam_id, sitter = signed_out
    assert list(desk.answers(member, exam_id)) == [sitter.paper[0].question.id]
    tab = _sign_in_again(sitter.visitor, sitter.page)
    sitter.visitor.sign_in(member.login, NEW_PASSWORD, tab)
    sitter.page.bring_to_front()
    sitter.expect_saved()
    sitter.next()
    sitter.answer_right(2)
    sitter.expect_saved()
    assert desk.answers(member, exam_id) == {s.question.id: s.right for s in sitter.paper}
    sitter.hand_in()


def test_answers_wait_for_their_owner_while_somebody_else_is_signed_in(signed_out, desk: Desk):
    member, exam_id, sitter = signed_out
    other = desk.member()
    tab = _sign_in_again(sitter.visitor, sitter.page)
    sitter.visitor.sign_in(other.login, page=tab)
    with sitter.page.expect_response(lambda reply: reply.status == 404):
        sitter.page.evaluate("window.dispatchEvent(new Event('online'))")
    sitter.expect_waiting(1, "signedOut")

    visitor = sitter.visitor
    visitor.press(tab.get_by_role("button", name=other.name))
    visitor.press(tab.get_by_role("button", name=visitor.words("Sign out")))
    tab.wait_for_url("**/sign-in**")
    visitor.sign_in(member.login, NEW_PASSWORD, tab)
    sitter.page.evaluate("window.dispatchEvent(new Event('online'))")
    sitter.expect_saved()
    assert desk.answers(member, exam_id).keys() == {s.question.id for s in sitter.paper[:2]}
