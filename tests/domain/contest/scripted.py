"""A contest played by script: events with their times, as the live server would write them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from quizengine.domain.contest.drawing import demands
from quizengine.domain.contest.due import due
from quizengine.domain.contest.events import Author, Event, Role
from quizengine.domain.contest.fold import Play, replay
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.state import State

BEGIN = datetime(2026, 11, 28, 6, 30, tzinfo=UTC)
TEAMS = {1: "文学院", 2: "理学院", 3: "工学院", 4: "医学院"}


def rules_of(*rounds: dict[str, Any], **changes: Any) -> ContestRules:
    """Rules with these rounds; ids, titles and blueprints are filled in."""
    filled = [
        {"id": f"r{n}", "title": {"zh": "环节", "en": "Round"}, **_fed(one)}
        for n, one in enumerate(rounds, start=1)
    ]
    content = {"id": "test", "title": {"zh": "竞赛", "en": "Contest"}, "rounds": filled}
    return ContestRules.model_validate({**content, **changes})


def _fed(one: dict[str, Any]) -> dict[str, Any]:
    if one["kind"] != "wager":
        return {"blueprint": "contest-basic", **one}
    values = [{"blueprint": "contest-basic", "points": v} for v in one["values"]]
    return {**one, "values": values}


def team_data(teams: int, members: int = 3) -> list[dict[str, Any]]:
    """Teams 1 … `teams`, as `begin` carries them."""
    return [
        {
            "id": number,
            "number": number,
            "name": TEAMS.get(number, f"第{number}队"),
            "members": [
                {"id": number * 10 + m, "name": f"队员{number}-{m}"} for m in range(members)
            ],
        }
        for number in range(1, teams + 1)
    ]


def round_data(rules: ContestRules, teams: int, less: int = 0) -> list[dict[str, Any]]:
    """The drawn questions of all rounds; `less` of each demand are missing."""
    rounds: dict[str, dict[str, Any]] = {
        one.id: {"id": one.id, "questions": [], "spares": []} for one in rules.rounds
    }
    for demand in demands(rules, teams):
        drawn = rounds[demand.round_id]
        _add(drawn, "questions", max(0, demand.questions - less), demand.value)
        _add(drawn, "spares", demand.spares, demand.value)
    return list(rounds.values())


def _add(drawn: dict[str, Any], kind: str, count: int, value: int | None) -> None:
    for _ in range(count):
        number = len(drawn["questions"]) + len(drawn["spares"]) + 1
        slot = {
            "key": f"{drawn['id']}-{number:02}",
            "ref": number,
            "question": f"common-{number:04}",
            "revision": 1,
            "type": "single",
            "value": value,
        }
        drawn[kind].append(slot)


@dataclass
class Stage:
    """A contest that is being played: `now` moves on by a second with each command."""

    rules: ContestRules
    teams: int = 3
    members: int = 3
    less: int = 0
    play: Play = field(init=False)
    log: list[Event] = field(default_factory=list)
    now: datetime = BEGIN

    def __post_init__(self) -> None:
        self.play = Play.start(self.rules)

    @property
    def state(self) -> State:
        return self.play.state

    @property
    def phase(self) -> str:
        return self.state.phase

    @property
    def scores(self) -> list[int]:
        """Points of the teams by their numbers."""
        return [self.state.score(team.id) for team in self.state.teams]

    def event(self, role: Role, who: str, kind: Any, data: dict[str, Any]) -> Event:
        return Event(self.play.seq + 1, self.now, Author(role, who, who), kind, data)

    def do(self, role: Role, who: str, kind: str, /, **data: Any) -> State:
        """A command; what is refused leaves no trace."""
        event = self.event(role, who, kind, data)
        self.play = self.play.after(event)
        self.log.append(event)
        self.now += timedelta(seconds=1)
        return self.state

    def begin(self) -> State:
        data = {
            "rehearsal": False,
            "teams": team_data(self.teams, self.members),
            "rounds": round_data(self.rules, self.teams, self.less),
        }
        return self.do("host", "h", "begin", **data)

    def host(self, *kinds: str, **data: Any) -> State:
        for kind in kinds:
            self.do("host", "h", kind, **data)
        return self.state

    def judge(self, team: int, verdict: str, **data: Any) -> State:
        return self.do("judge", "j", "judge", team=team, verdict=verdict, **data)

    def answer(self, team: int, credit: str | None, answer: Any = ("a",)) -> State:
        data = {"team": team, "answer": list(answer), "credit": credit}
        return self.do("team", str(team), "answer", **data)

    def choose(self, team: int, points: int) -> State:
        return self.do("team", str(team), "choose", team=team, points=points)

    def press(self, team: int, *, early: bool = False, **evidence: Any) -> State:
        """A buzz that arrives now."""
        arrived = round(self.now.timestamp() * 1_000_000)
        data = {"arrived_us": arrived, "early": early, **evidence}
        return self.do("team", str(team), "buzz", team=team, evidence=data)

    def buzz(self, team: int) -> State:
        """A buzz that wins."""
        self.press(team)
        return self.tick()

    def tick(self, **data: Any) -> State:
        """The clock does what it has to do next, at its time."""
        found = due(self.rules, self.state)
        assert found is not None, f"no clock in {self.phase}"
        self.now = max(self.now, found.at)
        return self.do("clock", "", found.type, **data)

    def undo(self) -> State:
        target = self.play.undo_target
        assert target is not None
        return self.do("host", "h", "undo", target=target.seq)

    def finish(self) -> list[tuple[int, int]]:
        """Teams with their final places, the best first, from the end of a round."""
        self.host("finish")
        self.check()
        return [(place.team, place.rank) for place in self.state.ranking]

    def check(self) -> None:
        """The log, written and read again, gives the very same contest."""
        lines = [json.dumps(event.to_data(), ensure_ascii=False) for event in self.log]
        events = [Event.from_data(json.loads(line)) for line in lines]
        assert events == self.log
        assert replay(self.rules, events) == self.play


def to_answering(stage: Stage) -> None:
    """From reading on, by the clock where there is one, else by the host."""
    while stage.phase in ("reading", "discussing"):
        if stage.state.clock:
            stage.tick()
        else:
            stage.host("start")


def respond(stage: Stage, team: int, outcome: str) -> None:
    """The team's answer, and the verdict on it: right, wrong, late, or the points of a part."""
    current = stage.rules.rounds[stage.state.round.index if stage.state.round else 0]
    if stage.phase == "starting":
        stage.host("speak")
    if outcome == "late":
        stage.tick()
        outcome = "wrong"
    elif current.answers == "device":
        stage.answer(team, {"right": "1", "wrong": "0"}.get(outcome))
    if stage.phase in ("answering", "judging"):
        _judge(stage, team, outcome)


