"""An admin changes the bank, and is told of every fault before and after it reaches the disk."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from desk import Desk
from livesite import BANK, Site
from playwright.sync_api import Locator, Page, expect
from serving import until
from sitter import Sitter
from visitor import Visitor

from quizengine.services.demo_people import PASSWORD

QUESTION = "new-member-0001"
FILE = "new_member/basics.yaml"


@pytest.fixture(scope="module")
def editable(demo: Site, tmp_path_factory: pytest.TempPathFactory):
    """A site with a bank folder of its own."""
    folder = tmp_path_factory.mktemp("bank")
    shutil.copytree(BANK, folder / "bank")
    site = demo.copied_to(folder / "instance", QUIZENGINE_BANK=str(folder / "bank"))
    site.start()
    yield site
    site.close()


def _search(visitor: Visitor, page: Page, text: str) -> None:
    """Look for questions."""
    box = page.get_by_label(visitor.words("Number, or words of the question"), exact=True)
    box.fill(text)
    box.press("Enter")


def _editor(visitor: Visitor) -> tuple[Page, Locator]:
    """From the home page to the text of the question's file."""
    words, press = visitor.words, visitor.press
    page = visitor.sign_in("admin", PASSWORD)
    press(page.get_by_role("main").get_by_role("link", name=words("Question bank")))
    press(page.get_by_role("link", name=words("Questions"), exact=True))
    _search(visitor, page, QUESTION)
    press(page.get_by_role("link", name=QUESTION, exact=True))
    press(page.get_by_role("link", name=words("Edit"), exact=True))
    return page, page.get_by_label(words("Text of the file"), exact=True)


def _problem(page: Page, file: Path) -> Locator:
    """The problem at the question's citation."""
    lines = file.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if QUESTION in line)
    cited = next(n for n, line in enumerate(lines[start:], start + 1) if "article" in line)
    place = page.get_by_role("link", name=re.compile(rf"\b{cited}:\d+$"))
    return page.locator("#editor-problems li").filter(has=place)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_admin_mends_a_fault_before_it_is_saved(visit, editable: Site, size: str):
    visitor = visit(size, at=editable)
    words = visitor.words
    page, text = _editor(visitor)
    file = editable.bank / FILE
    before = file.read_text(encoding="utf-8")
    new_stem = f"换了设备也要问一句（{size}）：预备党员小周该怎样看待党内文件？"
    changed = re.sub(r"(?<=stem: )预备党员小周.*|(?<=stem: )换了设备.*", new_stem, before, count=1)
    broken = changed.replace('article: "13"', 'article: "130"', 1)
    assert before != changed != broken

    text.fill(broken)
    problem = _problem(page, file)
    expect(problem).to_contain_text("article-missing")
    save = page.get_by_role("button", name=words("Save"), exact=True)
    visitor.press(save)
    expect(page.locator("#editor-notice")).to_contain_text(
        words("Nothing was saved: correct the errors first.")
    )
    assert file.read_text(encoding="utf-8") == before

    text.fill(changed)
    expect(problem).to_have_count(0)
    visitor.press(save)
    expect(page.get_by_role("status").filter(has_text=FILE)).to_be_visible()
    assert file.read_text(encoding="utf-8") == changed
    page.goto("/bank/questions")
    _search(visitor, page, new_stem)
    expect(page.get_by_role("cell", name=new_stem)).to_be_visible()


def test_the_site_keeps_serving_while_a_file_is_broken(visit, editable: Site):
    desk = Desk(editable)
    member = desk.member()
    exam_id = desk.exam(member)
    admin, visitor = visit(at=editable), visit("phone", at=editable)
    page = admin.sign_in("admin", PASSWORD)
    file = editable.bank / FILE
    before = file.read_text(encoding="utf-8")
    with file.open("a", encoding="utf-8") as end:
        end.write("\n  - id: [broken by hand\n")

    overview = page.get_by_role("region", name=re.compile(r"\d"))
    until(lambda: page.goto("/bank/") and overview.count(), "the admin to be told")
    expect(page.get_by_role("main")).to_contain_text("yaml-syntax")
    expect(page.get_by_role("main")).to_contain_text(FILE)

    sitter = Sitter(visitor, visitor.begin(member, exam_id), desk.paper(member, exam_id))
    sitter.answer_right(0)
    sitter.hand_in()

    file.write_text(before, encoding="utf-8")
    until(lambda: page.reload() and not overview.count(), "the fault to be gone")
