"""The guard of a bank: what names a person, a place or a document is stopped, nothing else is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.guard import GUARDED, guarded

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def codes(text: str) -> list[str]:
    return [code for code, _ in guarded(unicodedata.normalize("NFKC", text))]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("文件上标着“机密★10年”。", "classification-mark"),
        ("【内部资料】第三期", "internal-mark"),
        ("封面印有“内部资料 注意保存”。", "internal-mark"),
        ("内部文件，不得外传", "internal-mark"),
        ("见校办发〔2024〕12号", "document-number"),
        ("按国保发［2019］第 3 号执行", "document-number"),
        ("身份证号11010519491231002X。", "id-number"),
        ("号码１１０１０５１９４９１２３１００２Ｘ", "id-number"),
        ("电话138 1234 5678", "phone-number"),
        ("拨打+86-13912345678", "phone-number"),
        ("位于北纬39度54分，东经116度23分", "geo-coordinates"),
        ("39°54′27″N 116°23′17″E", "geo-coordinates"),
        ("坐标（39.90420，116.40740）", "geo-coordinates"),
    ],
)
def test_what_is_stopped(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "不得把内部资料发到群里；内部文件由专人保管。",
        "国务院令第736号公布，2024年修订。",
        "身份证号110105194912310021",
        "编号202400001234567890，订单13812345678901",
        "保密期限10年，罚款5万元以上50万元以下，室温25.5度。",
        "版本3.1415；2024年5月1日",
        "机密级、秘密级文件各3份。",
    ],
)
def test_what_is_not_stopped(text: str) -> None:
    assert codes(text) == []


@given(st.dates().filter(lambda day: day.year >= 1900), st.integers(0, 999))
def test_each_valid_number_of_a_person_is_stopped_and_never_told_in_full(
    born: object, sequence: int
) -> None:
    digits = f"110105{str(born).replace('-', '')}{sequence:03}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    number = digits + "10X98765432"[total % 11]
    found = [(code, text) for code, text in guarded(f"（{number}）") if code == "id-number"]
    assert len(found) == 1
    assert number not in str(found[0][1]) and "id-number" in GUARDED
