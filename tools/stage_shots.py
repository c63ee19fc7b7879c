"""Pictures of a stage contest, while a team answers the question that it has buzzed for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from livesite import Site  # in tests/journeys
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from stagehall import Hall

from quizengine.domain.contest.state import State
from quizengine.services.demo_people import PASSWORD
from quizengine.services.demo_stage import course_of
from quizengine.services.stage_draw import begin_data
from quizengine.services.stage_log import append_events
from quizengine.storage.models import Contest

SCREEN, CONSOLE, PHONE = (1024, 576), (1280, 760), (340, 640)
# Enough of the contest lies behind it for a score board with movement.
_QUESTION = 4


@contextmanager
def signed_in(site: Site, browser: Browser, login: str, size: tuple[int, int]) -> Iterator[Page]:
    """A page of somebody of the demo."""
    with _window(site, browser, size) as page:
        page.goto("/")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=secret]").fill(PASSWORD)
        page.locator("main button[type=submit]").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        yield page


@contextmanager
def _window(site: Site, browser: Browser, size: tuple[int, int]) -> Iterator[Page]:
    width, height = size
    context = browser.new_context(
        base_url=site.url,
        locale="zh-CN",
        viewport={"width": width, "height": height},
        device_scale_factor=1,
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def draw_stage(site: Site, browser: Browser, folder: Path) -> Iterator[Path]:
    """Big screen, console and a team's device of a contest under way; the files."""
    hall = _under_way(site)
    with (
        _window(site, browser, SCREEN) as screen,
        _window(site, browser, PHONE) as team,
        signed_in(site, browser, "organizer", CONSOLE) as console,
    ):
        screen.goto(f"/screen/{hall.screen}")
        screen.mouse.click(10, 10)
        console.goto(f"/stage/{hall.contest}/console")
        team.goto(f"/seat/{list(hall.seats.values())[1]}")
        team.locator("form button[type=submit]").click()
        _open_buzzers(console, team)
        yield _picture(team, folder / "stage-team.png")
        # Nobody buzzes; at the next question somebody does at once.
        console.keyboard.press("t")
        console.locator("#console[data-phase=audience]").wait_for()
        console.keyboard.press("t")
        _press(console, "revealed")
        _open_buzzers(console, team)
        team.locator(".hp-buzzer-open").dispatch_event("pointerdown")
        console.locator("#console[data-phase=answering]").wait_for()
        screen.locator(".qs-stage[data-phase=answering]").wait_for()
        screen.locator(".qs-splash-buzz").wait_for(state="hidden")
        yield _picture(screen, folder / "stage-screen.png")
        yield _picture(console, folder / "stage-console.png")


def _press(console: Page, phase: str) -> None:
    """The big button, in this phase."""
    console.locator(f"#console[data-phase={phase}]").wait_for()
    console.locator("[data-primary]:enabled").click()


def _open_buzzers(console: Page, team: Page) -> None:
    console.locator("#console[data-phase=reading]").wait_for()
    console.keyboard.press("o")
    team.locator(".hp-buzzer-open").wait_for()


def _under_way(site: Site) -> Hall:
    """The demo's contest that can begin, come to a question by buzzer a while ago."""
    with site.session() as session:
        contest = session.scalars(select(Contest).where(Contest.state == "preparing")).one()
        course = course_of(session, contest, datetime.now(UTC) - timedelta(minutes=30))
        course.run(begin_data(session, contest), _is_read)
        append_events(session, contest.id, course.lines, course.play.state.phase)
        return Hall.of(site, contest)


def _is_read(state: State) -> bool:
    """The question is being read; buzzers are locked."""
    return (
        state.phase == "reading"
        and state.round is not None
        and (state.round.id, state.round.asked) == ("buzzer", _QUESTION)
    )


def _picture(page: Page, path: Path) -> Path:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)
    return path
