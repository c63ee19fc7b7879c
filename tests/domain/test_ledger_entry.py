"""What an entry holds, and the bytes and hashes that are made of it."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.entry import (
    GENESIS,
    chain_hash,
    entry_body,
    entry_bytes,
    entry_text,
    is_entry_body,
    subject_digest,
    timestamp,
)

AT = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)
FIELDS: dict[str, object] = {
    "seq": 7,
    "at": AT,
    "kind": "result",
    "source": "sitting:12:result",
    "subject": "ab" * 32,
    "unit": "school/history",
    "data": {"score": "87.50", "passed": True, "exam": "保密常识"},
    "corrects": None,
}


def body_with(**changes: object) -> dict[str, object]:
    return entry_body(**{**FIELDS, **changes})


def test_the_bytes_of_an_entry() -> None:
    assert entry_bytes(body_with()).decode() == (
        '{"at":"2026-05-01T08:30:00.000000Z","corrects":null,'
        '"data":{"exam":"保密常识","passed":true,"score":"87.50"},'
        '"kind":"result","seq":7,"source":"sitting:12:result",'
        f'"subject":"{"ab" * 32}","unit":"school/history","v":1}}'
    )


@given(
    at=st.datetimes(timezones=st.timezones(), min_value=datetime(2, 1, 1)),
    data=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.lists(st.just("1.50")),
    ),
)
def test_an_entry_reads_back_as_it_was_built(at: datetime, data: dict[str, object]) -> None:
    body = body_with(at=at, data=data)
    assert json.loads(entry_bytes(body)) == body
    assert is_entry_body(body)


ANY_TEXT = st.text(max_size=5)  # lone surrogates too
PARTS = st.fixed_dictionaries(
    {
        "seq": st.integers(0, 3) | st.sampled_from([2**53, 2**53 + 1, True, 1.0]),
        "at": st.datetimes(timezones=st.none() | st.just(UTC)),
        "kind": ANY_TEXT,
        "source": ANY_TEXT,
        "subject": st.none() | ANY_TEXT,
        "unit": st.none() | ANY_TEXT,
        "data": st.dictionaries(
            ANY_TEXT | st.integers(0, 1),
            st.recursive(
                st.none() | st.booleans() | ANY_TEXT | st.integers() | st.floats(),
                lambda inner: (
                    st.lists(inner, max_size=2)
                    | st.tuples(inner)
                    | st.dictionaries(ANY_TEXT | st.integers(0, 1), inner, max_size=2)
                ),
                max_leaves=3,
            ),
            max_size=3,
        ),
        "corrects": st.none() | st.integers(-1, 3),
    }
)


def _or_refused(build: Callable[[], bytes]) -> bytes | None:
    try:
        return build()
    except ValueError:
        return None


@given(PARTS)
def test_the_quick_text_is_that_of_the_general_way_or_both_refuse(parts: dict[str, Any]) -> None:
    quick = _or_refused(lambda: entry_text(**{**parts, "at": timestamp(parts["at"])}).encode())
    assert quick == _or_refused(lambda: entry_bytes(entry_body(**parts)))


def test_data_is_copied() -> None:
    data = {"answers": ["a"]}
    body = body_with(data=data)
    data["answers"].append("b")
    assert body["data"] == {"answers": ["a"]}


def test_time_is_utc_with_microseconds() -> None:
    beijing = timezone(timedelta(hours=8))
    assert timestamp(datetime(2026, 1, 1, 7, 0, 0, 5, beijing)) == "2025-12-31T23:00:00.000005Z"
    assert timestamp(datetime(26, 1, 1, tzinfo=UTC)) == "0026-01-01T00:00:00.000000Z"


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": 0},
        {"seq": True},
        {"seq": "7"},
        {"at": datetime(2026, 5, 1)},
        {"kind": ""},
        {"source": ""},
        {"source": None},
        {"subject": ""},
        {"unit": 3},
        {"data": {"score": 87.5}},
        {"data": {"score": Decimal("87.50")}},
        {"data": {"at": AT}},
        {"data": {"deep": [{"score": 1.0}]}},
        {"data": ["no", "object"]},
        {"corrects": 7},
        {"corrects": 8},
        {"corrects": 0},
        {"corrects": True},
    ],
)
def test_what_an_entry_does_not_hold_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        body_with(**changes)


@pytest.mark.parametrize("data", [{"n": 2**53 + 1}, {"s": "\ud800"}, {1: "key"}])
def test_what_canonical_json_cannot_hold_has_no_bytes(data: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        entry_bytes(body_with(data=data))


def test_an_entry_may_correct_an_earlier_one() -> None:
    assert body_with(corrects=6)["corrects"] == 6


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"extra": 1},
        {"at": "2026-05-01T08:30:00Z"},
        {"at": "2026-05-01T10:30:00.000000+02:00"},
        {"at": "0001-01-01T00:00:00.000000+14:00"},
        {"at": "yesterday"},
        {"at": 5},
    ],
)
def test_other_content_is_not_that_of_an_entry(changes: dict[str, object]) -> None:
    assert not is_entry_body({**body_with(), **changes})


def test_content_without_a_field_is_not_that_of_an_entry() -> None:
    body = body_with()
    del body["corrects"]
    assert not is_entry_body(body)


def test_chain_starts_at_32_zero_bytes_and_links_each_leaf() -> None:
    leaf = hashlib.sha256(b"leaf").digest()
    assert bytes(32) == GENESIS
    assert chain_hash(GENESIS, leaf) == hashlib.sha256(bytes(32) + leaf).digest()


def test_subject_digest_is_the_salted_sha256() -> None:
    salt = bytes(range(16))
    digest = hashlib.sha256(salt + "工号:1001".encode()).hexdigest()
    assert subject_digest("工号:1001", salt) == digest
    assert subject_digest("工号:1001", bytes(16)) != digest


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError):
        subject_digest("1001", bytes(15))
