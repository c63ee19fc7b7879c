"""A whole contest in real browsers: four teams, four rounds, a killed server, two reconnects."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from livesite import BANK, Site
from playwright.sync_api import Page, expect
from serving import until
from sqlalchemy import select
from stagecrew import (
    AWAY,
    FIRST,
    FOURTH,
    SECOND,
    THIRD,
    Console,
    Visit,
    answer_with,
    big_screen,
    press_buzzer,
    scene,
    take,
)
from stagehall import Hall
from visitor import Visitor

from quizengine.services.demo_people import PASSWORD
from quizengine.storage.engine import writing
from quizengine.storage.models import LedgerEntry, Person, PersonRole

# Every kind of round in few questions; times that a busy machine does not use up.
RULES = """
schema: 1
id: journey
title: {zh: 四个环节, en: Four rounds}
base_score: 100
teams: {min: 4, max: 4, members: 3}
prizes:
  - {title: {zh: 冠军, en: Champion}, count: 1}
  - {title: {zh: 亚军, en: Runner-up}, count: 1}
ties: [tie_break]
rounds:
  - kind: compulsory
    id: must
    title: {zh: 必答题, en: In turn}
    blueprint: contest-basic
    turns: members
    spares: 0
    times: {answer_s: 600}
  - kind: buzzer
    id: buzz
    title: {zh: 抢答题, en: On the buzzer}
    blueprint: contest-buzzer
    questions: 2
    spares: 0
    confirm: true
    unanswered: audience
    early: {first: {effect: others_go_on, penalty: 10}}
    times: {buzz_s: 600, answer_s: 600}
  - kind: wager
    id: risk
    title: {zh: 风险题, en: At a risk}
    values: [{points: 10, blueprint: contest-easy}, {points: 20, blueprint: contest-medium}]
    spares: 0
    times: {choose_s: 600, answer_s: 600}
  - kind: tie_break
    id: tie
    title: {zh: 加赛题, en: Tie-break}
    blueprint: contest-audience
    questions: 2
    spares: 0
    times: {buzz_s: 600, answer_s: 600}
"""
CAPTAINS = ("m00001", "m00002", "m00003", "m00004")
AUDIENCE = "王小明"
# Places, teams and points at the end. Where no prize is at stake, no tie is broken.
RESULT = [(1, SECOND, 130), (2, FIRST, 130), (3, THIRD, 100), (3, FOURTH, 100)]


@dataclass
class Crew:
    """Everybody who has a page of the contest open."""

    hall: Hall
    visit: Visit
    host: Console
    judge: Console
    screen: Page
    seats: dict[str, tuple[Visitor, Page]] = field(default_factory=dict)
    phone: tuple[Visitor, Page] | None = None

    def expect_phase(self, *phases: str) -> None:
        """Host, judge and big screen are all there."""
        self.host.expect_phase(*phases)
        self.judge.expect_phase(*phases)
        one_of = ", ".join(f".qs-stage[data-phase={phase}]" for phase in phases)
        expect(self.screen.locator(one_of)).to_be_visible()

    def take(self, team: str) -> None:
        """A new device takes the team's seat by its code."""
        self.seats[team] = take(self.visit, self.hall, team)

    def answer(self, team: str, *, right: bool = True) -> None:
        """The team answers at its device."""
        visitor, page = self.seats[team]
        kind, keys = self.hall.right()
        expect(page.locator("[data-view=answer]")).to_be_visible()
        if not right:
            options = page.locator(".hp-option input").all()
            other = next(o for o in options if o.get_attribute("value") not in keys)
            keys = [str(other.get_attribute("value"))]
        answer_with(visitor, page, kind, keys)

    def turn(self, team: str, *, right: bool = True) -> None:
        """A turn of the compulsory round."""
        self.host.go_on("turn")
        self.host.go_on("reading")
        self.host.go_on("answering")
        self.answer(team, right=right)
        self.expect_phase("revealed")

    def wager(self, team: str, points: int, *, right: bool = True) -> None:
        """The team chooses and answers."""
        self.host.go_on("choosing")
        visitor, page = self.seats[team]
        visitor.press(page.locator(".hp-value").filter(has_text=re.compile(rf"^{points}\D")))
        self.expect_phase("reading")
        self.host.go_on("answering")
        self.answer(team, right=right)
        self.expect_phase("revealed")


@pytest.fixture
def site(own_site, tmp_path: Path) -> Site:
    """A site of this test alone, whose bank has the rules."""
    bank = tmp_path / "bank"
    shutil.copytree(BANK, bank)
    (bank / "contests" / "journey.yaml").write_text(RULES, encoding="utf-8")
    return own_site(QUIZENGINE_BANK=str(bank))


