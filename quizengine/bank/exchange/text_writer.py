"""Questions as a typed question bank that people can read and `text_format` reads back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from quizengine.bank.exchange.lawnames import LawNames, chinese, cite
from quizengine.bank.exchange.typed_fields import ANY_ORDER, LEVEL_WORDS, POOL_WORDS
from quizengine.bank.exchange.typed_lines import TypedLine, is_wrapped, typed_lines
from quizengine.domain.asked import (
    Asked,
    Fill,
    KeyPoint,
    Match,
    Multiple,
    Numeric,
    Order,
    Short,
    Single,
    TrueFalse,
)
from quizengine.domain.questions import CaseQuestion, Question
from quizengine.domain.registry import Registry

TITLES = {
    "single": "单项选择题", "multiple": "多项选择题", "true_false": "判断题", "fill": "填空题",
    "numeric": "数值题", "short": "简答题", "order": "排序题", "match": "匹配题",
    "case": "案例题",
}  # fmt: skip
_LEVELS = {value: word for word, value in LEVEL_WORDS.items()}
_POOLS = {value: word for word, value in POOL_WORDS.items()}
_LABELS = {
    "difficulty": "难度", "topics": "知识点", "tiers": "受众", "cognitive_level": "认知层次",
    "pool": "用途", "id": "编号", "valid": "有效期", "revision": "修订号",
}  # fmt: skip
_USUAL_WORDS = ["正确", "错误"]


def text_of(questions: Sequence[Question], registry: Registry) -> str:
    """The questions by type, numbered within each section, with answers and all labels."""
    return "\n".join(text_lines(questions, registry)) + "\n"


def text_lines(questions: Sequence[Question], registry: Registry) -> Iterator[str]:
    """The lines of `text_of`."""
    names = LawNames(registry)
    kinds = [kind for kind in TITLES if any(q.type == kind for q in questions)]
    for section, kind in enumerate(kinds, 1):
        yield from (
            ("", f"{chinese(section)}、{TITLES[kind]}")
            if section > 1
            else (f"{chinese(section)}、{TITLES[kind]}",)
        )
        of_kind = [question for question in questions if question.type == kind]
        for number, question in enumerate(of_kind, 1):
            yield ""
            yield from _question(question, number, registry, names)


def _question(
    question: Question, number: int, registry: Registry, names: LawNames
) -> Iterator[str]:
    yield from _long(f"{number}. ", question.stem)
    if isinstance(question, CaseQuestion):
        for place, part in enumerate(question.parts, 1):
            tag = f"（{place}）【{TITLES[part.type]}】（{part.points.normalize():f}分）"
            yield from _long(tag, part.stem)
            yield from _asked(part, part.explanation)
        if question.explanation:
            yield from _long("全题解析：", question.explanation)
    else:
        yield from _asked(question, question.explanation)
    yield from _labels(question, registry, names)


def _asked(asked: Asked, explanation: str | None) -> Iterator[str]:
    for line in lettered(options_of(asked)):
        yield from _long("", line)
    if isinstance(asked, Match):
        for label, options in (("左列：", asked.left), ("右列：", asked.right)):
            for line in lettered(options):
                yield from _long(label, line)
    if isinstance(asked, Short):
        if asked.answer:
            yield from _long("答案：", asked.answer)
        for point in asked.key_points:
            yield from _long("得分点：", key_point_text(point))
    else:
        yield f"答案：{answer_text(asked)}"
    if isinstance(asked, Fill) and asked.any_order:
        yield f"填空顺序：{ANY_ORDER}"
    if explanation:
        yield from _long("解析：", explanation)


def options_of(asked: Asked) -> dict[str, str]:
    """The options that are written out: those of a true/false question only if unusual."""
    if isinstance(asked, TrueFalse) and list(asked.options.values()) == _USUAL_WORDS:
        return {}
    return asked.options if isinstance(asked, Single | Multiple | Order | TrueFalse) else {}


def key_point_text(point: KeyPoint) -> str:
    """A key point as `key_point` reads it: （2分）text（关键词：a、b）."""
    words = f"（关键词：{'、'.join(point.keywords)}）" if point.keywords else ""
    return f"（{point.points.normalize():f}分）{point.text}{words}"


def lettered(options: dict[str, str]) -> list[str]:
    """The options with the letters A, B … by their places."""
    return [f"{_letter(place)}. {text}" for place, text in enumerate(options.values())]


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _letters(keys: Sequence[str], options: dict[str, str]) -> list[str]:
    order = list(options)
    return [_letter(order.index(key)) for key in keys if key in options]


def answer_text(asked: Asked) -> str:
    """The answer as people write it, with letters by the places of the options."""
    if isinstance(asked, TrueFalse):
        if list(asked.options.values()) == _USUAL_WORDS:
            first = next(iter(asked.options))
            return _USUAL_WORDS[asked.answer != [first]]
        return "".join(_letters(asked.answer, asked.options))
    if isinstance(asked, Single | Multiple | Order):
        return "".join(_letters(asked.answer, asked.options))
    if isinstance(asked, Fill):
        return "；".join(" | ".join(variants) for variants in asked.answer)
    if isinstance(asked, Numeric):
        return "；".join(_number(q.value, q.tolerance, q.unit) for q in asked.answer)
    if isinstance(asked, Match):
        pairs = (
            f"{_letters([left], asked.left)[0]}-{_letters([right], asked.right)[0]}"
            for left, right in asked.answer.items()
            if left in asked.left and right in asked.right
        )
        return "、".join(pairs)
    return ""


def _number(value: Any, tolerance: Any, unit: str | None) -> str:
    text = f"{value:f}" + (f"±{tolerance:f}" if tolerance else "")
    return f"{text} {unit}" if unit else text


def _labels(question: Question, registry: Registry, names: LawNames) -> Iterator[str]:
    if question.basis:
        yield f"依据：{'；'.join(cite(basis, registry) for basis in question.basis)}"
    elif question.explanation and any(names.cited_in(question.explanation)):
        yield "依据：无"
    for name, text in labels_of(question).items():
        yield f"{_LABELS[name]}：{text}"


def labels_of(question: Question) -> dict[str, str]:
    """Tags of the question as people write them, by field."""
    labels = {
        "difficulty": str(question.difficulty),
        "topics": "、".join(question.topics),
        "tiers": "、".join(question.tiers),
        "cognitive_level": _LEVELS[question.cognitive_level],
        "pool": _POOLS[question.pool],
        "id": question.id,
    }
    valid = question.valid
    if valid.from_ or valid.to:
        labels["valid"] = f"{valid.from_ or ''}至{valid.to or ''}"
    if question.revision > 1:
        labels["revision"] = str(question.revision)
    return labels


def _long(lead: str, text: str) -> Iterator[str]:
    """A text of several lines; a blank line where the next one would seem to go on."""
    before: TypedLine | None = None
    for number, line in enumerate((lead + text).split("\n")):
        read = next(iter(typed_lines(line)), None)
        if number and before and read and is_wrapped(before, read):
            yield ""
        yield line
        before = read
