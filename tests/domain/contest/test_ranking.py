"""Places, prizes and records."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scripted import rules_of

from quizengine.domain.contest.ranking import places, prize_of, standing, team_record
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.state import Award, Foul, Member, State, Team, Verdict
from quizengine.domain.contest.tie import Tie

PRIZES = [
    {"title": {"zh": "一等奖", "en": "First"}, "count": 1},
    {"title": {"zh": "二等奖", "en": "Second"}, "count": 2},
]


def rules(*ties: str) -> ContestRules:
    return rules_of({"kind": "buzzer"}, prizes=PRIZES, ties=list(ties))


def contest(*verdicts: str) -> State:
    """Teams from 1 on; a letter for each answer: r +10, p +5, w -10, l -10."""
    names: dict[str, tuple[Verdict, int]] = {
        "r": ("right", 10),
        "p": ("partial", 5),
        "w": ("wrong", -10),
        "l": ("late", -10),
    }
    awards = [
        Award(9, team, points, "answer", 0, f"q{number}", verdict, right=10, wrong=-10)
        for team, letters in enumerate(verdicts, start=1)
        for number, (verdict, points) in enumerate(names[letter] for letter in letters)
    ]
    teams = tuple(Team(n, n, f"{n}", (Member(n, "甲"),)) for n in range(1, len(verdicts) + 1))
    return State(base=100, teams=teams, awards=tuple(awards))


def ranks(rules: ContestRules, state: State) -> list[tuple[int, int, int | None, str | None]]:
    return [(p.team, p.rank, p.prize, p.by) for p in places(rules, state)]


def test_equal_teams_share_a_place_and_its_prize() -> None:
    assert ranks(rules(), contest("r", "r", "", "w")) == [
        (1, 1, 0, None),
        (2, 1, 0, None),
        (3, 3, 1, None),
        (4, 4, None, None),
    ]


def test_the_hall_sees_a_shared_place_until_a_tie_break_has_parted_it() -> None:
    state = contest("rw", "")
    ties = rules("tie_break", "more_right")
    assert [place.rank for place in standing(ties, state)] == [1, 1]
    assert [place.rank for place in standing(ties, replace(state, phase="finished"))] == [1, 2]
    assert [place.rank for place in places(ties, state)] == [1, 2]
    assert [place.rank for place in standing(rules("more_right", "tie_break"), state)] == [1, 2]


def test_criteria_are_asked_in_their_order() -> None:
    state = contest("rw", "ppw", "pplr", "rl")
    assert ranks(rules("more_right", "fewer_wrong"), state) == [
        (3, 1, 0, None),
        (1, 2, 1, "more_right"),
        (4, 2, 1, "more_right"),
        (2, 4, None, "more_right"),
    ]
    assert [row[0] for row in ranks(rules("fewer_wrong"), contest("rw", "", "rl"))] == [2, 1, 3]


def test_fouls_can_decide() -> None:
    state = contest("r", "r")
    state = replace(state, fouls=(Foul(5, 1, "early", 0, "q1", 0),))
    assert ranks(rules("fewer_fouls"), state)[0] == (2, 1, 0, "fewer_fouls")


def test_a_tie_break_counts_for_the_teams_that_were_in_it() -> None:
    tie = Tie(1, (1, 2), (2,), behind=(1,))
    state = replace(contest("r", "r"), broken=(tie,))
    assert ranks(rules("tie_break"), state)[0] == (2, 1, 0, "tie_break")
    among_three = replace(contest("r", "r", "r"), broken=(tie,))
    assert [row[1] for row in ranks(rules("tie_break"), among_three)] == [1, 1, 1]


def test_who_left_earlier_is_placed_behind() -> None:
    state = contest("w", "r", "rr", "rrr")
    out = {2: ("eliminated", 1), 3: ("eliminated", 0), 4: ("withdrawn", 1)}
    teams = [
        replace(t, out=out[t.id][0], left=out[t.id][1]) if t.id in out else t for t in state.teams
    ]
    assert ranks(rules(), replace(state, teams=tuple(teams))) == [
        (1, 1, 0, None),
        (2, 2, 1, None),
        (3, 3, 1, None),
        (4, 4, None, None),
    ]


@pytest.mark.parametrize(("rank", "prize"), [(1, 0), (2, 1), (3, 1), (4, None)])
def test_prizes_go_by_places(rank: int, prize: int | None) -> None:
    assert prize_of(rules(), rank) == prize


def test_a_record_adds_up_to_the_score() -> None:
    state = contest("rpwl")
    by_hand = Award(9, 1, 7, "adjust", None, reason="更正")
    state = replace(state, awards=(*state.awards, by_hand))
    record = team_record(rules(), state, 1)
    assert (record.right, record.partial, record.wrong, record.late) == (1, 1, 1, 1)
    assert 100 + sum(record.points) + record.other == state.score(1)
