"""An office registers a post, puts somebody on it, has a letter signed, and clears a journey."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from desk import ZONE, Desk, Member
from playwright.sync_api import Page, expect
from sitter import Sitter
from visitor import Visitor

from quizengine.services.demo_people import PASSWORD
from quizengine.storage.engine import writing
from quizengine.storage.models import Unit


def _head(desk: Desk) -> Member:
    """A member who is the head of the branch too."""
    member = desk.member()
    with desk.session() as session, writing(session):
        session.get_one(Unit, member.unit_id).head_id = member.id
    return member


def _day(days: int) -> str:
    return (datetime.now(UTC).astimezone(ZONE).date() + timedelta(days=days)).isoformat()


def _register_post(office: Visitor, page: Page, member: Member, name: str) -> None:
    words, press = office.words, office.press
    page.goto("/office/posts/")
    press(page.get_by_role("link", name=words("Register a post")).first)
    page.get_by_label(words("Name of the post"), exact=True).fill(name)
    page.get_by_label(words("Unit"), exact=True).select_option(str(member.unit_id))
    page.get_by_label(words("Risk points"), exact=True).fill("载体管理\n对外交流")
    press(page.get_by_role("button", name=words("Save")))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def _put_on_post(office: Visitor, page: Page, member: Member) -> None:
    """Somebody enters the post, step by step."""
    words, press = office.words, office.press
    page.get_by_label(words("Person"), exact=True).fill(member.login)
    press(page.get_by_role("button", name=words("Begin entering")))
    for left in (3, 2, 1):
        expect(page.get_by_text(words("Not done"), exact=True)).to_have_count(left)
        step = page.locator(".qe-step-missing").first
        if not step.get_by_role("button", name=words("Save")).is_visible():
            press(step.get_by_text(words("Record this step")))
        press(step.get_by_role("button", name=words("Save")))
    press(page.get_by_role("button", name=words("Is on the post")))
    expect(page.locator("[aria-current=step]")).to_contain_text(words("On the post"))


def _set_letter(office: Visitor, page: Page, member: Member) -> None:
    words, press = office.words, office.press
    page.goto(f"/office/letters/text?level=3&unit={member.unit_id}")
    page.get_by_label(words("Title"), exact=True).fill("支部保密工作责任书")
    page.get_by_label(words("Text"), exact=True).fill("一、负总责。\n二、抓落实。")
    press(page.get_by_role("button", name=words("Set the text")))
    expect(page.get_by_role("status")).to_contain_text(
        words("The text is set. Heads of units see it at once.")
    )


def _sign_letter(head: Visitor, page: Page) -> None:
    words, press = head.words, head.press
    todo = page.get_by_role("region", name=words("To do"))
    press(todo.locator("a[href*='/letters/']").filter(has_text="旅程支部"))
    press(page.get_by_role("checkbox"))
    press(page.get_by_role("button", name=words("Sign"), exact=True))
    expect(page.get_by_text(words("Signed. Thank you."))).to_be_visible()


def _file_journey(office: Visitor, page: Page, member: Member) -> None:
    words, press = office.words, office.press
    page.goto("/office/outbound/new")
    page.get_by_label(words("Person"), exact=True).fill(member.login)
    page.get_by_label(words("Destination"), exact=True).fill("日本东京")
    page.get_by_label(words("Purpose"), exact=True).fill("学术会议")
    page.get_by_label(words("Departure"), exact=True).fill(_day(5))
    page.get_by_label(words("Return"), exact=True).fill(_day(9))
    page.get_by_label(words("Approval"), exact=True).fill("外审〔2026〕12号")
    press(page.get_by_role("button", name=words("File the journey")))


@pytest.mark.parametrize(("size", "language"), [("desktop", "zh_CN"), ("phone", "en")])
def test_from_post_to_cleared_journey(visit, desk: Desk, size: str, language: str):
    member = _head(desk)
    office = visit(size, language)
    words, press = office.words, office.press
    page = office.sign_in("organizer2", PASSWORD)
    _register_post(office, page, member, f"涉密项目管理岗 {member.id}")
    _put_on_post(office, page, member)
    _set_letter(office, page, member)
    head = visit("phone", language)
    own = head.sign_in(member.login)
    _sign_letter(head, own)

    _file_journey(office, page, member)
    expect(page.get_by_text(words("No outbound exam has been passed."))).to_be_visible()
    clear = page.get_by_role("button", name=words("Clear the journey"))
    expect(clear).to_have_count(0)
    journey = page.url

    outbound = replace(desk, tier="outbound", blueprint="outbound")
    exam_id = outbound.exam(member)
    own.goto(f"/my/exams/{exam_id}")
    sitting = head.enter(own)
    sitter = Sitter(head, sitting, outbound.paper(member, exam_id))
    sitter.answer_right(0)
    sitter.expect_saved()
    sitter.hand_in()

    page.goto(journey)
    press(clear)
    expect(page.get_by_text(words("The journey is cleared."))).to_be_visible()
    own.goto("/my/duties")
    expect(own.get_by_role("main")).to_contain_text(words("Cleared"))
