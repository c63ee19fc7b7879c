"""Fixtures: one live server for all tests of a run, and a contest of its own for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from livecontest import RULES, new_hall
from livehall import Hall, LiveSite
from school import School, build_school
from sqlalchemy.orm import Session
from stageroom import StageRoom, write_bank

from quizengine.storage.site import open_database


@pytest.fixture(scope="session")
def prepared(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, School]:
    """A folder with a bank that is served, and the school; copied, never opened by a test."""
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copyfile(empty_database, folder / "quizengine.db")
    bank = write_bank(folder / "bank")
    (bank / "contests" / "hall.yaml").write_text(RULES, encoding="utf-8")
    engine, _ = open_database(f"sqlite:///{folder / 'quizengine.db'}")
    now = datetime.now(UTC)
    with Session(engine) as session:
        school = build_school(session, now)
        StageRoom(session, school, now, bank).serve_bank()
    engine.dispose()
    return folder, school


@pytest.fixture(scope="session")
def live(
    prepared: tuple[Path, School], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveSite]:
    """A site with a live server that all tests share; none leaves it without one."""
    folder = tmp_path_factory.mktemp("live") / "site"
    shutil.copytree(prepared[0], folder)
    site = LiveSite(folder, prepared[1])
    site.start()
    yield site
    site.close()


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """No two contests have the same title."""
    return count(1)


@pytest.fixture
def hall(live: LiveSite, numbers: Iterator[int]) -> Hall:
    """A contest of this test alone."""
    return new_hall(live, next(numbers))


@pytest.fixture
def own_site(prepared: tuple[Path, School], tmp_path: Path) -> Iterator[Callable[..., LiveSite]]:
    """`own_site(QUIZENGINE_…="…")`: a site of this test alone, without a server yet."""
    sites: list[LiveSite] = []

    def _site(**settings: str) -> LiveSite:
        folder = tmp_path / f"site{len(sites)}"
        shutil.copytree(prepared[0], folder)
        sites.append(LiveSite(folder, prepared[1], settings))
        return sites[-1]

    yield _site
    for site in sites:
        site.close()
