"""An organizer prepares a stage contest by its pages and runs it from the console."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from axecheck import grave
from livesite import Site
from playwright.sync_api import Page, expect
from stagecrew import Console
from stagehall import TEAMS as HALL_TEAMS
from stagehall import Hall
from stageroom import Stage
from visitor import Visitor

from quizengine.services.demo_people import PASSWORD
from quizengine.storage.models import Contest

WINNER = next(iter(HALL_TEAMS))
TEAMS = "文学院\t张三\t李四\n信息学院\t赵六\t钱七\n材料学院\t周九\t吴十"


def _prepare(host: Visitor) -> tuple[Page, str]:
    """From the home page to a contest that can begin; its overview and address."""
    words, press = host.words, host.press
    page = host.sign_in("organizer", PASSWORD)
    page.goto("/stage/")
    press(page.get_by_role("link", name=words("New stage contest"), exact=True).first)
    rules = page.get_by_role("region", name=words("Contest rules"), exact=True)
    press(rules.get_by_role("link", name="Classic"))
    page.get_by_label(words("Number of teams"), exact=True).fill("3")
    press(page.get_by_role("button", name=words("Prepare the contest"), exact=True))
    page.wait_for_url(re.compile(r"/stage/\d+$"))
    contest = page.url
    press(page.get_by_role("link", name=words("Edit the teams"), exact=True))
    press(page.get_by_text(words("Paste from a spreadsheet"), exact=True))
    page.locator("#table").fill(TEAMS)
    press(page.get_by_role("button", name=words("Take these teams instead"), exact=True))
    press(page.get_by_role("button", name=words("Save the teams"), exact=True))
    page.wait_for_url(contest)
    press(page.get_by_role("button", name=words("Draw the questions"), exact=True))
    expect(page.get_by_text(words("The questions are drawn."), exact=True)).to_be_visible()
    return page, contest


def _played(site: Site) -> Hall:
    """A contest that is over, won by the first team."""
    hall = Hall.prepare(site)
    with site.session() as session:
        contest = session.get_one(Contest, hall.contest)
        Stage(session, contest, datetime.now(UTC)).finish(WINNER)
    return hall


def _take_seat(team: Visitor, address: str) -> Page:
    page = team.context.new_page()
    page.goto(address)
    team.press(page.get_by_role("button", name=team.words("Take this seat"), exact=True))
    return page


def _answer(team: Visitor, seat: Page, answers: list[str]) -> None:
    """What the console says is right, at the team's device."""
    options = seat.locator(".hp-option")
    expect(options.first.or_(seat.locator(".hp-blank").first)).to_be_visible()
    if options.count():
        for text in answers:
            team.press(options.filter(has_text=text).first)
    else:
        for field, text in zip(seat.locator(".hp-blank").all(), answers, strict=True):
            field.fill(text)
    team.press(seat.locator("button.hp-main-button:visible"))


