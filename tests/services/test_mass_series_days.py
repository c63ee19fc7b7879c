"""Daily and weekly quizzes: contests that the clock makes, and the board over all of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from examroom import ZONE
from massroom import MassRoom
from sqlalchemy import select

from quizengine.domain.mass_series import Rhythm, Streak
from quizengine.domain.registry import Title
from quizengine.domain.text import Refused
from quizengine.services.mass import change_times
from quizengine.services.mass_series import (
    SeriesPlan,
    Template,
    create_series,
    end_series,
    make_due,
)
from quizengine.services.mass_series_board import (
    own_series_line,
    series_board,
    series_participants,
)
from quizengine.storage.models import EVERYONE, MassContest, MassSeries


def rhythm(**changes: Any) -> Rhythm:
    values: dict[str, Any] = {
        "period": "day",
        "weekday": 0,
        "opens_minute": 8 * 60,
        "open_minutes": 15 * 60,
        "first_day": date(2026, 3, 2),
        "last_day": date(2026, 3, 8),
    }
    return Rhythm(**{**values, **changes})


def create(
    mass: MassRoom, actor: str = "admin", *, questions: int = 1, **changes: Any
) -> MassSeries:
    template = Template(
        mode="timed",
        blueprint=mass.blueprint(("single", questions)),
        audience=[(EVERYONE, mass.school.units["HQ"])],
        in_all=1,
    )
    plan = SeriesPlan(
        Title(zh="每日一题", en="Question of the day"),
        mass.school.units["HQ"],
        rhythm(**changes),
        template,
    )
    return create_series(mass.session, mass.now, ZONE, mass.actor(actor), plan)


def contests(mass: MassRoom) -> list[MassContest]:
    return list(mass.session.scalars(select(MassContest).order_by(MassContest.number)))


def day(mass: MassRoom, number: int) -> MassContest:
    """Come to noon of a day of the series; the clock has run."""
    opens = contests(mass)[0].exam.opens_at
    mass.tick(opens + timedelta(days=number, hours=4))
    return next(contest for contest in contests(mass) if contest.number == number)


def test_the_clock_makes_the_contest_of_each_day(mass: MassRoom) -> None:
    create(mass)
    assert [contest.number for contest in contests(mass)] == [0, 1]
    assert contests(mass)[0].exam.title_zh == "每日一题（2026-03-02）"
    third = day(mass, 2)
    assert third.exam.opens_at.astimezone(ZONE).hour == 8
    assert [contest.number for contest in contests(mass)] == [0, 1, 2, 3]
    assert make_due(mass.session, mass.now, ZONE) == 0
    day(mass, 6)
    mass.tick(mass.now + timedelta(days=5))
    assert [contest.number for contest in contests(mass)] == [0, 1, 2, 3, 6]


def test_a_site_that_was_off_makes_no_contests_of_the_past(mass: MassRoom) -> None:
    create(mass)
    mass.tick(mass.now + timedelta(days=3, hours=2))
    assert [contest.number for contest in contests(mass)] == [0, 1, 3, 4]


def test_the_board_sums_points_and_counts_streaks(mass: MassRoom) -> None:
    series = create(mass)
    for number, players in enumerate((("li", "wang"), ("li",), ("li", "wang"))):
        contest = day(mass, number)
        for login in players:
            mass.sit(login, contest, 1)
    found = series_board(mass.session, mass.now, series.id)
    assert [(line.name, line.score, line.taken) for line in found] == [
        ("李雷", 1500, 3),
        ("王芳", 1000, 2),
    ]
    assert [line.streak for line in found] == [Streak(3, 3), Streak(1, 1)]
    assert series_participants(mass.session, series.id) == 2
    # Tomorrow's contest is open and not yet taken: the streak still stands.
    day(mass, 3)
    own = own_series_line(mass.session, mass.now, series.id, mass.school.persons["li"])
    assert own is not None
    assert (own.place, own.streak) == (1, Streak(3, 3))
    day(mass, 4)
    own = own_series_line(mass.session, mass.now, series.id, mass.school.persons["li"])
    assert own is not None
    assert own.streak == Streak(0, 3)
    assert own_series_line(mass.session, mass.now, series.id, 999) is None


def test_each_day_gives_one_attempt(mass: MassRoom) -> None:
    create(mass)
    mass.sit("li", day(mass, 0), 1)
    with pytest.raises(Refused, match="no attempts left"):
        mass.begin("li", contests(mass)[0])
    mass.sit("li", day(mass, 1), 1)


def test_an_ended_series_makes_no_more_and_takes_back_what_has_not_opened(mass: MassRoom) -> None:
    series = create(mass)
    end_series(mass.session, mass.now, mass.actor(), series.id)
    mass.session.expire_all()
    assert [contest.exam.cancelled_at is None for contest in contests(mass)] == [True, False]
    mass.tick(mass.now + timedelta(days=2))
    assert len(contests(mass)) == 2


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("series-days", {"last_day": date(2026, 3, 1)}),
        ("series-days", {"first_day": date(2026, 2, 1), "last_day": date(2026, 2, 3)}),
        ("series-overlap", {"open_minutes": 25 * 60}),
        ("series-minutes", {"open_minutes": 0}),
    ],
)
def test_days_without_a_contest_are_refused(
    mass: MassRoom, code: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as found:
        create(mass, **changes)
    assert (found.value.code, found.value.status) == (code, 400)


def test_a_series_sent_twice_is_one(mass: MassRoom) -> None:
    create(mass)
    with pytest.raises(Refused) as found:
        create(mass)
    assert found.value.code == "series-exists"


def test_only_an_organizer_of_the_audience_begins_or_ends_a_series(mass: MassRoom) -> None:
    with pytest.raises(Refused, match="no right"):
        create(mass, "organizer")
    series = create(mass)
    with pytest.raises(Refused, match="no right"):
        end_series(mass.session, mass.now, mass.actor("organizer"), series.id)


def test_a_bank_that_became_too_small_stops_the_series_until_it_is_mended(mass: MassRoom) -> None:
    create(mass, questions=32)
    pool = mass.folder / "stage" / "pool.yaml"
    text = pool.read_text()
    pool.write_text(text.replace("stage-01\n", "stage-01\n    pool: practice\n"))
    mass.serve_bank()
    mass.tick(mass.now + timedelta(days=1))
    assert len(contests(mass)) == 2
    pool.write_text(text)
    mass.serve_bank()
    mass.tick()
    assert len(contests(mass)) == 3


def test_the_board_of_a_series_has_no_freeze_to_get_round(mass: MassRoom) -> None:
    series = create(mass)
    contest = mass.session.scalars(select(MassContest).filter_by(series_id=series.id)).first()
    assert contest is not None
    opens, closes = contest.exam.opens_at, contest.exam.closes_at
    change = (mass.session, mass.now, ZONE, mass.actor(), contest.id, opens)
    with pytest.raises(Refused) as found:
        change_times(*change, closes, closes - timedelta(hours=1))
    assert found.value.code == "freeze"
    change_times(*change, closes + timedelta(minutes=5), None)
