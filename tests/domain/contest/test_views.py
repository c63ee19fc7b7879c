"""What screens are sent: nothing before its time, and all that they need."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

import pytest
from walking import QUESTIONS, TEAMS, TITLE, Walk

from quizengine.domain.contest.fold import Play
from quizengine.domain.contest.staffview import staff_view
from quizengine.domain.contest.state import Member, Team
from quizengine.domain.contest.views import About, public_view, team_view
from quizengine.domain.registry import Title

REGISTERED = (Team(1, 1, "队1", (Member(10, "队员1"),)), Team(2, 2, "队2"))
ABOUT = About(7, Title.model_validate(TITLE), rehearsal=False, join_code="K7QD", teams=REGISTERED)
SHOWING = {"reading", "discussing", "buzzing", "settling", "starting", "answering", "judging"}
MARK = re.compile(r"<(stem|option|answer) (\d+)>")


def text(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False)


def seen(play: Play) -> str:
    """All that leaves the server for anybody but host and judge."""
    public = public_view(play, ABOUT, QUESTIONS)
    return text(public) + "".join(text(team_view(play, n)) for n in range(1, TEAMS + 1))


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_seen_before_it_is_shown(seed: int) -> None:
    walk = Walk(Random(seed))
    for play in walk.steps(250):
        state = play.state
        on = str(state.question.slot.ref) if state.question else None
        found = MARK.findall(seen(play))
        revealed = state.phase == "revealed"
        assert all(ref == on for _, ref in found)
        assert revealed or all(kind != "answer" for kind, _ in found)
        assert not found or revealed or state.phase in {*SHOWING, "audience"}
        if not revealed:
            question = public_view(play, ABOUT, QUESTIONS)["question"]
            assert question is None or {question[k] for k in ("answer", "explanation")} == {None}


@pytest.mark.parametrize("seed", range(5))
def test_every_view_of_a_walk_is_plain_data_and_fits_the_state(seed: int) -> None:
    walk = Walk(Random(1000 + seed))
    for play in walk.steps(250):
        public = public_view(play, ABOUT, QUESTIONS)
        assert json.loads(text(public)) == public
        staff = staff_view(play, ABOUT, QUESTIONS, "host", walk.events)
        assert json.loads(text(staff)) == staff
        assert len(staff["log"]) <= 40
        for team in public["teams"]:
            assert team["score"] == play.state.score(team["id"])
        if play.state.phase == "finished":
            ranking = public["result"]["ranking"]
            assert {r["team"]: r["score"] for r in ranking} == {
                t["id"]: t["score"] for t in public["teams"]
            }


def test_walks_come_to_an_end_through_all_phases() -> None:
    """Else the tests above would look at little."""
    phases = set()
    for seed in range(40):
        phases |= {play.state.phase for play in Walk(Random(seed)).steps(250)}
    assert {*SHOWING, "choosing", "turn", "round", "audience", "revealed", "finished"} <= phases
