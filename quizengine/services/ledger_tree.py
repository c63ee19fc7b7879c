"""Proofs of inclusion in O(log n): roots of full subtrees are kept, the rest is read.

Kept are the subtrees of 256, 256², … leaves, as the tiles of C2SP tlog-tiles. What is kept is
derived: a node that is missing is computed from below, and a proof that does not lead to the
checkpoint's root is never handed out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from quizengine.domain.checkpoint import Checkpoint
from quizengine.domain.merkle import node_hash, root_of, split, verify_inclusion
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import LedgerEntry, LedgerNode

HEIGHT = 8
WIDTH = 1 << HEIGHT
_NODES = LedgerNode.metadata.tables[LedgerNode.__tablename__]


def keep_nodes(session: SessionLike, first: int, leaves: Sequence[bytes]) -> None:
    """Keep the subtrees that become full by these leaves, the first of which is leaf `first`.

    Within the caller's transaction, before or after the entries themselves are written.
    """
    level, made = HEIGHT, _full(session, 0, first, leaves)
    rows: list[dict[str, Any]] = []
    while made:
        rows += [{"level": level, "position": p, "hash": h} for p, h in made.items()]
        position = min(made)
        made = _full(session, level, position, [made[p] for p in sorted(made)])
        level += HEIGHT
    if rows:
        session.execute(insert(_NODES), rows)


def _full(
    session: SessionLike, level: int, first: int, hashes: Sequence[bytes]
) -> Mapping[int, bytes]:
    """The nodes of the next level that these make full, by position."""
    end = first + len(hashes)
    found: dict[int, bytes] = {}
    for position in range(first // WIDTH, end // WIDTH):
        start = position * WIDTH
        if start < first:
            below = [*_hashes(session, level, start, first), *hashes[: start + WIDTH - first]]
        else:
            below = list(hashes[start - first : start - first + WIDTH])
        found[position] = root_of(below)
    return found


def prove(session: SessionLike, seq: int, checkpoint: Checkpoint) -> list[bytes] | None:
    """Sibling hashes from entry `seq` to the root of the checkpoint, which covers it.

    None if they do not lead there: then the ledger was changed.
    """
    index, size = seq - 1, checkpoint.size
    leaf = session.scalar(select(LedgerEntry.leaf_hash).where(LedgerEntry.seq == seq))
    if leaf is None or not 0 <= index < size:
        return None
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            proof.append(_root(session, middle, end))
            end = middle
        else:
            proof.append(_root(session, start, middle))
            start = middle
    proof.reverse()
    return proof if verify_inclusion(leaf, index, size, proof, checkpoint.root) else None


def _root(session: SessionLike, start: int, end: int) -> bytes:
    """Root of the leaves from `start` up to `end`; the range begins where a full subtree may."""
    size = end - start
    if size < WIDTH:
        return root_of(_hashes(session, 0, start, end))
    if size.bit_count() > 1:  # no full subtree, but its left part is one
        middle = start + split(size)
        return node_hash(_root(session, start, middle), _root(session, middle, end))
    level = (size.bit_length() - 1) // HEIGHT * HEIGHT
    return root_of(_hashes(session, level, start >> level, end >> level))


def _hashes(session: SessionLike, level: int, first: int, end: int) -> list[bytes]:
    """The hashes of a level from one position up to another; what is not kept is computed."""
    if level == 0:
        query = select(LedgerEntry.leaf_hash).where(LedgerEntry.seq > first, LedgerEntry.seq <= end)
        return list(session.scalars(query.order_by(LedgerEntry.seq)))
    rows = session.execute(
        select(LedgerNode.position, LedgerNode.hash).where(
            LedgerNode.level == level, LedgerNode.position >= first, LedgerNode.position < end
        )
    )
    kept = {row[0]: row[1] for row in rows}
    return [
        kept.get(position)
        or root_of(_hashes(session, level - HEIGHT, position * WIDTH, (position + 1) * WIDTH))
        for position in range(first, end)
    ]
