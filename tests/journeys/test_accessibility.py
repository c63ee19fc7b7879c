"""What axe finds on the pages, in both themes and at both sizes, and a sitting without a mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axecheck import grave
from desk import PASSWORD, POINTS, Desk
from livesite import Site
from playwright.sync_api import Locator, Page, expect
from sitter import Sitter
from visitor import Visitor

from quizengine.domain.blueprints import ReleasePolicy
from quizengine.services.demo_people import PASSWORD as DEMO_PASSWORD


@pytest.fixture(scope="module", params=["default-desktop", "dangjian-phone"])
def look(request: pytest.FixtureRequest, site: Site) -> Iterator[tuple[Site, str]]:
    """The shared site in a theme, and the size of the window."""
    theme, size = request.param.split("-")
    if theme == "default":
        yield site, size
        return
    dressed = Site(site.folder, settings={"QUIZENGINE_THEME": theme})
    dressed.start()
    yield dressed, size
    dressed.close()


def test_pages_of_a_member_have_no_grave_violations(visit, look: tuple[Site, str]):
    site, size = look
    desk = Desk(site, tier="leader", blueprint="leader")
    visitor = visit(size, "zh_CN", at=site)
    member = desk.member()
    release = ReleasePolicy(scores="at_once", answers="at_once")
    types = ("single", "fill", "order", "match", "case", "short")
    exam_id = desk.exam(member, types=types, commitment=True, release=release)
    page = visitor.context.new_page()
    page.goto("/")
    faults = grave(page)
    visitor.sign_in(member.login, page=page)
    faults += grave(page)
    page.goto(f"/my/exams/{exam_id}")
    faults += grave(page)
    visitor.press(page.get_by_role("checkbox"))
    visitor.press(page.get_by_role("button", name=visitor.words("Sign"), exact=True))
    sitter = Sitter(visitor, visitor.enter(page), desk.paper(member, exam_id))
    for index in range(len(sitter.paper)):
        sitter.expect_at(index)
        faults += grave(page)
        if index + 1 < len(sitter.paper):
            sitter.answer_right(index)
            sitter.next()
    sitter.ask_to_hand_in()
    faults += grave(page)
    sitter.press("Hand in now")
    page.wait_for_url("**/result")
    for path in (page.url, "/ledger/mine", "/account"):
        page.goto(path)
        faults += grave(page)
    assert faults == []


PLACES = {
    "organizer": (
        "/organize/",
        "/organize/exams/new",
        "/organize/exams/1",
        "/organize/exams/1/people",
        "/organize/exams/1/questions",
        "/organize/exams/1/settings",
        "/stage/",
        "/stage/new",
    ),
    "admin": (
        "/my/",
        "/bank/",
        "/bank/questions",
        "/bank/questions/new-member-0001",
        "/bank/edit?file=new_member/basics.yaml",
        "/people/",
        "/people/units",
        "/people/import",
        "/ledger/",
        "/ledger/verify",
    ),
    "grader": ("/mark/", "/mark/exams/2"),
}


@pytest.mark.parametrize("login", PLACES)
def test_pages_of_staff_have_no_grave_violations(visit, look: tuple[Site, str], login: str):
    site, size = look
    visitor = visit(size, "en", at=site)
    page = visitor.sign_in(login, DEMO_PASSWORD)
    faults: list[str] = []
    # Half of the pages in each look: all are built of the same parts, which both have then.
    for path in PLACES[login][size == "phone" :: 2]:
        response = page.goto(path)
        assert response is not None
        assert response.ok, path
        faults += grave(page)
    assert faults == []


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Press Tab until the focus is there."""
        expect(target).to_be_visible()
        for _ in range(80):
            self.page.keyboard.press("Tab")
            if target.evaluate("node => node === document.activeElement"):
                return
        raise AssertionError(f"Tab does not lead to {target}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        """Reach it, then press it."""
        self.reach(target)
        self.page.keyboard.press(key)

    def choose(self, radios: Locator, key: str) -> None:
        """Choose one of a group by Space and the arrows."""
        self.reach(radios.first)
        self.page.keyboard.press("Space")
        for radio in radios.all():
            if radio.get_attribute("value") == key:
                break
            self.page.keyboard.press("ArrowDown")
        expect(radio).to_be_checked()


def test_a_whole_sitting_by_keyboard_alone(visit: object, desk: Desk):
    member = desk.member()
    exam_id = desk.exam(member, types=("single", "match", "order"), commitment=True)
    visitor: Visitor = visit()  # type: ignore[operator]
    words, page = visitor.words, visitor.context.new_page()
    keys = Keyboard(page)
    page.goto("/")
    expect(page.get_by_label(words("Login"), exact=True)).to_be_focused()
    page.keyboard.type(member.login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    card = page.get_by_role("article").filter(has_text=desk.title(exam_id, "en"))
    keys.press(card.get_by_role("link", name=words("Take the exam"), exact=True))
    keys.press(page.get_by_role("checkbox"), "Space")
    keys.press(page.get_by_role("button", name=words("Sign"), exact=True))
    keys.press(page.get_by_role("button", name=words("Begin"), exact=True))
    page.wait_for_url("**/my/sittings/*")

    sitter = Sitter(visitor, page, desk.paper(member, exam_id))
    following = page.get_by_role("button", name=words("Next"), exact=True)
    for index, shown in enumerate(sitter.paper):
        sitter.expect_at(index)
        question, right = shown.question, shown.right
        if question.type == "single":
            keys.choose(sitter.body.get_by_role("radio"), right[0])
        elif question.type == "match":
            for left, partner in right.items():
                chooser = sitter.body.get_by_label(question.left[left], exact=True)
                keys.reach(chooser)
                while chooser.input_value() != partner:
                    page.keyboard.press("ArrowDown")
        else:
            _put_in_order(keys, sitter, question.options, right)
        sitter.expect_saved()
        if index + 1 < len(sitter.paper):
            keys.press(following)
    keys.press(page.get_by_role("button", name=words("Hand in"), exact=True))
    keys.press(page.get_by_role("button", name=words("Hand in now"), exact=True))
    page.wait_for_url("**/result")
    total = POINTS * len(sitter.paper)
    expect(page.locator(".qe-score-value")).to_have_text(f"{total} / {total}")


def _put_in_order(
    keys: Keyboard, sitter: Sitter, options: dict[str, str], right: list[str]
) -> None:
    """Each step up to its place; the focus goes with the step."""
    steps = sitter.body.locator(".qe-step-text")
    for place, key in enumerate(right):
        text = options[key]
        button = sitter.body.get_by_role("button", name=sitter.says("moveUp", step=text))
        while (at := steps.all_inner_texts().index(text)) > place:
            keys.press(button)
            expect(steps.nth(at - 1)).to_have_text(text)
    keep = sitter.body.get_by_role("button", name=sitter.says("keepOrder"), exact=True)
    if keep.is_visible():
        keys.press(keep)
