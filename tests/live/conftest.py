"""Fixtures: one live server for all tests of a run, and a contest of its own for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from examroom import ZONE
from livehall import Hall, LiveSite
from school import School, build_school
from sqlalchemy.orm import Session
from stageroom import StageRoom, write_bank

from quizengine.services.stage import create_contest
from quizengine.services.stage_draw import draw_questions
from quizengine.storage.site import open_database

# All kinds of rounds and all steps that a question can have.
RULES = """
schema: 1
id: hall
title: {zh: 全部环节, en: All rounds}
teams: {min: 2, max: 4, members: 3}
prizes: [{title: {zh: 一等奖, en: First prize}, count: 1}]
fairness: {window_ms: 150, cap_ms: 100}
rounds:
  - {kind: compulsory, id: must, title: {zh: 必答, en: In turn}, blueprint: stage, questions: 1,
     times: {discuss_s: 60, answer_s: 60}}
  - {kind: compulsory, id: both, title: {zh: 共答, en: Together}, blueprint: stage, questions: 1,
     turns: together, times: {answer_s: 60}}
  - {kind: buzzer, id: buzz, title: {zh: 抢答, en: Buzzer}, blueprint: stage, questions: 3,
     answers: spoken, times: {buzz_s: 60, start_s: 60, answer_s: 60}, unanswered: audience,
     early: {first: {effect: others_go_on, penalty: 10}}}
  - {kind: wager, id: risk, title: {zh: 风险, en: Wager}, questions: 1, confirm: true,
     values: [{points: 10, blueprint: stage}, {points: 20, blueprint: stage}],
     times: {choose_s: 60, answer_s: 60}, steal: {tries: 1}}
  - {kind: audience, id: crowd, title: {zh: 观众, en: Audience}, blueprint: stage, questions: 1,
     times: {answer_s: 60}}
  - {kind: tie_break, id: tie, title: {zh: 加赛, en: Tie-break}, blueprint: stage, questions: 3}
"""


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


def new_hall(site: LiveSite, number: int, rules: str = "hall") -> Hall:
    """A contest of three teams, ready to begin."""
    now = datetime.now(UTC)
    with site.session() as session:
        room = StageRoom(session, site.school, now, site.folder / "bank")
        plan = replace(room.plan(f"Contest {number}"), rules_id=rules)
        contest = create_contest(session, now, room.actor(), plan)
        draw_questions(session, now, ZONE, room.actor(), contest.id)
        return Hall(site, contest.id, site.school.persons["organizer"])


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
