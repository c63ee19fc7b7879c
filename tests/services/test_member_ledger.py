"""A member's own entries of the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest
from examroom import ExamRoom, wrong
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.blueprints import ReleasePolicy
from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.exams import release
from quizengine.services.member_ledger import OwnEntries, own_entries
from quizengine.services.repairs import Decision, repair
from quizengine.storage.models import LedgerEntry

MANUAL = ReleasePolicy(scores="manual", answers="manual")


def entries_of(room: ExamRoom, login: str, **query: int) -> OwnEntries:
    return own_entries(room.session, room.school.persons[login], **query)


def test_each_sees_own_entries_in_order(room: ExamRoom) -> None:
    exam = room.open("all-types")
    room.sit("li", exam)
    room.sit("wang", exam)
    found = entries_of(room, "wang").items
    assert [(entry.seq, entry.kind) for entry in found] == [
        (3, "commitment-signed"),
        (4, "exam-handed-in"),
    ]
    assert found[1].data == {"exam": exam.id, "attempt": 1, "closed_by": "member"}
    assert entries_of(room, "chen").items == []


def test_pages_join_without_gap_or_overlap(room: ExamRoom) -> None:
    for _ in range(5):
        room.sit("chen", room.open("quick"))
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = entries_of(room, "chen", after=after, limit=2)
        assert len(page.items) <= 2
        seen += [entry.seq for entry in page.items]
        after = page.next
    assert seen == [1, 2, 3, 4, 5]


def test_the_hash_is_that_of_the_entry(room: ExamRoom, session: Session) -> None:
    room.sit("chen", room.open("quick"))
    [entry] = entries_of(room, "chen").items
    body = session.scalars(select(LedgerEntry.body)).one()
    # RFC 9162, section 2.1.1: a leaf is hashed behind a zero byte.
    assert entry.leaf_hash == hashlib.sha256(b"\0" + body.encode()).hexdigest()
    assert entry.data == json.loads(body)["data"]
    assert entry.withheld == []


def test_scores_are_withheld_until_release(
    room: ExamRoom, actor_of: Callable[[str], Actor]
) -> None:
    exam = room.open("quick", release=MANUAL)
    sitting = room.sit("chen", exam, wrong)
    question = room.questions(sitting)[0].id
    admin = actor_of("admin")
    repair(room.session, room.now, admin, Decision(question, 1, "full_marks", reason="faulty"))
    result, correction = entries_of(room, "chen").items
    for entry in (result, correction):
        assert {"score", "max_score", "passed"} <= set(entry.withheld)
        assert set(entry.data) == {"exam", "attempt", "tier", "closed_by"}
        # The few possible scores could be tried against the hash.
        assert entry.leaf_hash is None
    assert (correction.kind, correction.corrects) == ("result-correction", result.seq)
    release(room.session, room.now, admin, exam.id, answers=False)
    shown = entries_of(room, "chen").items
    assert [(entry.data["score"], entry.withheld) for entry in shown] == [
        ("0.00", []),
        ("3.00", []),
    ]
    assert all(entry.leaf_hash for entry in shown)


def test_only_the_own_digest_may_be_asked_for(room: ExamRoom, session: Session) -> None:
    exam = room.open("quick")
    room.sit("chen", exam)
    room.sit("wang", exam)
    own, other = session.scalars(select(LedgerEntry.subject).order_by(LedgerEntry.seq))
    chen = room.school.persons["chen"]
    assert own is not None and other is not None
    assert len(own_entries(session, chen, own).items) == 1
    for subject in (other, "you", ""):
        with pytest.raises(Refused) as refusal:
            own_entries(session, chen, subject)
        assert refusal.value.status == 403
