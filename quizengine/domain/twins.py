"""Near-duplicates among many texts, in seconds: shingles, MinHash and buckets of bands.

After Broder, "On the resemblance and containment of documents" (1997): texts are sets of runs of
characters, their likeness is the Jaccard index of the sets, and equal bands of minima name the
pairs that are worth comparing. What is reported was compared exactly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

# Chinese says much in two characters; longer runs would miss a word that was changed.
_RUN = 2
# 32 bands of 3 rows: of pairs with likeness 0.5 it misses 1 in 70, with 0.6 none in 2,000.
_BANDS, _ROWS = 32, 3
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
_UPPER = np.uint64(32)
_SEED = 20240501
# Pairs of one bucket beyond this are neighbours only: a text that stands a thousand times.
_CROWD = 40
# The share of equal minima strays from the likeness by less than this, but once in 500.
_SLACK = 0.15
_NOISE = re.compile(r"[\W_]+")
_BLOCK = 4096

Sets = list[np.ndarray[Any, np.dtype[np.int64]]]


@dataclass(frozen=True)
class Twins:
    """Two texts by their names, and how alike they are, from 0 to 1."""

    one: str
    other: str
    likeness: float


def twins(texts: Mapping[str, str], least: float) -> list[Twins]:
    """All pairs of `texts` that are at least so alike, the most alike first.

    Signs, spaces, width and case don't count. A few pairs just above `least` may be missed. Of a
    text that stands very often, each is paired with its neighbours alone.
    """
    names = [name for name, text in texts.items() if _plain(text)]
    sets = _shingles([_plain(texts[name]) for name in names])
    found = []
    for first, second in _candidates(sets, least):
        likeness = _jaccard(sets[first], sets[second])
        if likeness >= least:
            found.append(Twins(names[first], names[second], round(likeness, 4)))
    return sorted(found, key=lambda pair: (-pair.likeness, pair.one, pair.other))


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


def _shingles(texts: Sequence[str]) -> Sets:
    """Of each text its runs of characters, as sorted numbers without repeats."""
    found = []
    for text in texts:
        points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
        runs = points[:-1] * 0x110000 + points[1:] if len(points) >= _RUN else points
        found.append(np.unique(runs))
    return found


def _jaccard(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float:
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def _candidates(sets: Sets, least: float) -> list[tuple[int, int]]:
    """Pairs that share the minima of a band, without those whose minima differ too much."""
    if len(sets) < 2:
        return []
    signatures = _signatures(sets)
    pairs: set[tuple[int, int]] = set()
    for band in range(_BANDS):
        rows = signatures[:, band * _ROWS : (band + 1) * _ROWS]
        for bucket in _buckets(rows):
            pairs.update(_paired(bucket))
    kept: list[tuple[int, int]] = []
    listed = sorted(pairs)
    for start in range(0, len(listed), _BLOCK):
        block = np.array(listed[start : start + _BLOCK])
        alike = (signatures[block[:, 0]] == signatures[block[:, 1]]).mean(axis=1)
        kept += map(tuple, block[alike >= least - _SLACK].tolist())
    return kept


def _buckets(rows: np.ndarray[Any, Any]) -> Iterator[list[int]]:
    """Places with equal rows, where there are two or more."""
    # Rows that meet by chance in one key cost a comparison, no more.
    keys = rows @ _MIX
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=keys[order[0]] ^ np.uint64(1)))
    ends = np.append(starts[1:], len(order))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if end - start > 1:
            yield order[start:end].tolist()


def _paired(bucket: Sequence[int]) -> Iterable[tuple[int, int]]:
    if len(bucket) > _CROWD:
        return pairwise(bucket)
    return ((one, other) for n, one in enumerate(bucket) for other in bucket[n + 1 :])


def _signatures(sets: Sets) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """The minima of `_BANDS` × `_ROWS` hash functions over each set: the upper half of a·x + b.

    Products wrap around at 64 bits: Dietzfelbinger et al., "A reliable randomized algorithm for
    the closest-pair problem" (1997), 2.1, with `a` odd.
    """
    rng = np.random.default_rng(_SEED)
    count = _BANDS * _ROWS
    factors = rng.integers(0, 1 << 63, count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    offsets = rng.integers(0, 1 << 63, count, dtype=np.uint64)
    made = np.empty((len(sets), count), dtype=np.uint64)
    for start in range(0, len(sets), _BLOCK):
        block = sets[start : start + _BLOCK]
        values = np.concatenate(block).astype(np.uint64)
        ends = np.cumsum([len(each) for each in block])
        begins = np.concatenate(([0], ends[:-1]))
        for number in range(count):
            hashed = (values * factors[number] + offsets[number]) >> _UPPER
            made[start : start + len(block), number] = np.minimum.reduceat(hashed, begins)
    return made
