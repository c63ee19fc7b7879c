"""Who has a page of a contest open: host or judge, a team, the hall before the big screen."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect
from stagehall import Hall
from visitor import Visitor

# Browsers tell of each try while the server is away.
AWAY = ("ERR_CONNECTION", "WebSocket connection", "ERR_EMPTY_RESPONSE")
FIRST, SECOND, THIRD, FOURTH = (
    "文学院代表队",
    "马克思主义学院代表队",
    "计算机科学与技术学院代表队",
    "机关党委代表队",
)

Visit = Callable[..., Visitor]
_BUTTONS = {
    "b": "[data-primary]:enabled",
    "j": "[data-verdict=right]:enabled",
    "t": "[data-act=stop]",
}


class Console:
    """The page of a host or judge, by its keys and by what it shows."""

    def __init__(self, visitor: Visitor, page: Page) -> None:
        self.page = page
        self.words = visitor.words
        self.root = page.locator("#console")
        self.primary = page.locator("[data-primary]")

    def expect_phase(self, *phases: str) -> None:
        """It shows one of these phases."""
        expect(self.root).to_have_attribute("data-phase", re.compile(f"^({'|'.join(phases)})$"))

    def go_on(self, *phases: str) -> None:
        """Press the big button by its key, and wait for a phase."""
        expect(self.primary).to_be_visible()
        expect(self.primary).to_be_enabled()
        self.page.keyboard.press("Space")
        self.expect_phase(*phases)

    def key(self, key: str, *phases: str) -> None:
        """Press a key once its button is there, and wait for a phase."""
        if key == "o":
            expect(self.primary).to_contain_text(self.words("Open the buzzers"))
        else:
            expect(self.page.locator(_BUTTONS[key]).first).to_be_visible()
        self.page.keyboard.press(key)
        self.expect_phase(*phases)

    def team(self, name: str) -> Locator:
        """The row of a team."""
        return self.page.locator(".st-team").filter(has_text=name)

    def expect_score(self, name: str, score: int) -> None:
        """The team has this score."""
        expect(self.team(name).locator("[data-score]")).to_have_text(str(score))

    def right_answers(self) -> list[str]:
        """The right options, or the texts of the blanks, of the question that is on."""
        options = self.page.locator(".st-option-right .st-option-text").all_inner_texts()
        return options or self.page.locator(".st-answer p").inner_text().split("; ")

    def fill_in(self, form: str, **fields: str) -> None:
        """Fill in a dialog's form and send it; the dialog closes when the command is done."""
        shown = self.page.locator(f"#form-{form}")
        for name, value in fields.items():
            shown.locator(f"[name={name}]").fill(value)
        shown.locator("[type=submit]").click()
        expect(shown).to_be_hidden()


def big_screen(visit: Visit, hall: Hall) -> Page:
    """The page for the projector."""
    visitor = visit("desktop", "zh_CN", hall.site)
    visitor.excuse(*AWAY)
    page = visitor.context.new_page()
    page.goto(f"/screen/{hall.screen}")
    return page


def take(visit: Visit, hall: Hall, team: str, language: str = "zh_CN") -> tuple[Visitor, Page]:
    """A device that types the team's code and takes its seat."""
    visitor = visit("phone", language, hall.site)
    visitor.excuse(*AWAY)
    page = visitor.context.new_page()
    page.goto("/seat")
    page.get_by_label(visitor.words("Code")).fill(hall.seats[team].lower())
    visitor.press(page.get_by_role("button", name=visitor.words("Use this code")))
    visitor.press(page.get_by_role("button", name=visitor.words("Take this seat")))
    expect(page.locator("#team[data-view]")).to_be_visible()
    return visitor, page


def scene(screen: Page, name: str) -> Locator:
    """The big screen as it looks in this phase."""
    return screen.locator(f".qs-stage[data-phase={name}]")


def press_buzzer(page: Page) -> None:
    """As a finger does: the press counts, not the lift."""
    page.locator(".hp-buzzer:enabled").dispatch_event("pointerdown")


def answer_with(visitor: Visitor, page: Page, kind: str, keys: list[str]) -> None:
    """Choose these options of a question of this type, and send them."""
    expect(page.locator("[data-view=answer]")).to_be_visible()
    for key in keys:
        page.locator(f".hp-option input[value={key}]").check()
    visitor.press(page.locator(".hp-form .hp-main-button"))
    if kind == "multiple":
        visitor.press(page.locator(".hp-form .hp-sure"))
