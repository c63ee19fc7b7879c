"""Verifying a ledger: an honest one always passes, and no change to it goes unseen."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.canonical import canonical_json, load_canonical
from quizengine.domain.checkpoint import Checkpoint
from quizengine.domain.entry import Columns, timestamp
from quizengine.domain.ledger import (
    GENESIS,
    MAX_PROBLEMS,
    Report,
    StoredEntry,
    chain_hash,
    entry_body,
    entry_bytes,
    verify_blocks,
)
from quizengine.domain.ledger import verify_entries as verify_alone
from quizengine.domain.merkle import EMPTY_ROOT, leaf_hash, root_of

START = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
CONTENTS = st.fixed_dictionaries(
    {
        "at": st.integers(0, 10**12).map(lambda us: START + timedelta(microseconds=us)),
        "kind": st.sampled_from(["result", "correction", "commitment", "missed"]),
        "source": TEXTS,
        "subject": st.none() | st.just("ab" * 32),
        "unit": st.none() | TEXTS,
        "data": st.dictionaries(TEXTS, TEXTS | st.integers(0, 9) | st.none(), max_size=3),
        "corrects": st.none() | st.integers(1, 4),
    }
)
Log = list[StoredEntry]


def log_of(contents: list[dict[str, object]]) -> Log:
    """An honest ledger, or a forged one in which every hash was computed again."""
    log, chain = [], GENESIS
    for seq, content in enumerate(contents, start=1):
        corrects = content.get("corrects")
        known = {**content, "corrects": corrects if corrects and corrects < seq else None}
        body = entry_bytes(entry_body(seq, **known))
        leaf = leaf_hash(body)
        chain = chain_hash(chain, leaf)
        columns = {name: content[name] for name in ("kind", "source", "subject", "unit")}
        at = timestamp(content["at"])
        log.append(
            StoredEntry(seq, at, **columns, body=body.decode(), leaf_hash=leaf, chain_hash=chain)
        )
    return log


def verify_entries(entries: Iterable[StoredEntry], trusted: Checkpoint | None) -> Report:
    """Verify in all ways that there are, which must find the same."""
    log = list(entries)
    found = verify_alone(iter(log), trusted)
    for size in (1, 2, 5, len(log)):
        parts = [log[i : i + size] for i in range(0, len(log), size or 1)]
        blocks = (Columns(*zip(*part, strict=True)) for part in parts)
        assert verify_blocks(blocks, trusted) == found
    return found


def logs(min_size: int, max_size: int = 12) -> st.SearchStrategy[Log]:
    return st.lists(CONTENTS, min_size=min_size, max_size=max_size).map(log_of)


def checkpoint_of(log: Log) -> Checkpoint:
    return Checkpoint("log.example", len(log), root_of(entry.leaf_hash for entry in log))


def sample(size: int) -> Log:
    return log_of(
        [
            {
                "at": START + timedelta(minutes=n),
                "kind": "result",
                "source": f"sitting:{n}:result",
                "subject": None,
                "unit": "school/history",
                "data": {"score": f"{n}.50"},
            }
            for n in range(size)
        ]
    )


def codes(report: Report) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.seq) for problem in report.problems]


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@st.composite
def edits(draw: st.DrawFn, entry: StoredEntry) -> StoredEntry:
    """The entry with one of its columns changed."""
    bit = draw(st.integers(0, 31))
    at = draw(st.integers(0, len(entry.body) - 1))
    new = draw(st.characters().filter(lambda c: c != entry.body[at]))
    changes: dict[str, object] = {
        "seq": entry.seq + draw(st.integers(-20, 20).filter(bool)),
        "at": entry.at[:20]
        + flipped(entry.at[20:26].encode(), draw(st.integers(0, 5))).decode()
        + "Z",
        "kind": entry.kind + "x",
        "source": entry.source[:-1],
        "subject": "cd" * 32,
        "unit": draw(TEXTS.filter(lambda unit: unit != entry.unit)),
        "body": entry.body[:at] + new + entry.body[at + 1 :],
        "leaf_hash": flipped(entry.leaf_hash, bit),
        "chain_hash": flipped(entry.chain_hash, bit),
    }
    name = draw(st.sampled_from(sorted(changes)))
    return entry._replace(**{name: changes[name]})


def consistently_edited(entry: StoredEntry, previous: bytes) -> StoredEntry:
    """The entry with other data, and its own two hashes computed again."""
    body = load_canonical(entry.body)
    assert isinstance(body, dict)
    text = canonical_json({**body, "data": {"score": "100.00"}})
    leaf = leaf_hash(text)
    return entry._replace(body=text.decode(), leaf_hash=leaf, chain_hash=chain_hash(previous, leaf))


@given(logs(0), st.data())
def test_an_honest_ledger_verifies_with_and_without_any_of_its_checkpoints(
    log: Log, data: st.DataObject
) -> None:
    covered = data.draw(st.integers(0, len(log)))
    for trusted in (None, checkpoint_of(log[:covered])):
        report = verify_entries(iter(log), trusted)
        assert codes(report) == []
        assert report.ok
        assert report.entries == len(log)
        assert report.root == checkpoint_of(log).root


@given(logs(1), st.data())
def test_an_edited_column_is_found_without_any_checkpoint(log: Log, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(log) - 1))
    forged = [*log[:at], data.draw(edits(log[at])), *log[at + 1 :]]
    assert not verify_entries(forged, None).ok
    assert not verify_entries(forged, checkpoint_of(log)).ok


@given(logs(2), st.data())
def test_an_edited_entry_with_its_own_hashes_breaks_the_chain(
    log: Log, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(log) - 2))
    previous = log[at - 1].chain_hash if at else GENESIS
    forged = [*log[:at], consistently_edited(log[at], previous), *log[at + 1 :]]
    assert codes(verify_entries(forged, None)) == [("chain-hash", log[at + 1].seq)]
    assert ("history-rewritten", None) in codes(verify_entries(forged, checkpoint_of(log)))


@given(logs(2), st.data())
def test_a_removed_entry_is_found(log: Log, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(log) - 2))
    forged = log[:at] + log[at + 1 :]
    report = verify_entries(forged, None)
    assert codes(report) == [("seq-gap", at + 2), ("chain-hash", at + 2)]
    assert ("truncated", None) in codes(verify_entries(forged, checkpoint_of(log)))


@given(logs(2), st.data())
def test_two_exchanged_entries_are_found(log: Log, data: st.DataObject) -> None:
    one, two = sorted(
        data.draw(st.lists(st.integers(0, len(log) - 1), min_size=2, max_size=2, unique=True))
    )
    forged = list(log)
    forged[one], forged[two] = log[two], log[one]
    found = [code for code, _ in codes(verify_entries(forged, None))]
    assert {"seq-gap", "seq-order", "chain-hash"} <= set(found)
    assert ("history-rewritten", None) in codes(verify_entries(forged, checkpoint_of(log)))


@given(logs(1), st.data())
def test_a_copied_entry_is_found(log: Log, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(log) - 1))
    to = data.draw(st.integers(0, len(log)))
    forged = [*log[:to], log[at], *log[to:]]
    assert not verify_entries(forged, None).ok
    assert not verify_entries(forged, checkpoint_of(log)).ok


@given(logs(1), st.data())
def test_removed_newest_entries_are_found_by_a_checkpoint_that_covers_them(
    log: Log, data: st.DataObject
) -> None:
    left = data.draw(st.integers(0, len(log) - 1))
    assert codes(verify_entries(log[:left], checkpoint_of(log))) == [("truncated", None)]
    alone = verify_entries(log[:left], None)
    assert alone.ok
    assert alone.cannot_exclude


@given(st.lists(CONTENTS, min_size=1, max_size=12), st.data())
def test_a_history_rewritten_with_all_hashes_is_found_by_a_checkpoint_that_covers_it(
    contents: list[dict[str, object]], data: st.DataObject
) -> None:
    log = log_of(contents)
    covered = data.draw(st.integers(1, len(log)))
    at = data.draw(st.integers(0, covered - 1))
    forged = log_of(
        [*contents[:at], {**contents[at], "data": {"forged": True}}, *contents[at + 1 :]]
    )
    report = verify_entries(forged, checkpoint_of(log[:covered]))
    assert codes(report) == [("history-rewritten", None)]
    assert verify_entries(forged, checkpoint_of(log[:at])).ok
    assert verify_entries(forged, None).ok


@given(st.lists(CONTENTS, min_size=1, max_size=12), CONTENTS, st.data())
def test_an_entry_inserted_and_all_renumbered_is_found_by_a_checkpoint(
    contents: list[dict[str, object]], extra: dict[str, object], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(contents) - 1))
    new = {**extra, "data": {"forged": True}}
    forged = log_of([*contents[:at], new, *contents[at:]])
    report = verify_entries(forged, checkpoint_of(log_of(contents)))
    assert codes(report) == [("history-rewritten", None)]


def test_one_fault_is_told_once_and_where() -> None:
    log = sample(9)
    cases = {
        "kind": (log[4]._replace(kind="missed"), [("column-differs", 5)]),
        "leaf": (log[4]._replace(leaf_hash=bytes(32)), [("leaf-hash", 5), ("chain-hash", 5)]),
        "chain": (log[4]._replace(chain_hash=bytes(32)), [("chain-hash", 5), ("chain-hash", 6)]),
    }
    for forged, expected in cases.values():
        assert codes(verify_entries([*log[:4], forged, *log[5:]], None)) == expected


def test_exchanged_neighbours_are_told_as_gap_and_order() -> None:
    log = sample(4)
    found = codes(verify_entries([log[0], log[2], log[1], log[3]], None))
    assert [item for item in found if item[0].startswith("seq")] == [
        ("seq-gap", 3),
        ("seq-order", 2),
        ("seq-gap", 4),
    ]


def test_an_entry_twice_in_a_row_is_told_as_a_duplicate() -> None:
    log = sample(2)
    assert ("seq-duplicate", 1) in codes(verify_entries([log[0], *log], None))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "body-not-canonical"),
        ("{", "body-not-canonical"),
        ("[" * 100_000, "body-not-canonical"),
        ("9" * 10_000, "body-not-canonical"),
        ('"\ud800"', "body-not-canonical"),
        ('{"a": 1}', "body-not-canonical"),
        ("null", "body-malformed"),
        ("[]", "body-malformed"),
        ("{}", "body-malformed"),
    ],
)
def test_any_text_in_place_of_a_body_is_reported(body: str, code: str) -> None:
    forged = sample(1)[0]._replace(body=body)
    assert codes(verify_entries([forged], None)) == [(code, 1), ("leaf-hash", 1)]


def test_a_body_of_another_shape_is_reported_even_with_fitting_hashes() -> None:
    entry = sample(1)[0]
    for old, new in [('"v":1', '"v":2'), ('"seq":1', '"seq":true'), ('"corrects":null,', "")]:
        text = entry.body.replace(old, new)
        leaf = leaf_hash(text.encode())
        forged = entry._replace(body=text, leaf_hash=leaf, chain_hash=chain_hash(GENESIS, leaf))
        assert codes(verify_entries([forged], None)) == [("body-malformed", 1)]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("source", "\ud800", "body-not-canonical"),
        ("kind", "", "body-malformed"),
        ("source", "", "body-malformed"),
        ("subject", "", "body-malformed"),
        ("unit", "", "body-malformed"),
        ("seq", 0, "body-malformed"),
        ("seq", 2**53 + 1, "body-not-canonical"),
    ],
)
def test_a_column_that_no_entry_has_is_reported_though_the_text_says_the_same(
    column: str, value: str | int, code: str
) -> None:
    entry = sample(1)[0]
    body = {**json.loads(entry.body), column: value}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    forged = entry._replace(body=text, **{column: value})
    assert (code, value if column == "seq" else 1) in codes(verify_entries([forged], None))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"data":{', '"data":{"b":1,"a":2,', "body-not-canonical"),
        ('"data":{', '"data":{"a":1, ', "body-not-canonical"),
        ('"data":{', '"data":{"a":1.0,', "body-not-canonical"),
        ('"data":{', '"data":{"a":1,"a":1,', "body-not-canonical"),
        ('"corrects":null', '"corrects":1', "body-malformed"),
        ('"corrects":null', '"corrects":0', "body-malformed"),
        ('"corrects":null', '"corrects":01', "body-not-canonical"),
        ('"corrects":null', '"corrects":true', "body-malformed"),
    ],
)
def test_data_and_corrections_are_read_closely(old: str, new: str, code: str) -> None:
    entry = sample(1)[0]
    empty = re.sub(r'"data":\{[^}]*\}', '"data":{"z":0}', entry.body)
    assert ("leaf-hash", 1) in codes(verify_entries([entry._replace(body=empty)], None))
    forged = entry._replace(body=empty.replace(old, new))
    assert (code, 1) in codes(verify_entries([forged], None))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("seq", "1"),
        ("at", None),
        ("at", START),
        ("kind", 5),
        ("source", None),
        ("subject", b"ab"),
        ("unit", 5),
        ("body", None),
        ("body", b"{}"),
        ("leaf_hash", "ab"),
        ("chain_hash", None),
    ],
)
def test_a_value_of_another_type_is_reported(column: str, value: object) -> None:
    log = sample(3)
    forged = [log[0], log[1]._replace(**{column: value}), log[2]]
    assert codes(verify_entries(forged, checkpoint_of(log))) == [
        ("column-unreadable", 2),
        ("chain-hash", 3),
        ("history-rewritten", None),
    ]


@pytest.mark.parametrize("at", ["2026-01-01T00:00:00.000000", "2026-01-01 00:00:00.000000Z", "x"])
def test_a_time_that_is_written_otherwise_differs_from_the_hashed_one(at: str) -> None:
    forged = sample(1)[0]._replace(at=at)
    assert codes(verify_entries([forged], None)) == [("column-differs", 1)]


@pytest.mark.parametrize("at", ["2026-02-30T00:00:00.000000Z", "2026-01-01T24:00:00.000000Z", "Z"])
def test_a_time_that_never_was_is_reported_though_text_and_column_agree(at: str) -> None:
    entry = sample(1)[0]
    forged = entry._replace(at=at, body=entry.body.replace(entry.at, at))
    assert codes(verify_entries([forged], None))[0] == ("body-malformed", 1)


def test_problems_are_kept_up_to_a_limit_and_counted_beyond() -> None:
    entry = sample(1)[0]

    def copies() -> Iterator[StoredEntry]:
        for _ in range(MAX_PROBLEMS + 1):
            yield entry

    report = verify_entries(copies(), None)
    assert len(report.problems) == MAX_PROBLEMS
    assert report.problem_count == 2 * MAX_PROBLEMS
    assert not report.ok


def test_an_empty_ledger_verifies_and_has_the_empty_root() -> None:
    report = verify_entries([], Checkpoint("log.example", 0, EMPTY_ROOT))
    assert (report.ok, report.entries, report.root) == (True, 0, EMPTY_ROOT)


def test_the_report_says_what_it_cannot_exclude() -> None:
    log = sample(5)
    alone = [str(text) for text in verify_entries(log, None).cannot_exclude]
    assert len(alone) == 2
    assert "whole history was rewritten" in alone[0]
    assert "newest entries were removed" in alone[1]

    partly = [str(text) for text in verify_entries(log, checkpoint_of(log[:3])).cannot_exclude]
    assert len(partly) == 2
    assert all("after the checkpoint, beyond the first 3," in text for text in partly)

    (removal,) = verify_entries(log, checkpoint_of(log)).cannot_exclude
    assert "beyond the first 5, were removed" in str(removal)


def test_the_report_as_json_data() -> None:
    log = sample(3)
    report = verify_entries(log[:2], checkpoint_of(log))
    data = report.to_data()
    assert data == {
        "entries": 2,
        "root": checkpoint_of(log[:2]).root.hex(),
        "ok": False,
        "problems": [
            {
                "code": "truncated",
                "seq": None,
                "message": "The checkpoint covers 3 entries, but the ledger has 2: "
                "entries were removed.",
            }
        ],
        "problem_count": 1,
        "cannot_exclude": [str(text) for text in report.cannot_exclude],
    }


def test_messages_render_in_the_language_that_is_asked_for() -> None:
    report = verify_entries(sample(3)[1:], None)
    (first, *_) = report.to_data(lambda text: f"«{text}»")["problems"]
    assert first["message"].startswith("«Entry 2 is where entry 1")
