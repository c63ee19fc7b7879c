"""Whole contests played by chance: every command is one that is possible, and its author's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from quizengine.domain.contest.actions import Action, actions, team_can
from quizengine.domain.contest.due import due
from quizengine.domain.contest.events import Author, Event
from quizengine.domain.contest.fold import Play
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.questions import Question, question_from_data

START = datetime(2026, 11, 28, 6, 30, tzinfo=UTC)
TITLE = {"zh": "名", "en": "name"}
HOST = Author("host", "1", "李明")
CLOCK = Author("clock")
TEAMS = 3

# One round of every kind, short enough to be walked through.
RULES = ContestRules.model_validate(
    {
        "id": "walk",
        "title": TITLE,
        "prizes": [{"title": TITLE}],
        "rounds": [
            {"id": "turns", "title": TITLE, "kind": "compulsory", "blueprint": "b"},
            {
                "id": "together",
                "title": TITLE,
                "kind": "compulsory",
                "turns": "together",
                "confirm": True,
                "blueprint": "b",
            },
            {
                "id": "buzzer",
                "title": TITLE,
                "kind": "buzzer",
                "blueprint": "b",
                "questions": 3,
                "tries": 2,
                "unanswered": "audience",
                "answers": "spoken",
                "times": {"start_s": 5},
            },
            {
                "id": "wager",
                "title": TITLE,
                "kind": "wager",
                "values": [{"points": 10, "blueprint": "b"}, {"points": 30, "blueprint": "b"}],
                "steal": {"tries": 1},
                "times": {"discuss_s": 5},
            },
            {
                "id": "tie",
                "title": TITLE,
                "kind": "tie_break",
                "blueprint": "b",
                "questions": 2,
            },
            {"id": "hall", "title": TITLE, "kind": "audience", "blueprint": "b"},
        ],
    }
)


def marked(ref: int) -> Question:
    """A question of any type whose texts tell it, and its solution, apart."""
    stem, answer = f"<stem {ref}>", f"<answer {ref}>"
    options = {"a": f"<option {ref}>", "b": "乙", "c": "丙"}
    said = {"stem": f"{stem} in English", "explanation": answer}
    en = {**said, "options": {"c": "C", "b": "B", "a": f"<option {ref}>"}}
    kinds: list[dict[str, Any]] = [
        {"type": "single", "stem": stem, "options": options, "answer": ["b"], "en": en},
        {"type": "order", "stem": stem, "options": options, "answer": ["c", "a", "b"], "en": en},
        {"type": "fill", "stem": f"{stem}____", "answer": [answer]},
        {"type": "short", "stem": stem, "answer": answer, "key_points": [{"text": answer}]},
        {
            "type": "case",
            "stem": stem,
            "en": said,
            "parts": [
                {
                    "id": "p1",
                    "type": "fill",
                    "stem": f"{stem}____",
                    "answer": [answer],
                    "explanation": f"<answer {ref}>",
                    "en": said,
                }
            ],
        },
    ]
    common = {"id": f"q-{ref:04d}", "tiers": ["leader"], "topics": ["law"]}
    basis = [{"law": f"<answer {ref}>", "article": "1"}]
    explanation = f"<answer {ref}>"
    content = kinds[ref % len(kinds)]
    return question_from_data({**common, "basis": basis, "explanation": explanation, **content})


def begin_data() -> dict[str, Any]:
    """`begin` for three teams, with more than enough questions for each round."""
    refs = iter(range(1, 1000))
    rounds = []
    for round_ in RULES.rounds:
        values = [v.points for v in round_.values] if round_.kind == "wager" else [None]
        slots = [
            {
                "key": f"{round_.id}-{number}-{value}",
                "ref": (ref := next(refs)),
                "question": f"q-{ref:04d}",
                "revision": 1,
                "type": marked(ref).type,
                "value": value,
            }
            for value in values
            for number in range(8)
        ]
        questions = [slot for number, slot in enumerate(slots) if number % 8 < 6]
        spares = [slot for number, slot in enumerate(slots) if number % 8 >= 6]
        rounds.append({"id": round_.id, "questions": questions, "spares": spares})
    teams = [
        {"id": n, "number": n, "name": f"队{n}", "members": [{"id": n * 10, "name": f"队员{n}"}]}
        for n in range(1, TEAMS + 1)
    ]
    return {"rehearsal": False, "teams": teams, "rounds": rounds}


QUESTIONS = {
    slot["ref"]: marked(slot["ref"])
    for round_ in begin_data()["rounds"]
    for slot in (*round_["questions"], *round_["spares"])
}


class Walk:
    """A contest that goes on by chance; `events` is its log."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.now = START
        self.events: list[Event] = []
        self.play = Play.start(RULES)
        self._log(HOST, "begin", begin_data())

    def steps(self, most: int) -> Iterator[Play]:
        """The contest after each of at most so many events, until it is finished."""
        yield self.play
        for _ in range(most):
            if self.play.state.phase == "finished":
                return
            self._go_on()
            yield self.play

    def _go_on(self) -> None:
        self.now += timedelta(milliseconds=self.rng.randint(1, 400))
        choices: list[tuple[Author, str, dict[str, Any]]] = [*self._team_commands()]
        possible = actions(RULES, self.play.state)
        # What comes next is likelier than what interrupts.
        likely = [one for one in possible if one.primary] * 5
        if self.play.undo_target is not None and self.rng.random() < 0.3:
            possible = (*possible, Action("undo"))
        choices += [(HOST, one.type, self._data(one)) for one in (*possible, *likely)]
        next_by_clock = due(RULES, self.play.state)
        if next_by_clock is not None and (not choices or self.rng.random() < 0.2):
            self.now = max(self.now, next_by_clock.at)
            self._log(CLOCK, next_by_clock.type, {})
        else:
            self._log(*self.rng.choice(choices))

    def _team_commands(self) -> Iterator[tuple[Author, str, dict[str, Any]]]:
        for team in range(1, TEAMS + 1):
            author = Author("team", str(team), f"队{team}")
            can = team_can(RULES, self.play.state, team)
            if can.buzz:
                yield author, "buzz", {"team": team, "evidence": self._evidence(can.unlocked)}
            if can.answer:
                credit = self.rng.choice(["0", "1/2", "1", None])
                yield author, "answer", {"team": team, "answer": ["x"], "credit": credit}
            if can.choose:
                yield author, "choose", {"team": team, "points": 10}

    def _evidence(self, unlocked: bool) -> dict[str, Any]:
        arrived = round(self.now.timestamp() * 1e6)
        sent = arrived - self.rng.randint(100_000, 500_000) if unlocked else None
        return {"arrived_us": arrived, "sent_us": sent, "reaction_us": 90_000, "rtt_us": 20_000}

    def _data(self, action: Action) -> dict[str, Any]:
        rng = self.rng
        target = self.play.undo_target
        values: dict[str, Any] = {
            "verdict": rng.choice(["right", "wrong", "wrong"]),
            "points": rng.choice(action.values) if action.values else 5,
            "reason": "规则",
            "kind": action.kind,
            "target": target.seq if target else None,
        }
        if action.type == "override":
            awards = self.play.state.awards
            verdicts = [a for a in awards if a.kind == "answer" and a.round != _TIE_BREAK]
            chosen = rng.choice(verdicts)
            told = {"verdict": "right", "reason": "复核"}
            return {"question": chosen.question, "team": chosen.team, **told}
        wanted = _FIELDS.get(action.type, ())
        data = {name: values[name] for name in wanted}
        team = action.team or (rng.randint(1, TEAMS) if action.type in _OF_ANY_TEAM else None)
        return data if team is None else {**data, "team": team}

    def _log(self, by: Author, kind: Any, data: dict[str, Any]) -> None:
        event = Event(self.play.seq + 1, self.now, by, kind, data)
        self.play = self.play.after(event)
        self.events.append(event)


_TIE_BREAK = 4
_FIELDS: dict[str, tuple[str, ...]] = {
    "choose": ("points",),
    "judge": ("verdict",),
    "foul": ("kind", "points", "reason"),
    "adjust": ("points", "reason"),
    "swap": ("reason",),
    "void": ("reason",),
    "undo": ("target",),
    "pause": ("reason",),
    "withdraw": ("reason",),
    "reinstate": ("reason",),
    "end_round": ("reason",),
}
_OF_ANY_TEAM = ("adjust", "foul")
