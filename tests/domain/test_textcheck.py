"""Texts that point at an option by its letter, and texts that carry a marking."""

from __future__ import annotations

import pytest

from quizengine.domain.questions import question_from_data
from quizengine.domain.textcheck import check_texts


def codes(text: str, **fields: object) -> list[str]:
    """Codes found in a question whose explanation is `text`."""
    data = {
        "id": "test-0001",
        "type": "single",
        "tiers": ["t"],
        "topics": ["t"],
        "stem": "问",
        "options": {"a": "一", "b": "二"},
        "answer": ["a"],
        "explanation": text,
    }
    return [finding.code for finding in check_texts(question_from_data({**data, **fields}))]


@pytest.mark.parametrize(
    "text",
    [
        "选B。",
        "选项B",
        "B项",
        "故选 B",
        "故选b",
        "答案是C",
        "正确答案：D",
        "Ｂ项正确",
        "A、B正确",
        "选ABC",
        "ABD三项",
        "A、B两项",
        "AB项",
        "A和B正确",
        "A不正确",
        "A是错误的",
        "A对，",
        "（B）项",
        "【A】正确",
        "A：错误",
        "A，B，C均正确",
        "b项",
        "b选项",
        "选项 b",
        "D 说法正确",
        "D的说法不正确",
        "排除A、B",
        "第二个选项",
        "以上都对",
        "option b",
        "The answer is B",
        "A and C are wrong",
    ],
)
def test_a_text_may_not_name_an_option_by_its_letter(text: str) -> None:
    assert codes(text) == ["option-letter"]


@pytest.mark.parametrize(
    "text",
    [
        "A级",
        "B超",
        "U盘",
        "A4纸",
        "甲方A公司",
        "5G",
        "C盘",
        "AI",
        "AI都",
        "选择A级",
        "选择C盘",
        "选用A4纸",
        "A级项目",
        "A项目",
        "选择A公司",
        "A类正确",
        "选CAD",
        "选择GB",
        "选择APP",
        "BBC都",
        "选C919",
        "选B站",
        "EDA正确",
        "各项均可",
        "前款第一项",
        "甲项目",
        "选派",
        "A座",
        "a类",
        "第一项",
    ],
)
def test_the_letter_in_a_name_is_no_option(text: str) -> None:
    assert codes(f"说明:{text}。") == []


@pytest.mark.parametrize(
    "text",
    [
        "机密★10年",
        "秘密★",
        "绝密★长期",
        "机密 ★ 5 年",
        "★机密",
        "机 密★",
        "秘密级★",
        "机密＊5年",
        "机密⭐10年",
        "★6个月",
        "★ 长期",
        "机密（★）",
        "【机密】★",
        "机\u200b密★",
        "国家秘密★10年",
    ],
)
def test_a_classification_marking_needs_a_clearance_for_this_code(text: str) -> None:
    marked = f"写有“{text}”的文件"
    other = [{"code": "option-letter", "reason": "讲解标志", "by": "审核组"}]
    own = [{"code": "classification-mark", "reason": "讲解标志", "author": "李某", "by": "审核组"}]
    assert codes(marked) == ["classification-mark"]
    assert codes(marked, cleared=other) == ["classification-mark"]
    assert codes(marked, cleared=own) == []
    assert codes("说明", stem=marked) == codes("说明", options={"a": marked, "b": "二"})


@pytest.mark.parametrize("text", ["机密级文件", "五★酒店", "机密、秘密", "★重点", "国家秘密*"])
def test_words_and_stars_alone_are_no_marking(text: str) -> None:
    assert codes(text) == []
