"""RFC 6962 and RFC 9162 §2.1, with the eight-leaf tree that CT implementations test with."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

DATA = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [leaf_hash(data) for data in DATA]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
INCLUSION_OF_FIRST_IN_SEVEN = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e",
]

TREES = st.integers(1, 40).map(lambda n: [leaf_hash(str(i).encode()) for i in range(n)])


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word by word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = naive_split(len(leaves))
    left, right = naive_root(leaves[:split]), naive_root(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162 §2.1.3.1, word by word."""
    if len(leaves) == 1:
        return []
    split = naive_split(len(leaves))
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_subproof(size: int, leaves: list[bytes], complete: bool) -> list[bytes]:
    """RFC 9162 §2.1.4.1, word by word."""
    if size == len(leaves):
        return [] if complete else [naive_root(leaves)]
    split = naive_split(len(leaves))
    if size <= split:
        return [*naive_subproof(size, leaves[:split], complete), naive_root(leaves[split:])]
    return [*naive_subproof(size - split, leaves[split:], False), naive_root(leaves[:split])]


def naive_split(size: int) -> int:
    split = 1
    while split * 2 < size:
        split *= 2
    return split


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_reference_tree(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("sizes", "proof"), CONSISTENCY.items())
def test_consistency_proofs_of_the_reference_tree(sizes: tuple[int, int], proof: list[str]) -> None:
    old, new = sizes
    assert [h.hex() for h in consistency_proof(LEAVES[:new], old)] == proof


def test_inclusion_proof_of_the_reference_tree() -> None:
    assert [h.hex() for h in inclusion_proof(LEAVES[:7], 0)] == INCLUSION_OF_FIRST_IN_SEVEN


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_root_is_that_of_the_recursive_definition(data: list[bytes]) -> None:
    leaves = [leaf_hash(item) for item in data]
    assert root_of(iter(leaves)) == naive_root(leaves)


@given(TREES, st.data())
def test_inclusion_proof_is_that_of_the_definition_and_verifies(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(leaves, index)
    assert proof == naive_path(index, leaves)
    assert verify_inclusion(leaves[index], index, len(leaves), proof, root_of(leaves))


@given(TREES, st.data())
def test_consistency_proof_is_that_of_the_definition_and_verifies(
    leaves: list[bytes], data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, len(leaves)))
    proof = consistency_proof(leaves, old)
    assert proof == naive_subproof(old, leaves, True)
    assert verify_consistency(old, len(leaves), proof, root_of(leaves[:old]), root_of(leaves))


@given(TREES, st.data())
def test_inclusion_holds_for_no_other_leaf_place_or_proof(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    size, proof, root = len(leaves), inclusion_proof(leaves, index), root_of(leaves)
    other = data.draw(st.integers(-1, size).filter(lambda i: i != index))
    assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, root)
    assert not verify_inclusion(leaves[index], other, size, proof, root)
    for broken in broken_proofs(proof, data):
        assert not verify_inclusion(leaves[index], index, size, broken, root)


@given(TREES, st.data())
def test_consistency_holds_for_no_other_root_or_proof(
    leaves: list[bytes], data: st.DataObject
) -> None:
    new = len(leaves)
    old = data.draw(st.integers(1, new))
    proof, old_root, new_root = (
        consistency_proof(leaves, old),
        root_of(leaves[:old]),
        root_of(leaves),
    )
    wrong = leaf_hash(b"other")
    assert not verify_consistency(old, new, proof, wrong, new_root)
    assert not verify_consistency(old, new, proof, old_root, wrong)
    assert not verify_consistency(new + 1, new, proof, old_root, new_root)
    for broken in broken_proofs(proof, data):
        assert not verify_consistency(old, new, broken, old_root, new_root)


def test_a_proof_of_another_depth_than_the_size_has_does_not_verify() -> None:
    small, large = root_of(LEAVES[:2]), root_of(LEAVES)
    short, long = inclusion_proof(LEAVES[:2], 0), inclusion_proof(LEAVES, 0)
    assert not verify_inclusion(LEAVES[0], 0, 8, short, small)
    assert not verify_inclusion(LEAVES[0], 0, 2, long, large)

    short, long = consistency_proof(LEAVES[:2], 1), consistency_proof(LEAVES, 1)
    assert not verify_consistency(1, 8, short, LEAVES[0], small)
    assert not verify_consistency(1, 2, long, LEAVES[0], large)


