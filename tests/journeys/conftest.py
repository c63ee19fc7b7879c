"""Fixtures of the journeys: sites that are really served, and people with browsers."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk import Desk
from livesite import Site
from playwright.sync_api import Browser
from serving import ROOT
from visitor import Visitor

PICTURES = ROOT / "build" / "journeys"
_failed = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder are journeys."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Remember a failure, for the screenshots."""
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site with the demo that is never served; others are copies of it.

    All processes of the tests share it: whoever comes first makes it, and the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "demo"
    folder.mkdir(exist_ok=True)
    site = Site(folder / "instance")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            site.command("demo", "--members", "60", "--logins", str(folder / "logins.csv"))
            (folder / "made").touch()
    return site


@pytest.fixture(scope="session")
def site(demo: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site that most journeys share."""
    site = demo.copied_to(tmp_path_factory.mktemp("site") / "instance")
    site.start()
    yield site
    site.close()


@pytest.fixture(scope="session")
def desk(site: Site) -> Desk:
    """Opens exams in the shared site."""
    return Desk(site)


@pytest.fixture
def own_site(demo: Site, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """`own_site(workers=2, QUIZENGINE_GRACE_S="2")`: a further site for this test alone."""
    made: list[Site] = []

    def _make(workers: int = 1, **settings: str) -> Site:
        site = demo.copied_to(tmp_path / f"instance-{len(made)}", **settings)
        site.workers = workers
        made.append(site)
        site.start()
        return site

    yield _make
    for site in made:
        site.close()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(
    browser: Browser,
    site: Site,
    own_site: Callable[..., Site],  # ends after the browsers that look at it
    request: pytest.FixtureRequest,
) -> Iterator[Visit]:
    """`visit("phone", "en")`: somebody with a browser; at the end nothing may have gone wrong."""
    visitors: list[Visitor] = []

    def _visit(size: str = "desktop", language: str = "en", at: Site | None = None) -> Visitor:
        visitors.append(Visitor.arrive(browser, at or site, size, language))
        return visitors[-1]

    yield _visit
    failed = request.node.stash.get(_failed, False)
    for number, visitor in enumerate(visitors):
        if failed:
            visitor.pictures(PICTURES, f"{request.node.name}-{number}")
        visitor.context.close()
    if not failed:
        assert [fault for visitor in visitors for fault in visitor.unexcused()] == []