@pytest.fixture
def crew(visit: Visit, site: Site) -> Crew:
    """The contest with all of its pages."""
    hall = Hall.prepare(site, "journey", captains=CAPTAINS)
    screen = big_screen(visit, hall)
    watching = visit("desktop", "en", site)
    watching.excuse(*AWAY)
    judge = watching.context.new_page()
    judge.goto(f"/judge/{hall.row().judge_code}")
    crew = Crew(hall, visit, _console(visit, hall, "organizer"), Console(watching, judge), screen)
    for team in (FIRST, SECOND, THIRD, FOURTH):
        crew.take(team)
    visitor = visit("phone", "zh_CN", site)
    visitor.excuse(*AWAY)
    page = visitor.context.new_page()
    page.goto(f"/join/{hall.join}")
    page.get_by_label(visitor.words("Your name")).fill(AUDIENCE)
    visitor.press(page.get_by_role("button", name=visitor.words("Join")))
    expect(page.locator("[data-view=wait]")).to_be_visible()
    crew.phone = visitor, page
    return crew


def _console(visit: Visit, hall: Hall, login: str) -> Console:
    visitor = visit("desktop", "en", hall.site)
    visitor.excuse(*AWAY)
    page = visitor.sign_in(login, PASSWORD)
    page.goto(f"/stage/{hall.contest}/console")
    return Console(visitor, page)


def test_a_full_contest_of_four_teams_and_four_rounds(crew: Crew, site: Site):
    hall = crew.hall
    _compulsory_round_with_a_killed_server(crew)
    _buzzers_with_a_device_that_died(crew)
    _wagers_with_a_host_who_is_gone(crew)
    _tie_break(crew)
    crew.host.go_on("round_over")
    crew.host.go_on("finished")
    crew.expect_phase("finished")

    _expect_result_on_the_big_screen(crew.screen)
    _expect_result_of_the_exported_log(hall)
    _expect_result_on_the_score_sheet(crew)
    _expect_result_in_the_ledger(hall)


def _compulsory_round_with_a_killed_server(crew: Crew) -> None:
    host, hall = crew.host, crew.hall
    crew.expect_phase("lobby")
    host.go_on("round")
    crew.turn(FIRST)
    crew.turn(SECOND)
    host.go_on("turn")
    host.go_on("reading")
    host.go_on("answering")
    crew.expect_phase("answering")
    expect(crew.screen.locator(".qs-with-clock")).to_be_visible()
    before = hall.play()

    hall.site.kill()
    pages = [page for _, page in (*crew.seats.values(), crew.phone)]
    for page in pages:
        expect(page.locator("[data-part=offline]")).to_be_visible()
    expect(crew.screen.locator("#screen-offline")).to_be_visible()
    expect(host.page.locator("[data-offline]")).to_be_visible()
    hall.site.start()
    # Nobody does anything: all come back.
    for page in pages:
        expect(page.locator("[data-part=offline]")).to_be_hidden()
    expect(crew.screen.locator("#screen-offline")).to_be_hidden()
    expect(host.page.locator("[data-offline]")).to_be_hidden()
    expect(crew.judge.page.locator("[data-offline]")).to_be_hidden()
    crew.expect_phase("answering")
    expect(crew.screen.locator(".qs-with-clock")).to_be_visible()
    for team, score in ((FIRST, 110), (SECOND, 110), (THIRD, 100), (FOURTH, 100)):
        host.expect_score(team, score)

    # The clock was set back by the time that nobody ran it, and nothing else has changed.
    after = hall.play()
    was, now = before.state.clock, after.state.clock
    assert was and was.ends_at and now and now.ends_at
    since = hall.events()[before.seq :]
    gaps = [event.data["gap_ms"] for event in since if event.type == "interrupted"]
    assert round((now.ends_at - was.ends_at).total_seconds() * 1000) == sum(gaps) > 0
    assert after.state.awards == before.state.awards
    assert after.state.question == before.state.question

    crew.answer(THIRD)
    crew.expect_phase("revealed")
    crew.turn(FOURTH, right=False)
    host.go_on("round_over")


