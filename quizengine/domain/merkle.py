"""Merkle tree over SHA-256 as in RFC 6962 §2.1 and RFC 9162 §2.1: roots and proofs.

A tree is given by its leaf hashes, each 32 bytes. Leaves count from 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import islice

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves (RFC 9162 §2.1.1)."""

_SIZE_BYTES = 8
_BLOCK = 1024


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 of 0x00 and the data: the prefix keeps leaves apart from nodes (RFC 9162 §2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both children (RFC 9162 §2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the full subtrees along a growing tree's right edge (a compact range).

    Enough to append leaves and to give the root, in O(log n) memory, without the leaves.
    """

    __slots__ = ("_peaks", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._peaks: list[bytes] = []  # from the left: one per set bit of the size

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash at the right; ValueError unless it is 32 bytes."""
        if len(leaf) != HASH_SIZE:
            raise ValueError(f"a leaf hash has {HASH_SIZE} bytes, not {len(leaf)}")
        self._add(leaf, 0)

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add many leaf hashes at the right, quicker; ValueError unless all are 32 bytes."""
        if not _are_hashes(leaves):
            raise ValueError(f"a leaf hash has {HASH_SIZE} bytes")
        start = 0
        while start < len(leaves):
            # The largest full subtree that may begin here, and has all its leaves.
            height = (len(leaves) - start).bit_length() - 1
            if self._size:
                height = min(height, (self._size & -self._size).bit_length() - 1)
            end = start + (1 << height)
            self._add(_full_root(leaves[start:end]), height)
            start = end

    def _add(self, peak: bytes, height: int) -> None:
        """Add the root of a full subtree of so many levels."""
        remaining = self._size >> height
        while remaining & 1:  # a full subtree of the same height stands to the left
            peak = node_hash(self._peaks.pop(), peak)
            remaining >>= 1
        self._peaks.append(peak)
        self._size += 1 << height

    def root(self) -> bytes:
        """Merkle tree hash of the leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        *others, root = self._peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root

    def to_bytes(self) -> bytes:
        """The size as 8 bytes, big-endian, then the subtree roots from the left, 32 bytes each."""
        return self._size.to_bytes(_SIZE_BYTES, "big") + b"".join(self._peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """Read what `to_bytes` wrote; ValueError if the length does not fit the size."""
        size, hashes = int.from_bytes(data[:_SIZE_BYTES], "big"), data[_SIZE_BYTES:]
        if len(data) < _SIZE_BYTES or len(hashes) != size.bit_count() * HASH_SIZE:
            raise ValueError("the bytes are not those of a frontier")
        frontier = cls()
        frontier._size = size
        frontier._peaks = [hashes[i : i + HASH_SIZE] for i in range(0, len(hashes), HASH_SIZE)]
        return frontier


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root of the tree with these leaf hashes, reading them once in O(log n) memory."""
    frontier = Frontier()
    left = iter(leaves)
    while block := list(islice(left, _BLOCK)):
        frontier.extend(block)
    return frontier.root()


def _full_root(hashes: Sequence[bytes]) -> bytes:
    """Root of a full subtree, level by level; the number of hashes is a power of two."""
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Sibling hashes from the leaf `index` up to the root (RFC 9162 §2.1.3.1).

    ValueError if there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise ValueError(f"no leaf {index} in a tree of {len(leaves)}")
    start, end = 0, len(leaves)
    proof = []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            proof.append(root_of(leaves[middle:end]))
            end = middle
        else:
            proof.append(root_of(leaves[start:middle]))
            start = middle
    return proof[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof leads from the leaf hash at `index` to `root` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes([leaf, root, *proof]):
        return False
    position, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            position, last = _skip_left_edge(position, last)
        else:
            computed = node_hash(computed, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and computed == root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Hashes that show the tree of the first `old_size` leaves inside this one.

    RFC 9162 §2.1.4.1; empty for an old size of 0 or of the whole tree. ValueError if the old
    tree is larger than this one.
    """
    if not 0 <= old_size <= len(leaves):
        raise ValueError(f"no tree of {old_size} inside a tree of {len(leaves)}")
    if old_size == 0:
        return []
    start, end, complete = 0, len(leaves), True
    proof = []
    while old_size != end:
        middle = start + split(end - start)
        if old_size <= middle:
            proof.append(root_of(leaves[middle:end]))
            end = middle
        else:
            proof.append(root_of(leaves[start:middle]))
            start, complete = middle, False
    if not complete:  # else the last subtree is the old root, which the verifier has
        proof.append(root_of(leaves[start:end]))
    return proof[::-1]


def verify_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether the old tree's leaves are the first ones of the new tree (RFC 9162 §2.1.4.2).

    A tree without leaves is a start of every tree; both roots must be those of the two sizes.
    """
    if not 0 <= old_size <= new_size or not _are_hashes([old_root, new_root, *proof]):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    # A power of two is one full subtree: its root starts the walk and is not in the proof.
    path = [old_root, *proof] if old_size.bit_count() == 1 else list(proof)
    return bool(path) and _walk_consistency(old_size, new_size, path) == (old_root, new_root)


def _walk_consistency(
    old_size: int, new_size: int, path: list[bytes]
) -> tuple[bytes, bytes] | None:
    """Both roots that the path leads to; None if its length does not fit the sizes."""
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            position, last = _skip_left_edge(position, last)
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return (old, new) if last == 0 else None


def _skip_left_edge(position: int, last: int) -> tuple[int, int]:
    """Climb the levels at which an even, rightmost node has no sibling."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def split(size: int) -> int:
    """The largest power of two below `size`, which is at least 2 (RFC 9162 §2.1.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(values: Iterable[bytes]) -> bool:
    """Other lengths could shift bytes from one child to its sibling."""
    return all(len(value) == HASH_SIZE for value in values)
