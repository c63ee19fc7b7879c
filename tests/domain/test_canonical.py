"""RFC 8785, with the vectors of its sections 3.2.2 to 3.2.4 and of its appendix B."""

import enum
import json
import math
import struct
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.canonical import (
    canonical_json,
    canonical_plain,
    format_number,
    load_canonical,
)

# Appendix B: IEEE 754 bits and the text.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]

# Section 3.2.2 and the bytes of section 3.2.4.
SAMPLE = r"""{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"""
SAMPLE_BYTES = bytes.fromhex(
    "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a"
    "5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d3237"
    "5d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d"
)

# Section 3.2.3: sorting by UTF-16 code units puts the emoji before the Hebrew letter.
UNSORTED = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
}
SORTED_NAMES = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS
VALUES = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(("bits", "text"), NUMBERS)
def test_numbers_of_appendix_b(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical_json(value) == text.encode()


def test_sample_of_section_3_2_gives_the_published_bytes() -> None:
    assert canonical_json(json.loads(SAMPLE)) == SAMPLE_BYTES


def test_keys_are_sorted_by_utf16_code_units_as_in_section_3_2_3() -> None:
    assert list(json.loads(canonical_json(UNSORTED))) == SORTED_NAMES


def test_other_controls_are_escaped_in_lower_case_and_delete_is_not() -> None:
    assert canonical_json("\b\t\n\f\r\x00\x1f\x7f</é") == (
        '"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f</é"'.encode()
    )


def test_nothing_stands_between_the_tokens() -> None:
    assert canonical_json({"b": [], "a": {}, "": (1, [None])}) == b'{"":[1,[null]],"a":{},"b":[]}'


class Named(enum.StrEnum):
    ONE = "one"


class Numbered(enum.IntEnum):
    ONE = 1


def test_subclasses_are_written_as_what_they_hold() -> None:
    assert canonical_json([Named.ONE, Numbered.ONE, numpy.float64(0.5)]) == b'["one",1,0.5]'


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        "\ud800",
        {"\udfff": 1},
        {1: "x"},
        {None: "x"},
        2**53 + 1,
        -(2**53) - 1,
        b"bytes",
        {1, 2},
        object(),
    ],
)
def test_what_the_format_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical_json([value])


def test_integers_are_exact_up_to_two_to_the_53rd() -> None:
    assert canonical_json([2**53, -(2**53)]) == b"[9007199254740992,-9007199254740992]"


def test_a_value_that_contains_itself_is_refused() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(ValueError):
        canonical_json(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(value: float) -> None:
    assert float(format_number(value)) == value


@given(st.floats(min_value=1e-6, max_value=1e21, exclude_max=True))
def test_no_exponent_is_written_between_a_millionth_and_10_to_the_21st(value: float) -> None:
    assert "e" not in format_number(value)


@given(VALUES)
def test_the_bytes_read_back_as_the_value(value: object) -> None:
    # A double above 2^53 is written as an integer, with digits that only a double reads right.
    assert json.loads(canonical_json(value), parse_int=float) == value


NO_FLOATS = st.recursive(
    SCALARS | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def rfc_8785(value: Any) -> str:
    """RFC 8785 §3.2 word by word, for what has no floats; ValueError as the format asks."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{rfc_8785(name)}:{rfc_8785(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(rfc_8785, value)) + "]"
    if isinstance(value, int) and abs(value) > 2**53:
        raise ValueError("not exact")
    text = json.dumps(value, ensure_ascii=False)
    text.encode()  # a lone surrogate has no bytes
    return text


@given(st.dictionaries(st.text(max_size=4), NO_FLOATS, max_size=4))
def test_the_quick_ways_write_what_the_rfc_says_or_refuse(value: dict[str, object]) -> None:
    try:
        expected = rfc_8785(value)
    except ValueError:
        for write in (canonical_plain, canonical_json):
            with pytest.raises(ValueError):
                write(value)
        return
    assert canonical_plain(value) == expected
    assert canonical_json(value) == expected.encode()
    assert load_canonical(expected) == value


@given(VALUES)
def test_canonical_text_is_read_and_gives_the_same_bytes_again(value: object) -> None:
    text = canonical_json(value).decode()
    assert load_canonical(text) == value
    assert canonical_json(load_canonical(text)) == text.encode()


@given(st.dictionaries(TEXTS, VALUES, min_size=2, max_size=5), st.randoms())
def test_the_order_of_insertion_leaves_no_trace(value: dict[str, object], random: object) -> None:
    names = list(value)
    random.shuffle(names)
    assert canonical_json({name: value[name] for name in names}) == canonical_json(value)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        '"\\u0041"',
        '"\\/"',
        '"\\u001F"',
        "1.0",
        "1E2",
        "-0",
        "NaN",
        "Infinity",
        " 1",
        "1\n",
        "",
        "{",
        '"\ud800"',
        '"\\ud800"',
        "9007199254740993",
        "9" * 5_000,
        "[" * 100_000,
    ],
)
def test_text_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        load_canonical(text)
