"""When two typed texts or numbers count as the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.normalise import parse_number, plain_text, within


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("保守国家秘密法", "《保守国家秘密法》"),
        ("“机密”", "机密"),
        ("''机密''", "机密"),
        (" 机 密\u3000", "机密"),
        ("机\u200b密\ufeff", "机密"),
        ("e\u200b\u0301", "é"),
        ("ＵＳＢ　Ｋｅｙ", "usb key"),
        ("３０", "30"),
        ("机密。", "机密"),
        ("机密;", "机密；"),
        ("(机密)", "机密"),
        ("STRASSE", "straße"),
        ("30％", "30%"),
    ],
)
def test_texts_that_count_as_the_same(typed: str, meant: str) -> None:
    assert plain_text(typed) == plain_text(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("30%", "30"), ("-5", "5"), ("★", "☆"), ("机密", "秘密"), ("C++", "C"), ("《》", "")],
)
def test_texts_that_differ(typed: str, meant: str) -> None:
    assert plain_text(typed) != plain_text(meant)


@given(st.text())
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    once = plain_text(text)
    assert plain_text(once) == once


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("30", None, "30"),
        (" ３０ ", None, "30"),
        ("30年", "年", "30"),
        ("30 年", "年", "30"),
        ("30 ％", "%", "30"),
        ("1,000,000.5", None, "1000000.5"),
        ("1，000", None, "1000"),
        ("-2.50", None, "-2.5"),
        ("−3", None, "-3"),
        ("+.5", None, "0.5"),
        ("5.", None, "5"),
        ("1e3", None, "1000"),
    ],
)
def test_numbers_as_people_type_them(typed: str, unit: str | None, number: str) -> None:
    assert parse_number(typed, unit) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "-", ".", "e5", "many", "三十", "nan", "sNaN", "Infinity", "-inf", "1_000"),
        *("1,5", "10,00", "1 2", "30天", "0x1f", "1e9999", "1e999999999999999999", "٣", "1/2"),
    ],
)
def test_what_is_no_number(typed: str) -> None:
    assert parse_number(typed, "年") is None


def test_the_unit_alone_is_no_number() -> None:
    assert parse_number("年", "年") is None


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_every_plain_number_is_read_exactly(number: Decimal) -> None:
    assert parse_number(f"{number:,f} 年", "年") == number


@given(st.text(max_size=200), st.none() | st.text(max_size=5))
def test_any_text_is_a_number_or_none(text: str, unit: str | None) -> None:
    number = parse_number(text, unit)
    assert number is None or number.is_finite()


@pytest.mark.parametrize("number", ["9.95", "10", "10.05"])
def test_the_ends_of_the_tolerance_are_inside(number: str) -> None:
    assert within(Decimal(number), Decimal(10), Decimal("0.05"))


@pytest.mark.parametrize(
    "number", ["9.9499999999999999999999999999999999999", "10." + "05" + "0" * 150 + "1", "1e999"]
)
def test_a_hair_beyond_the_tolerance_is_outside(number: str) -> None:
    assert not within(Decimal(number), Decimal(10), Decimal("0.05"))