def _judge(stage: Stage, team: int, outcome: str) -> None:
    if outcome.isdigit():
        stage.judge(team, "partial", points=int(outcome))
    else:
        stage.judge(team, outcome)


def turns(stage: Stage, *outcomes: str) -> None:
    """Turns of a compulsory round, from its introduction or the answer before on."""
    for outcome in outcomes:
        stage.host("next", "next")
        to_answering(stage)
        assert stage.state.turn
        respond(stage, stage.state.turn.team, outcome)
        assert stage.phase == "revealed"


def together(stage: Stage, *questions: str) -> None:
    """Questions to all teams at once; a letter for each team: r, w, or - for no answer."""
    for outcomes in questions:
        stage.host("next")
        to_answering(stage)
        for team, outcome in zip(stage.state.active, outcomes, strict=True):
            if outcome != "-":
                stage.answer(team.id, "1" if outcome == "r" else "0")
        if "-" in outcomes:
            stage.tick()
        assert stage.phase == "revealed"


def buzzers(stage: Stage, *questions: tuple[int, str] | list[tuple[int, str]] | None) -> None:
    """Questions by buzzer, from the round's introduction or the answer before on: who buzzes and
    how the answer is; several where others may try; None: nobody buzzes."""
    for question in questions:
        stage.host("next")
        if stage.phase == "turn":
            stage.host("next")
        attempts = [question] if isinstance(question, tuple) else question or []
        race(stage, *attempts)
        if question is None:
            stage.host("open") if not stage.state.clock else stage.tick()
            stage.tick()


def race(stage: Stage, *attempts: tuple[int, str]) -> None:
    """Buzzers open, somebody wins, and answers; again for the next one who tries."""
    for team, outcome in attempts:
        if stage.state.clock:
            stage.tick()
        else:
            stage.host("open")
        assert stage.phase == "buzzing"
        stage.buzz(team)
        respond(stage, team, outcome)


def wagers(stage: Stage, *choices: tuple[int, int, str]) -> None:
    """Turns of a wager round: team, value, how the answer is."""
    for team, points, outcome in choices:
        stage.host("next")
        assert stage.state.turn and stage.state.turn.team == team
        stage.choose(team, points)
        to_answering(stage)
        respond(stage, team, outcome)


def audience(stage: Stage, right: int) -> None:
    """The audience answers until its time is up."""
    if not (stage.state.question and stage.state.question.audience_open):
        stage.host("audience" if stage.phase == "audience" else "start")
    stage.tick(tally={"answered": 100, "right": right, "fastest": ["王五"]})
    assert stage.phase == "revealed"
