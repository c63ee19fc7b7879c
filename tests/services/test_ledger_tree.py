"""Proofs from kept nodes are those of RFC 6962; none leads to a root that is not the ledger's."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from quizengine.domain.checkpoint import Checkpoint
from quizengine.domain.merkle import inclusion_proof, root_of
from quizengine.services.ledger import LedgerWriter
from quizengine.services.ledger_tree import WIDTH, prove
from quizengine.storage.engine import writing
from quizengine.storage.models import LedgerEntry, LedgerNode

# Beyond two full tiles, with a ragged end; appended in pieces that cut tiles anywhere.
PIECES = (1, 254, 1, 700, 3, 257, 77)
SIZE = sum(PIECES)


@pytest.fixture
def leaves(session: Session, now: datetime) -> list[bytes]:
    for piece in PIECES:
        with writing(session), LedgerWriter(session) as log:
            for _ in range(piece):
                log.append(now, "test", f"test:{log.size}")
    return list(session.scalars(select(LedgerEntry.leaf_hash).order_by(LedgerEntry.seq)))


def _checkpoint(leaves: list[bytes]) -> Checkpoint:
    return Checkpoint("quizengine.ledger", len(leaves), root_of(leaves))


def test_proofs_are_the_standard_ones_whatever_the_size_and_the_entry(
    session: Session, leaves: list[bytes], statements: list[str]
) -> None:
    kept = session.execute(select(LedgerNode.level, LedgerNode.position)).all()
    assert sorted(map(tuple, kept)) == [(8, n) for n in range(SIZE // WIDTH)]
    for size in (1, 255, 256, 257, 1000, SIZE):
        checkpoint = _checkpoint(leaves[:size])
        for seq in {1, size // 2 + 1, size - 1 or 1, size}:
            expected = inclusion_proof(leaves[:size], seq - 1)
            assert prove(session, seq, checkpoint) == expected, (size, seq)
    assert prove(session, SIZE + 1, _checkpoint(leaves)) is None
    statements.clear()
    prove(session, 700, _checkpoint(leaves))
    assert len(statements) <= 2 + SIZE.bit_length() * 2
    expected = inclusion_proof(leaves, 4)
    session.execute(delete(LedgerNode).where(LedgerNode.position == 2))
    assert prove(session, 5, _checkpoint(leaves)) == expected
    session.rollback()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_nodes SET hash = zeroblob(32) WHERE position = 1",
        "UPDATE ledger_entries SET leaf_hash = zeroblob(32) WHERE seq = 9",
        "UPDATE ledger_entries SET leaf_hash = zeroblob(32) WHERE seq = 10",
        "DELETE FROM ledger_entries WHERE seq = 1293",
    ],
)
def test_no_proof_is_handed_out_that_leads_elsewhere(
    session: Session, leaves: list[bytes], change: str
) -> None:
    checkpoint = _checkpoint(leaves)
    assert prove(session, 9, checkpoint) is not None
    for operation in ("update", "delete"):
        session.execute(text(f"DROP TRIGGER ledger_entries_no_{operation}"))
    session.execute(text(change))
    assert prove(session, 9, checkpoint) is None
