"""Answers of the audience: the first one of each counts, and is on disk before it is confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quizengine.domain.contest.credits import credit_of
from quizengine.domain.text import N_, Refused
from quizengine.live.clock import moment
from quizengine.live.outputs import Reply
from quizengine.live.room import Room
from quizengine.live.store import AudienceRow, Store


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it came in over the connection `to`, as message `id`."""

    to: int
    id: str
    player: int
    question: str
    answer: Any
    at_us: int


def book(room: Room, store: Store, question: str) -> dict[int, tuple[Any, bool]]:
    """The answers to a question that are on disk: player → (answer, right)."""
    if question not in room.books:
        room.books[question] = store.answers(room.about.id, question)
    return room.books[question]


def take(room: Room, store: Store, given: Sequence[Given]) -> list[Reply]:
    """Store the answers that came in time, all in one transaction; what each is told."""
    rows: dict[int, AudienceRow] = {}
    replies = []
    for one in given:
        try:
            row = _checked(room, store, one, rows)
        except Refused as refusal:
            replies.append(Reply(one.to, one.id, refusal))
        else:
            rows.setdefault(one.player, row)
            replies.append(Reply(one.to, one.id, room.play.seq))
    if rows:
        _store(room, store, list(rows.values()))
    return replies


def _store(room: Room, store: Store, rows: list[AudienceRow]) -> None:
    """All of them answer the question that is on."""
    known = book(room, store, rows[0].question)
    new = [row for row in rows if row.player not in known]
    if new:
        store.add_answers(room.about.id, new)
        known.update((row.player, (row.answer, row.right)) for row in new)


def _checked(room: Room, store: Store, one: Given, rows: dict[int, AudienceRow]) -> AudienceRow:
    """Refused `audience-closed` or `answered` if it can't count, `answer-shape` if it is none."""
    state, at = room.play.state, moment(one.at_us)
    asking = state.question
    clock = state.clock
    over = clock is not None and clock.ends_at is not None and at > clock.ends_at
    if asking is None or asking.key != one.question or not room.audience_open or over:
        raise Refused("audience-closed", N_("The time for this question is over."))
    known = book(room, store, one.question).get(one.player)
    if known is None and one.player in rows:
        known = (rows[one.player].answer, rows[one.player].right)
    if known is not None and known[0] != one.answer:
        raise Refused("answered", N_("You have answered this question already."))
    right = credit_of(room.questions[asking.slot.ref], one.answer) == "1"
    return AudienceRow(one.question, one.player, one.answer, right, at)
