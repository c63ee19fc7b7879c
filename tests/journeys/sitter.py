"""The page of a sitting, as somebody who answers sees it."""

from __future__ import annotations

import json
import re
from typing import Any

from desk import Shown
from playwright.sync_api import Locator, Page, expect
from visitor import Visitor

from quizengine.domain.questions import CaseQuestion, Match, Multiple, Order, Short


class Sitter:
    """Answers the questions of a paper by pressing and typing."""

    def __init__(self, visitor: Visitor, page: Page, paper: list[Shown]) -> None:
        self.visitor = visitor
        self.page = page
        self.words = visitor.words
        self.paper = [shown.read_in(self.words.language) for shown in paper]
        # What the page's script says, in the language of the page.
        self._texts = json.loads(page.locator("#sitting-texts").text_content() or "")

    def says(self, key: str, **values: object) -> str:
        """A text of the page's script, by its key in `quizengine.web.member.texts`."""
        text = str(self._texts[key])
        for name, value in values.items():
            text = text.replace(f"%({name})s", str(value))
        return text

    # --- Moving about ---

    @property
    def body(self) -> Locator:
        """The question that is shown."""
        return self.page.locator("#sitting-question")

    def expect_at(self, index: int) -> None:
        """The page shows the question at `index`, from 0."""
        title = self.says("question", number=index + 1, total=len(self.paper))
        expect(self.page.get_by_role("heading", name=title, exact=True)).to_be_visible()

    def go(self, index: int) -> None:
        """Choose a question in the navigator."""
        self.visitor.press(self.cell(index))
        self.expect_at(index)

    def cell(self, index: int) -> Locator:
        """The navigator's button of a question; on a phone it is behind the progress button."""
        name = self.says("questionShort", number=index + 1)
        drawer = self.page.locator("#sitting-drawer")
        if self.visitor.phone and not drawer.is_visible():
            self.visitor.press(self.page.locator("[data-bs-target='#sitting-drawer']"))
            expect(drawer).to_have_class(re.compile(r"\bshow\b(?!ing)"))
        found = self.page.get_by_role("button", name=re.compile(rf"^{name}(,|$)"))
        return found.filter(visible=True)

    def next(self) -> None:
        """The button to the next question."""
        self.press("Next")

    def press(self, text: str) -> None:
        """The button with this text."""
        button = self.page.get_by_role("button", name=self.words(text), exact=True)
        self.visitor.press(button.filter(visible=True))

    # --- Answering ---

    def answer_right(self, index: int) -> None:
        """Give the right answer to the question that is shown, which is the one at `index`."""
        shown = self.paper[index]
        self.answer(shown.question, shown.right)

    def answer_wrong(self, index: int) -> str:
        """Choose a wrong option of a question with options; its key."""
        shown = self.paper[index]
        key = next(key for key in shown.question.options if key not in shown.right)  # type: ignore[union-attr]
        self.answer(shown.question, [key])
        return str(key)

    def answer(self, question: Any, answer: Any, within: Locator | None = None) -> None:
        """Give an answer by pressing and typing, in the part `within` or the whole question."""
        box = within or self.body
        if isinstance(question, CaseQuestion):
            for number, part in enumerate(question.parts):
                self.answer(part, answer[part.id], box.locator("fieldset.qe-part").nth(number))
        elif isinstance(question, Order):
            self._arrange(question, answer, box)
        elif isinstance(question, Match):
            for left, right in answer.items():
                chooser = box.get_by_label(question.left[left], exact=True)
                chooser.select_option(label=question.right[right])
        elif isinstance(question, Short):
            box.get_by_role("textbox").fill(answer[0])
        elif hasattr(question, "options"):
            role = "checkbox" if isinstance(question, Multiple) else "radio"
            for key in answer:
                self.visitor.press(box.get_by_role(role, name=question.options[key], exact=True))  # type: ignore[arg-type]
        else:
            for number, text in enumerate(answer, start=1):
                blank = self.says("blank", number=number)
                box.get_by_role("textbox", name=blank, exact=True).press_sequentially(text)

    def _arrange(self, question: Order, answer: list[str], box: Locator) -> None:
        """Move each step up to its place."""
        steps = box.locator(".qe-step-text")
        for place, key in enumerate(answer):
            text = question.options[key]
            name = self.says("moveUp", step=text)
            while (at := steps.all_inner_texts().index(text)) > place:
                self.visitor.press(box.get_by_role("button", name=name, exact=True))
                expect(steps.nth(at - 1)).to_have_text(text)
        keep = box.get_by_role("button", name=self.says("keepOrder"), exact=True)
        if keep.is_visible():
            self.visitor.press(keep)

    def expect_chosen(self, *keys: str) -> None:
        """These options of the question are chosen, and no others."""
        chosen = self.body.locator("input:checked")
        expect(chosen).to_have_count(len(keys))
        assert {node.get_attribute("value") for node in chosen.all()} == set(keys)

    # --- What the page says ---

    @property
    def status(self) -> Locator:
        """Where the page says whether answers are saved."""
        return self.page.locator("[data-status]").filter(visible=True)

    def expect_saved(self) -> None:
        """The page says that all answers are saved."""
        expect(self.status).to_have_text(self.says("saved"))

    def expect_waiting(self, count: int, key: str = "offline") -> None:
        """The page says how many answers wait and why, and nowhere that they are saved."""
        expect(self.status).to_have_text(self.says(key, count=count))
        assert self.says("saved") not in self.page.locator("main").inner_text()

    @property
    def notices(self) -> Locator:
        """Messages above the question."""
        return self.page.locator("#sitting-notices")

    # --- Handing in ---

    def ask_to_hand_in(self) -> Locator:
        """Press the button that asks first; the dialog."""
        if self.visitor.phone:
            self.visitor.press(self.page.locator("[data-bs-target='#sitting-drawer']"))
        self.press("Hand in")
        dialog = self.page.get_by_role("dialog", name=self.words("Hand in?"))
        expect(dialog).to_be_visible()
        return dialog

    def hand_in(self) -> None:
        """Hand in and come to the result."""
        dialog = self.ask_to_hand_in()
        button = dialog.get_by_role("button", name=self.words("Hand in now"), exact=True)
        self.visitor.press(button)
        self.page.wait_for_url("**/result")
