"""Columns of a table of questions: recognised by their headers, or by what stands in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from quizengine.bank.exchange.layouts import Column, Layout
from quizengine.bank.exchange.typed_answers import difficulty_of, letters_of
from quizengine.bank.exchange.typed_words import kind_of, truth_of

# Field → headers as `header_key` makes them; the first one is what our own files say. The others
# are those of 考试星, 问卷星, 学习通, 雨课堂 and of lists that offices keep themselves.
HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("编号", "试题编号", "题目编号", "id"),
    "number": ("序号", "题号", "no", "number"),
    "type": (
        "题型", "试题类型", "题目类型", "题型名称", "试题题型", "类型", "type", "questiontype",
    ),
    "part": ("小题", "小题号", "子题"),
    "stem": (
        "题干", "题目", "试题", "试题内容", "题目内容", "题目描述", "试题题干", "题面", "问题",
        "内容", "题干内容", "题目标题", "题目名称", "试题题目", "stem", "question", "title",
    ),
    "options": ("选项", "备选答案", "备选项", "候选项", "选项内容", "答案选项", "options"),
    "answer": (
        "答案", "正确答案", "参考答案", "标准答案", "试题答案", "answer", "key", "correctanswer",
    ),
    "explanation": (
        "解析", "答案解析", "试题解析", "题目解析", "解析说明", "详解", "答案说明", "explanation",
    ),
    "basis": ("依据", "法律依据", "法规依据", "政策依据", "出处", "来源", "试题依据", "basis"),
    "difficulty": ("难度", "难易度", "难易程度", "难度系数", "试题难度", "难度等级", "difficulty"),
    "topics": (
        "知识点", "考点", "考查点", "知识点名称", "章节", "目录", "分类", "试题分类", "题目分类",
        "所属分类", "题库分类", "topics", "topic", "category",
    ),
    "tiers": ("受众", "适用对象", "适用人员", "受众层级", "层级", "人员类别", "tiers", "tier"),
    "points": ("分值", "分数", "默认分数", "默认分值", "题目分数", "得分", "points", "score"),
    "cognitive_level": ("认知层次", "能力层次"),
    "pool": ("用途", "题库用途"),
    "valid": ("有效期",),
    "revision": ("修订号",),
    "key_points": ("得分点", "评分标准", "评分要点", "采分点"),
    "any_order": ("填空顺序",),
    "left": ("左列",),
    "right": ("右列",),
}  # fmt: skip
_FIELDS = {header: field for field, headers in HEADERS.items() for header in headers}
_OPTION = re.compile(r"(?:选项|答案|备选|备选项|选择项|option)?([a-l])(?:选项|项|答案)?")
_OPTION_NUMBER = re.compile(
    r"(?:选项|备选答案|备选项|option|答案)([1-9]|1[0-2]|[一二三四五六七八九])"
)
_NUMERALS = "一二三四五六七八九"
OPTION_FIELDS = tuple(f"option_{letter}" for letter in "abcdefghijkl")
_HEADER_WITHIN = 15
# So large a share of the cells of a column must be of a kind, to tell the column by them.
_SHARE = 0.8


def header_key(cell: str) -> str:
    """A header without case, spaces, marks and notes: `题干（必填）*` → `题干`."""
    text = unicodedata.normalize("NFKC", cell).casefold()
    return re.sub(r"\(.*?\)|\[.*?\]|[\s*:_\-/、.]", "", text)


def field_of(header: str) -> str:
    """The field that a header names; "" if none."""
    key = header_key(header)
    if key in _FIELDS:
        return _FIELDS[key]
    letter, number = _OPTION.fullmatch(key), _OPTION_NUMBER.fullmatch(key)
    if letter:
        return f"option_{letter[1]}"
    if number:
        sign = number[1]
        place = int(sign) if sign.isdecimal() else _NUMERALS.index(sign) + 1
        return OPTION_FIELDS[place - 1]
    return ""


def layout_of(rows: Sequence[Sequence[str]], chosen: Mapping[int, str] | None = None) -> Layout:
    """The layout of a sheet; `chosen` are fields by column that a person has decided."""
    header = _header_row(rows)
    found = _by_header(rows[header]) if header >= 0 else {}
    known = {column.field for column in found.values()}
    if not {"stem", "answer"} <= known:
        found = _by_content(rows[header + 1 :], found)
    width = max((len(row) for row in rows), default=0)
    names = rows[header] if header >= 0 else ()
    columns = [
        found.get(index) or Column(index, names[index] if index < len(names) else "", "", 1.0)
        for index in range(width)
    ]
    for index, field in (chosen or {}).items():
        if index < len(columns):
            columns[index] = Column(index, columns[index].header, field, 1.0)
    return Layout(header, tuple(columns))


def _header_row(rows: Sequence[Sequence[str]]) -> int:
    scores = [len({field_of(cell) for cell in row} - {""}) for row in rows[:_HEADER_WITHIN]]
    best = max(scores, default=0)
    return scores.index(best) if best >= 2 else -1


def _by_header(row: Sequence[str]) -> dict[int, Column]:
    found: dict[int, Column] = {}
    taken: set[str] = set()
    for index, cell in enumerate(row):
        field = field_of(cell)
        if field and field not in taken:
            taken.add(field)
            found[index] = Column(index, cell, field, 1.0)
    return found


def _by_content(rows: Sequence[Sequence[str]], found: dict[int, Column]) -> dict[int, Column]:
    """Add the columns that their content shows: type, answer, stem, then options by place."""
    result = dict(found)
    taken = {column.field for column in found.values()}
    width = max((len(row) for row in rows), default=0)
    cells = {
        index: [row[index] for row in rows if index < len(row) and row[index]]
        for index in range(width)
        if index not in found
    }

    def give(field: str, index: int | None, sure: float) -> None:
        if index is not None and field not in taken:
            taken.add(field)
            result[index] = Column(index, "", field, sure)
            cells.pop(index, None)

    give("type", _first(cells, lambda cell: bool(kind_of(cell)) and len(cell) <= 8), 0.9)
    give("answer", _first(cells, _is_answer), 0.85)
    longest = max(cells, key=lambda index: _length(cells[index]), default=None)
    stem = _first_long(cells)
    give("stem", stem if stem is not None else longest, 0.75)
    give("number", _first(cells, str.isdecimal), 0.7)
    give("difficulty", _first(cells, lambda cell: difficulty_of(cell) is not None), 0.7)
    answer = next((i for i, column in result.items() if column.field == "answer"), width)
    start = next((i for i, column in result.items() if column.field == "stem"), -1)
    between = [index for index in sorted(cells) if start < index < answer and cells[index]]
    for field, index in zip(OPTION_FIELDS, between, strict=False):
        give(field, index, 0.75)
    behind = [index for index in sorted(cells) if index > answer and _length(cells[index]) > 8]
    give("explanation", behind[0] if behind else None, 0.6)
    return result


def _first(cells: Mapping[int, list[str]], fits: object) -> int | None:
    assert callable(fits)
    for index in sorted(cells):
        texts = cells[index]
        if texts and sum(map(fits, texts)) >= _SHARE * len(texts):
            return index
    return None


def _is_answer(cell: str) -> bool:
    letters = letters_of(cell)
    return (letters is not None and not letters.rest) or truth_of(cell) is not None


def _first_long(cells: Mapping[int, list[str]]) -> int | None:
    """The first column whose texts are nearly as long as those of the longest one."""
    most = max((_length(texts) for texts in cells.values()), default=0)
    return next((i for i in sorted(cells) if most and _length(cells[i]) >= 0.6 * most), None)


def _length(texts: list[str]) -> float:
    return sum(map(len, texts)) / len(texts) if texts else 0.0
