"""Answers that give themselves away are warned of, with figures, until somebody clears them."""

from __future__ import annotations

from typing import Any

from quizengine.domain.leaks import check_leaks, place_bias
from quizengine.domain.questions import Question, question_from_data

OPTIONS = {
    "a": "报告本单位保密工作机构并立即采取补救措施",
    "b": "不予理睬",
    "c": "自行删除",
    "d": "转告同事",
}


def question(**fields: Any) -> Question:
    data = {"id": "x-1", "type": "single", "tiers": ["leader"], "topics": ["basics"], "stem": "？"}
    return question_from_data({**data, "options": OPTIONS, "answer": ["a"], **fields})


def codes(asked: Question) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in check_leaks(asked)]


def test_the_longest_option_is_told_unless_it_is_cleared_or_wrong() -> None:
    found = list(check_leaks(question()))
    assert [(f.code, f.path) for f in found] == [("longest-option", ("options", "a"))]
    assert "20 characters, the next one 4" in str(found[0].text)
    assert codes(question(answer=["b"])) == []
    cleared = [{"code": "longest-option", "reason": "条文原意", "by": "审核组"}]
    assert codes(question(cleared=cleared)) == []
    near = {**OPTIONS, "b": "在工作群里说明情况并且等待通知"}
    assert codes(question(options=near)) == []
    part = {"id": "p1", "type": "single", "stem": "？", "options": OPTIONS, "answer": ["a"]}
    case = {"id": "x-2", "type": "case", "tiers": ["leader"], "topics": ["basics"], "stem": "？"}
    asked = question_from_data({**case, "parts": [part]})
    assert [f.path for f in check_leaks(asked)] == [("parts", 0, "options", "a")]


def test_an_explanation_with_the_other_verdict_is_told() -> None:
    def verdicts(explanation: str) -> list[list[tuple[str, str]]]:
        kind = {"type": "true_false", "options": {"a": "正确", "b": "错误"}}
        given = {**kind, "explanation": explanation}
        return [codes(question(**given, answer=answer)) for answer in (["a"], ["b"])]

    told = [("explanation-contradicts", "warning")]
    assert verdicts("错误。期满自行解密。") == [told, []]
    assert verdicts("该说法正确，义务不因离岗消失。") == [[], told]
    assert verdicts("不正确：还要审批。") == verdicts("说法不对，还要审批。")
    for plain in ("对涉密人员实行分类管理。", "正确的做法是报告。", "错误地标注密级的，应当纠正。"):
        assert verdicts(plain) == [[], []], plain


def test_places_of_right_options_are_told_over_many_questions() -> None:
    options = {key: f"选项{key}" for key in "abcd"}
    even = [question(options=options, answer=["abcd"[n % 4]]) for n in range(100)]
    assert place_bias(even) is None and place_bias(even[:1] * 20) is None
    assert place_bias([*even, question(options=options, answer=["e"])]) is None
    told = place_bias([*even[:40], *[question(options=options, answer=["b"])] * 60])
    assert told is not None and "100 single choices" in str(told) and "b 70%" in str(told)
