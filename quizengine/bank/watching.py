"""What a save of bank files changed: files, questions, and faults that came or went."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from quizengine.bank.differences import Differences, differences
from quizengine.bank.folder import bank_digest
from quizengine.bank.loaded import LoadedBank
from quizengine.bank.loader import load_bank_with
from quizengine.domain.problems import Problem
from quizengine.domain.questions import question_to_data


@dataclass(frozen=True)
class Report:
    """What is otherwise than at the look before; `errors` and `warnings` count all there are."""

    questions: Differences
    came: list[Problem]
    went: list[Problem]
    errors: int
    warnings: int


class Watched:
    """A bank folder that is looked at again and again; what didn't change is parsed once."""

    def __init__(self, root: Path, today: date) -> None:
        self._root = root
        self._digest = bank_digest(root)
        bank = load_bank_with(root, today, {})
        self.problems = bank.problems
        self._questions = _data(bank)

    def look(self, today: date) -> Report | None:
        """What changed since the look before; None if no file did."""
        digest = bank_digest(self._root)
        if digest == self._digest:
            return None
        bank = load_bank_with(self._root, today, {})
        found = _data(bank)
        report = Report(
            differences(self._questions, found),
            _without(bank.problems, self.problems),
            _without(self.problems, bank.problems),
            *_counts(bank.problems),
        )
        self._digest, self.problems, self._questions = digest, bank.problems, found
        return report


def _data(bank: LoadedBank) -> dict[str, dict[str, Any]]:
    return {name: question_to_data(q) for name, q in (bank.questions | bank.drafts).items()}


def _counts(problems: list[Problem]) -> tuple[int, int]:
    errors = sum(problem.severity == "error" for problem in problems)
    return errors, len(problems) - errors


def _without(problems: list[Problem], known: list[Problem]) -> list[Problem]:
    """Problems that are not among `known`; a fault that only moved to another line is known."""
    left = Counter(map(_said, known))
    found = []
    for problem in problems:
        if left[_said(problem)]:
            left[_said(problem)] -= 1
        else:
            found.append(problem)
    return found


def _said(problem: Problem) -> tuple[str, str, str, str]:
    return problem.file, problem.code, problem.severity, problem.text.render()
