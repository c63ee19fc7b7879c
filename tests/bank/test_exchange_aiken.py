"""Aiken as the format says and as people write it, and there and back again."""

from __future__ import annotations

from anyquestions import plain, question_of, questions
from hypothesis import Phase, given, settings

from quizengine.bank.exchange.aiken import read, write
from quizengine.domain.questions import Question
from quizengine.domain.registry import Registry

REGISTRY = Registry()
OWN = ("stem", "type", "options", "answer")


@settings(max_examples=25, phases=(Phase.explicit, Phase.generate))
@given(questions())
def test_what_aiken_holds_is_equal_after_writing_and_reading(question: Question) -> None:
    written = write([question], REGISTRY)
    reading = read(written.data, "x.txt")
    assert reading.unread == () and reading.unclaimed() == []
    changed = {loss.field for loss in written.losses}
    assert {"id", "tiers", "topics"} <= changed or "question" in changed
    assert len(reading.drafts) == ("question" not in changed)
    for draft in reading.drafts:
        back = plain(question_of(draft, tiers=question.tiers, topics=question.topics))
        wanted = plain(question)
        kept = [name for name in OWN if name not in changed and "options" not in changed]
        assert {name: back[name] for name in kept} == {name: wanted[name] for name in kept}


SAMPLES = """What is the correct answer to this question?
A. Is it this one?
B. Maybe this answer?
C. Possibly this one?
ANSWER: C

下列哪些属于国家秘密
的密级？
（Ａ）绝密
（Ｂ）机密
级
c、内部
Answer : A, B
地球是圆的。
A) 正确
B) 错误
答案：Ｂ

没有答案的题
A. 甲
B. 乙

ANSWER: A

答案不对
A. 甲
B. 乙
ANSWER: D
尾注
"""


def test_what_people_write_is_read_or_named() -> None:
    reading = read(SAMPLES.encode("utf-16"), "x.txt")
    assert reading.unclaimed() == []
    assert [unread.line.text for unread in reading.unread] == ["尾注"]
    first, levels, earth, bare, wrong = reading.drafts
    assert (first.type, first.answer, len(first.options)) == ("single", ["c"], 3)
    assert (levels.type, levels.answer) == ("multiple", ["a", "b"])
    assert levels.stem == "下列哪些属于国家秘密\n的密级？"
    assert levels.options[1] == ("b", "机密\n级")
    assert (earth.type, earth.answer) == ("true_false", ["b"])
    assert bare.answer == ["a"]
    assert wrong.answer is None and [need.code for need in wrong.needs] == ["answer-unreadable"]