def _buzzers_with_a_device_that_died(crew: Crew) -> None:
    host = crew.host
    dead, _ = crew.seats[SECOND]
    dead.context.close()
    crew.take(SECOND)
    host.go_on("round")
    host.go_on("reading")
    # Too early: out of this question, and ten points fewer.
    press_buzzer(crew.seats[FOURTH][1])
    expect(crew.screen.locator(".qs-splash-foul")).to_contain_text(FOURTH)
    host.key("o", "buzzing")
    expect(crew.seats[SECOND][1].locator(".hp-buzzer-open")).to_be_visible()
    press_buzzer(crew.seats[SECOND][1])
    crew.expect_phase("answering")
    crew.answer(SECOND)
    crew.expect_phase("judging")
    crew.judge.key("j", "revealed")
    crew.expect_phase("revealed")

    # Nobody buzzes: the question goes to the audience.
    host.go_on("reading")
    host.key("o", "buzzing")
    host.key("t", "audience")
    host.go_on("audience")
    assert crew.phone
    answer_with(*crew.phone, *crew.hall.right())
    expect(crew.phone[1].locator("[data-view=answered]")).to_be_visible()
    host.key("t", "revealed")
    expect(crew.screen.locator(".qs-strap-verdicts")).to_contain_text(AUDIENCE)
    host.go_on("round_over")
    for team, score in ((FIRST, 110), (SECOND, 120), (THIRD, 110), (FOURTH, 90)):
        host.expect_score(team, score)


def _wagers_with_a_host_who_is_gone(crew: Crew) -> None:
    """The team with the fewest points chooses first."""
    crew.host.go_on("round")
    crew.wager(FOURTH, 10)
    crew.host.page.close()
    crew.host = _console(crew.visit, crew.hall, _second_host(crew.hall.site))
    crew.expect_phase("revealed")
    crew.wager(FIRST, 20)
    crew.wager(THIRD, 10, right=False)
    crew.wager(SECOND, 10)
    crew.host.go_on("round_over")


def _second_host(site: Site) -> str:
    """Another organizer of the unit; the login."""
    login = "organizer2"
    with site.session() as session, writing(session):
        first, other = (
            session.scalars(select(Person).where(Person.login == name)).one()
            for name in ("organizer", login)
        )
        other.roles = [PersonRole(role="organizer", unit_id=first.unit_id)]
    return login


def _tie_break(crew: Crew) -> None:
    """Two teams of equal points for one prize."""
    crew.host.go_on("round")
    crew.host.go_on("reading")
    crew.host.key("o", "buzzing")
    expect(crew.seats[SECOND][1].locator(".hp-buzzer-open")).to_be_visible()
    press_buzzer(crew.seats[SECOND][1])
    crew.expect_phase("answering")
    crew.answer(SECOND)
    crew.expect_phase("revealed")


def _expect_result_on_the_big_screen(screen: Page) -> None:
    final = scene(screen, "finished")
    for rank, team, score in RESULT:
        place = final.locator(".qs-step, .qs-rest .qs-row").filter(has_text=team)
        expect(place.locator(".qs-step-rank, .qs-place")).to_have_text(str(rank))
        expect(place.locator(".qs-step-score, .qs-points")).to_contain_text(str(score))
    expect(final.locator(".qs-step").filter(has_text=SECOND)).to_contain_text("冠军")


def _expect_result_of_the_exported_log(hall: Hall) -> None:
    """As anybody can work it out who has the log and the rules."""
    site = hall.site
    files = {}
    for what in ("rules", "log"):
        files[what] = site.folder / what
        files[what].write_text(site.output("contest", what, str(hall.contest)), encoding="utf-8")
    told = json.loads(
        site.output("contest", "replay", str(files["rules"]), str(files["log"]), "--json")
    )
    assert told["finished"]
    assert [(one["rank"], one["name"], one["score"]) for one in told["scores"]] == RESULT


def _expect_result_on_the_score_sheet(crew: Crew) -> None:
    page = crew.host.page
    page.goto(f"/stage/{crew.hall.contest}/sheet")
    rows = page.locator("table").first.locator("tbody tr").all()
    cells = [row.locator("th, td").all_inner_texts() for row in rows]
    # Place, number, team, members, base, four rounds, by hand, fouls, total, prize.
    assert [(int(row[0]), row[2], int(row[11])) for row in cells] == RESULT


def _expect_result_in_the_ledger(hall: Hall) -> None:
    site = hall.site
    until(lambda: hall.row().recorded_at, "the result in the ledger")
    with site.session() as session:
        rows = session.scalars(
            select(LedgerEntry).where(LedgerEntry.source.startswith(f"contest:{hall.contest}:"))
        ).all()
    kinds = Counter(row.kind for row in rows)
    assert kinds == {"contest-result": len(CAPTAINS), "contest-log": 1}
    data = [json.loads(row.body)["data"] for row in rows if row.kind == "contest-result"]
    entered = sorted((one["rank"], one["team"], int(one["score"])) for one in data)
    assert entered == sorted(RESULT)
    site.command("ledger", "verify")
