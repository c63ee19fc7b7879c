"""Where lists of answers stand in a typed bank: behind 参考答案, up to the next questions."""

from __future__ import annotations

from quizengine.bank.exchange.typed_keys import compact, entries
from quizengine.bank.exchange.typed_lines import TypedLine
from quizengine.bank.exchange.typed_marks import (
    heading_kind,
    is_key_heading,
    labels_in,
    number_at,
    options_in,
)


def split_regions(lines: list[TypedLine]) -> list[tuple[bool, list[TypedLine]]]:
    """The lines in stretches, each either questions (False) or a list of answers (True)."""
    stretches: list[tuple[bool, list[TypedLine]]] = []
    begin = 0
    for index in range(len(lines)):
        if index < begin or not _opens_key(lines, index):
            continue
        if index > begin:
            stretches.append((False, lines[begin:index]))
        end = _key_end(lines, index)
        stretches.append((True, lines[index:end]))
        begin = end
    if begin < len(lines):
        stretches.append((False, lines[begin:]))
    return stretches


def _opens_key(lines: list[TypedLine], index: int) -> bool:
    text = lines[index].plain
    if not is_key_heading(text):
        return _is_list(text)
    if index + 1 == len(lines) or index == 0:
        return False
    below = lines[index + 1].plain
    if heading_kind(below) is not None or len(entries(below)[1] or ()) > 1:
        return True
    number = number_at(below)
    if number is None or number.value != 1:
        return compact(below) is not None and number is not None
    entry = compact(below) or labels_in(below[number.end :])
    return bool(entry) or not _answered_before(lines, index)


def _is_list(text: str) -> bool:
    """Whether the line is 答案：1.A 2.B 3.C, or a bare 1-5 ABCDA 6-10 BCDAB."""
    labels = labels_in(text)
    labelled = bool(labels) and labels[0].start == 0 and labels[0].field == "answer"
    if not labelled and "-" not in text:
        return False
    found = entries(text)[1] or []
    return len(found) > 2 or (len(found) > 1 and found[0].number == 1)


def _answered_before(lines: list[TypedLine], index: int) -> bool:
    return any(label.field == "answer" for line in lines[:index] for label in labels_in(line.plain))


def _key_end(lines: list[TypedLine], index: int) -> int:
    """The first line behind the list: where questions with options begin again."""
    if not is_key_heading(lines[index].plain):
        return index + 1 + _further(lines, index + 1)
    for at in range(index + 1, len(lines)):
        below = lines[at + 1].plain if at + 1 < len(lines) else ""
        marks = options_in(lines[at].plain, "A", below)
        if marks and marks[0].letter == "A" and (len(marks) > 1 or marks[0].start == 0):
            return _question_above(lines, at, index)
    return len(lines)


def _further(lines: list[TypedLine], start: int) -> int:
    count = 0
    while start + count < len(lines) and compact(lines[start + count].plain):
        count += 1
    return count


def _question_above(lines: list[TypedLine], at: int, index: int) -> int:
    start = at
    while start > index + 1 and number_at(lines[start].plain) is None:
        start -= 1
    while start > index + 1 and heading_kind(lines[start - 1].plain) is not None:
        start -= 1
    return start
