"""`quizengine bank format`: a bank file in the one style, its comments kept.

What cannot be kept is left as it is: the text made is read again and must have the same values
and the same comments.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from quizengine.bank.bankstyle import Row, rows_of
from quizengine.bank.comments import Comment, comments_of
from quizengine.bank.yamlfile import Place, YamlFile, read_yaml
from quizengine.domain.problems import Problem
from quizengine.domain.text import N_, Text


class NotFormatted(Exception):
    """The file was left as it is; `problems` say where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass
class _Beside:
    """Comments of one row: lines before it, one behind its first line, lines after it."""

    before: list[Comment] = field(default_factory=list)
    behind: Comment | None = None
    after: list[Comment] = field(default_factory=list)


def is_question_file(file: YamlFile) -> bool:
    """Whether the file has a list of questions, which is what has a style."""
    return isinstance(file.value, dict) and isinstance(file.value.get("questions"), list)


def formatted(name: str, text: str) -> str:
    """The text of the bank file `name` in the one style; the same text when it is formatted again.

    NotFormatted if it is no valid YAML, or has anchors that would be lost.
    """
    file = read_yaml(name, text)
    if file.problems:
        raise NotFormatted(file.problems)
    if not is_question_file(file):
        return text
    comments = comments_of(text)
    rows = rows_of(file.value)
    made = _Layout(file, text, rows).text(comments)
    again = read_yaml(name, made)
    kept = sorted(each.text for each in comments_of(made)) if not again.problems else None
    if not _same(again.value, file.value) or kept != sorted(each.text for each in comments):
        message = Text(N_("The file can't be formatted without a loss: it is left as it is."))
        raise NotFormatted([Problem(name, 1, 1, "not-formatted", "error", message)])
    return made


def _same(one: Any, other: Any) -> bool:
    """Equal with their types; the order of keys is free."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    # A number that is none is not equal to itself.
    return bool(one == other or (one != one and other != other))


class _Layout:
    """Rows in the order in which they stood, so that comments find their neighbours."""

    def __init__(self, file: YamlFile, text: str, rows: list[Row]) -> None:
        self._file = file
        self._source = text.splitlines()
        self._rows = rows
        placed = sorted((self._place(row), number) for number, row in enumerate(rows))
        self._places = [place for place, _ in placed]
        self._numbers = [number for _, number in placed]
        self._beside: defaultdict[int, _Beside] = defaultdict(_Beside)
        self._tail: list[Comment] = []

    def _place(self, row: Row) -> Place:
        """Where the row's own key stood; of an item, where it began."""
        places = [self._file.keys.get(path, self._file.places[path]) for path in row.paths]
        return places[-1]

    def text(self, comments: list[Comment]) -> str:
        """The file with its comments."""
        for comment in comments:
            self._put(comment)
        lines: list[str] = []
        for number, row in enumerate(self._rows):
            lines += self._row(row, self._beside[number], bool(lines))
        if self._tail:
            lines += ["", *_spaced(self._tail, "")]
        return "\n".join(lines) + "\n"

    def _put(self, comment: Comment) -> None:
        at = bisect_right(self._places, (comment.line, comment.column))
        if not comment.alone or comment.inside:
            first = bisect_right(self._places, (comment.line, 0))
            # The first row of the comment's line; in a line without one, the row above.
            row = min(first, at - 1) if not comment.inside else at - 1
            self._behind(comment, self._beside[self._numbers[max(row, 0)]])
        elif at == len(self._numbers):
            self._end(comment, at)
        elif at and comment.column > self._column(at) and not self._within(at):
            self._beside[self._numbers[at - 1]].after.append(comment)
        else:
            self._beside[self._first(self._numbers[at])].before.append(comment)

    def _behind(self, comment: Comment, beside: _Beside) -> None:
        if beside.behind is None and not comment.inside:
            beside.behind = comment
        else:
            beside.before.append(comment)

    def _end(self, comment: Comment, at: int) -> None:
        """A comment below everything: of the last row if it is set in as far."""
        if comment.column > 1 and not comment.spaced and not self._tail and at:
            self._beside[self._numbers[at - 1]].after.append(comment)
        else:
            self._tail.append(comment)

    def _column(self, at: int) -> int:
        """The column, from 1, in which the line of a row begins in the source."""
        line = self._source[self._places[at][0] - 1]
        return len(line) - len(line.lstrip()) + 1

    def _within(self, at: int) -> bool:
        """Whether a row is part of the value of the row before it in the source."""
        outer = self._rows[self._numbers[at - 1]].paths[-1]
        inner = self._rows[self._numbers[at]].paths[-1]
        return inner[: len(outer)] == outer

    def _first(self, number: int) -> int:
        """The row itself, or that of the item which it began in the source."""
        path = self._rows[number].paths[-1][:-1]
        item = bool(path) and isinstance(path[-1], int)
        if not item or self._file.places.get(path) != self._place(self._rows[number]):
            return number
        found = (n for n, row in enumerate(self._rows) if path in row.paths)
        return next(found, number)

    def _row(self, row: Row, beside: _Beside, following: bool) -> list[str]:
        space = " " * row.indent
        lines = [""] if row.apart and following else []
        before = _spaced(beside.before, space)
        lines += before
        first, *rest = row.lines
        behind = f"  {beside.behind.text}" if beside.behind else ""
        lines += [first + behind, *rest]
        # Below the first field of an item, not below its dash.
        space += "  " if len(row.paths) > 1 else ""
        return lines + [space + comment.text for comment in beside.after]


def _spaced(comments: list[Comment], space: str) -> list[str]:
    """Comments one below the other; empty lines between them stay."""
    lines: list[str] = []
    for number, comment in enumerate(comments):
        lines += [""] if number and comment.spaced else []
        lines.append(space + comment.text)
    return lines