def test_from_the_form_of_a_contest_to_a_judged_buzz(visit):
    host, team = visit(), visit("phone")
    page, contest = _prepare(host)
    page.goto(f"{contest}/links")
    seats = page.locator(".qe-seat-card a.qe-qr")
    seat = _take_seat(team, seats.first.get_attribute("href"))
    page.goto(f"{contest}/console")
    console = Console(host, page)
    expect(console.team("文学院").locator(".st-dot-on")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") <= page.viewport_size["height"]

    # A question in turn, answered at the device.
    console.expect_phase("lobby")
    console.go_on("round")
    console.go_on("turn")
    console.go_on("reading")
    answers = console.right_answers()
    console.go_on("answering")
    _answer(team, seat, answers)
    console.expect_phase("revealed")
    console.expect_score("文学院", 110)

    # Points by hand, taken back again; what it takes back is said before.
    console.team("信息学院").locator("[data-more]").click()
    console.fill_in("adjust", points="-5", reason="计分有误")
    console.expect_score("信息学院", 95)
    page.keyboard.press("u")
    expect(page.locator("#dialog-undo [data-what]")).to_contain_text("信息学院")
    console.fill_in("undo")
    console.expect_score("信息学院", 100)

    # Nothing is done without a reason.
    page.locator("[data-act=end_round]").click()
    page.locator("#form-reason [type=submit]").click()
    expect(page.locator("#form-reason [data-fault]")).to_have_text(
        host.words("Please give a reason.")
    )
    console.fill_in("reason", reason="彩排")
    console.expect_phase("round_over")

    # A buzz: evidence at the console, the verdict by a key.
    console.go_on("round")
    console.go_on("reading")
    expect(seat.locator(".hp-buzzer")).to_be_visible()
    console.key("o", "buzzing")
    buzzer = seat.locator(".hp-buzzer-open")
    expect(buzzer).to_be_visible()
    buzzer.dispatch_event("pointerdown")
    console.expect_phase("starting", "answering")
    row = page.locator(".st-table tbody tr").first
    expect(row).to_contain_text("文学院")
    if console.root.get_attribute("data-phase") == "starting":
        console.key("b", "answering")
    _answer(team, seat, console.right_answers())
    console.expect_phase("revealed")
    console.expect_score("文学院", 120)
    expect(page.locator(".st-log li").first).to_contain_text("文学院")


def test_two_hosts_and_a_judge_see_the_same_and_press_at_once(visit, site: Site):
    hall = Hall.prepare(site, rehearsal=True)
    hosts = [visit(), visit("phone")]
    consoles = []
    for visitor, login in zip(hosts, ("organizer", "admin"), strict=True):
        page = visitor.sign_in(login, PASSWORD)
        page.goto(f"/stage/{hall.contest}/console")
        consoles.append(Console(visitor, page))
        expect(page.locator(".st-rehearsal-mark")).to_be_visible()
    judge = visit()
    judge_page = judge.context.new_page()
    judge_page.goto(f"/judge/{hall.row().judge_code}")
    watching = Console(judge, judge_page)
    first, second = consoles
    first.go_on("round")
    second.go_on("turn")
    first.go_on("reading")
    for console in (*consoles, watching):
        console.expect_phase("reading")
    # The judge has the answer, and nothing to carry the contest on with.
    expect(judge_page.locator(".st-option-right, .st-answer").first).to_be_visible()
    expect(watching.primary).to_be_hidden()
    # Both press at the same time: one of them begins, the other is told that it was too late.
    for console in consoles:
        expect(console.primary).to_be_enabled()
    script = "() => document.querySelector('[data-primary]').click()"
    for console in consoles:
        console.page.evaluate(script)
    for console in (*consoles, watching):
        console.expect_phase("answering")
    log = [event.type for event in hall.events()]
    assert log.count("start") == 1


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pages_of_a_contest_have_no_grave_violations(visit, site: Site, size: str):
    hall = Hall.prepare(site)
    visitor = visit(size, "zh_CN" if size == "phone" else "en")
    page = visitor.sign_in("organizer", PASSWORD)
    faults: list[str] = []
    base = f"/stage/{hall.contest}"
    for path in (base, f"{base}/teams", f"{base}/questions", f"{base}/links", f"{base}/settings"):
        page.goto(path)
        faults += grave(page)
    page.goto(f"{base}/console")
    console = Console(visitor, page)
    console.go_on("round")
    faults += grave(page)
    console.go_on("turn")
    console.go_on("reading")
    faults += grave(page)
    console.team("文学院代表队").locator("[data-more]").click()
    faults += grave(page)
    over = f"/stage/{_played(site).contest}"
    for path in (f"{over}/results", f"{over}/sheet", f"{over}/replay", "/stage/"):
        page.goto(path)
        faults += grave(page)
    assert faults == []
    # Nothing has to be scrolled sideways.
    page.goto(f"{over}/results")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"]


def test_the_replay_steps_through_the_log(visit, site: Site):
    hall = _played(site)
    visitor = visit()
    page = visitor.sign_in("auditor", PASSWORD)
    page.goto(f"/stage/{hall.contest}/replay")
    moments = page.locator("[data-log] button")
    expect(moments).to_have_count(len(hall.events()))
    expect(moments.first).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name=visitor.words("One step on"), exact=True).click()
    expect(moments.nth(1)).to_have_attribute("aria-current", "true")
    moments.last.click()
    expect(page.locator("[data-screen]")).to_contain_text(WINNER)
    expect(page.locator("[data-slider]")).to_have_js_property("value", str(len(hall.events()) - 1))
    # From the end it plays from the beginning again.
    page.get_by_role("button", name=visitor.words("Play"), exact=True).click()
    expect(moments.last).not_to_have_attribute("aria-current", "true")
    page.get_by_role("button", name=visitor.words("Pause"), exact=True).click()