def test_a_path_that_goes_on_above_the_root_does_not_verify() -> None:
    above = leaf_hash(b"above")
    proof = [*inclusion_proof(LEAVES[:2], 0), above]
    assert not verify_inclusion(LEAVES[0], 0, 2, proof, node_hash(above, root_of(LEAVES[:2])))

    proof = [*consistency_proof(LEAVES[:4], 3), above]
    old, new = (node_hash(above, root_of(LEAVES[:size])) for size in (3, 4))
    assert not verify_consistency(3, 4, proof, old, new)


@pytest.mark.parametrize("old", range(1, 8))
def test_growth_without_a_proof_does_not_verify(old: int) -> None:
    assert not verify_consistency(old, 8, [], root_of(LEAVES[:old]), root_of(LEAVES))


def broken_proofs(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    """The proof with something added, and if there is something: taken away or changed."""
    broken = [[*proof, leaf_hash(b"more")], [leaf_hash(b"more"), *proof]]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        broken += [
            proof[:at] + proof[at + 1 :],
            [*proof[:at], leaf_hash(b"wrong"), *proof[at + 1 :]],
            [*proof[:at], proof[at][:-1], *proof[at + 1 :]],
        ]
    return broken


def test_bytes_moved_from_one_child_to_its_sibling_do_not_verify() -> None:
    left, right = LEAVES[:2]
    root = node_hash(left, right)
    assert node_hash(left + right[:1], right[1:]) == root
    assert not verify_inclusion(left + right[:1], 0, 2, [right[1:]], root)
    assert not verify_consistency(1, 2, [right[1:]], left + right[:1], root)


def test_the_empty_tree_starts_every_tree() -> None:
    root = root_of(LEAVES)
    assert consistency_proof(LEAVES, 0) == []
    assert verify_consistency(0, 8, [], EMPTY_ROOT, root)
    assert not verify_consistency(0, 8, [root], EMPTY_ROOT, root)
    assert not verify_consistency(0, 8, [], root, root)


@pytest.mark.parametrize("index", [-1, 8])
def test_no_inclusion_proof_without_the_leaf(index: int) -> None:
    with pytest.raises(ValueError):
        inclusion_proof(LEAVES, index)


@pytest.mark.parametrize("old_size", [-1, 9])
def test_no_consistency_proof_from_a_larger_tree(old_size: int) -> None:
    with pytest.raises(ValueError):
        consistency_proof(LEAVES, old_size)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_stored_frontier_goes_on_where_it_was(before: int, after: int) -> None:
    leaves = [leaf_hash(str(i).encode()) for i in range(before + after)]
    frontier = Frontier()
    for leaf in leaves[:before]:
        frontier.append(leaf)
    stored = frontier.to_bytes()
    assert len(stored) == 8 + 32 * before.bit_count()
    restored = Frontier.from_bytes(stored)
    for leaf in leaves[before:]:
        restored.append(leaf)
    assert (restored.size, restored.root()) == (before + after, naive_root(leaves))


@given(st.lists(st.integers(0, 70), max_size=5))
def test_many_leaves_at_once_are_one_after_the_other(counts: list[int]) -> None:
    leaves = [leaf_hash(str(n).encode()) for n in range(sum(counts))]
    together, alone = Frontier(), Frontier()
    for count in counts:
        block = leaves[together.size : together.size + count]
        together.extend(block)
        for leaf in block:
            alone.append(leaf)
        assert together.to_bytes() == alone.to_bytes()
    with pytest.raises(ValueError):
        together.extend([bytes(32), bytes(31)])
    assert together.size == len(leaves)


@given(st.binary(max_size=140))
def test_bytes_are_a_frontier_only_if_their_length_fits(data: bytes) -> None:
    try:
        frontier = Frontier.from_bytes(data)
    except ValueError:
        assert len(data) < 8 or len(data) != 8 + 32 * int.from_bytes(data[:8], "big").bit_count()
    else:
        assert frontier.to_bytes() == data


def test_a_frontier_takes_only_whole_hashes() -> None:
    frontier = Frontier()
    with pytest.raises(ValueError):
        frontier.append(b"short")
    assert (frontier.size, frontier.root()) == (0, EMPTY_ROOT)
