"""An organizer opens an exam, watches it, takes the results away, and releases the answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from desk import Desk, Member
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook
from sitter import Sitter
from visitor import SIZES, Visitor

from quizengine.services.demo_people import PASSWORD
from quizengine.storage.engine import writing
from quizengine.storage.models import Person

# Long numbers that a spreadsheet would spoil if it took them for numbers.
STAFF_NO = "000020260000000017"
ID_NO = "11010519491231002X"


def _numbered(desk: Desk) -> Member:
    member = desk.member()
    with desk.session() as session, writing(session):
        person = session.get_one(Person, member.id)
        person.staff_no, person.id_no = STAFF_NO, ID_NO
    return member


def _open_for(organizer: Visitor, member: Member, title: str) -> Page:
    """From the home page to the board of a new exam for the member's branch, open at once."""
    words, press = organizer.words, organizer.press
    page = organizer.sign_in("organizer2", PASSWORD)
    press(page.get_by_role("main").get_by_role("link", name=words("Organize")))
    press(page.get_by_role("link", name=words("New exam"), exact=True))
    blueprints = page.get_by_role("region", name=words("Blueprint"), exact=True)
    press(blueprints.get_by_role("link", name="Confidentiality exam for new members"))
    for label in ("Title in Chinese", "Title in English"):
        page.get_by_label(words(label), exact=True).fill(title)
    press(page.get_by_role("button", name=words("Start now"), exact=True))
    units = page.get_by_role("group", name=words("Units"), exact=True).last
    press(units.get_by_role("checkbox").first)
    press(units.locator(f"#unit-{member.unit_id}"))
    expect(page.locator("#outlook")).to_contain_text(re.compile(r"\b1\b"))
    press(page.get_by_role("button", name=words("Open the exam"), exact=True))
    page.wait_for_url(re.compile(r"/organize/exams/\d+$"))
    return page


def _figure(page: Page, key: str):
    return page.locator(f"[data-live={key}]")


@pytest.mark.parametrize("size", SIZES)
def test_an_organizer_opens_an_exam_and_watches_it(visit, desk: Desk, tmp_path: Path, size: str):
    member = _numbered(desk)
    organizer = visit(size)
    words = organizer.words
    board = _open_for(organizer, member, f"Watched on {size}")
    exam_id = desk.newest_exam()
    of = "%(done)s of %(all)s"
    expect(_figure(board, "handed")).to_have_text(words(of, done=0, all=1))
    board.evaluate("window.stayed = true")

    visitor = visit("phone")
    page = visitor.sign_in(member.login)
    card = page.get_by_role("article").filter(has_text=f"Watched on {size}")
    visitor.press(card.get_by_role("link", name=visitor.words("Take the exam"), exact=True))
    visitor.press(page.get_by_role("checkbox"))
    visitor.press(page.get_by_role("button", name=visitor.words("Sign"), exact=True))
    visitor.enter(page)
    sitter = Sitter(visitor, page, desk.paper(member, exam_id))
    sitter.answer_right(0)
    sitter.expect_saved()
    expect(_figure(board, "sitting")).to_have_text("1")
    sitter.hand_in()
    expect(_figure(board, "handed")).to_have_text(words(of, done=1, all=1))
    assert board.evaluate("window.stayed")

    _check_exports(organizer, board, member, tmp_path)
    organizer.press(board.get_by_role("link", name=words("Settings"), exact=True))
    organizer.press(board.get_by_role("button", name=words("Release right answers"), exact=True))
    dialog = board.get_by_role("dialog")
    organizer.press(dialog.get_by_role("button", name=words("Release right answers"), exact=True))
    expect(board.get_by_role("main")).to_contain_text(words("Released"))
    expect(page.get_by_text(visitor.words("Right answer"), exact=True)).to_have_count(0)
    page.reload()
    expect(page.get_by_text(visitor.words("Right answer"), exact=True).first).to_be_visible()


def _check_exports(organizer: Visitor, board: Page, member: Member, folder: Path) -> None:
    """Both forms of the results hold the member's numbers as they are."""
    for kind in ("XLSX", "CSV"):
        name = re.compile(rf"^{organizer.words('Results')}\s+{kind}$")
        with board.expect_download() as download:
            organizer.press(board.get_by_role("link", name=name))
        download.value.save_as(folder / f"results.{kind.lower()}")
    rows = CalamineWorkbook.from_path(folder / "results.xlsx").get_sheet_by_index(0).to_python()
    [row] = [row for row in rows if member.name in row]
    assert STAFF_NO in row
    assert ID_NO in row
    text = (folder / "results.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert STAFF_NO in text.decode()
