"""A problem of the bank as a line for the terminal, in its language."""

from __future__ import annotations

from quizengine.cli.context import translator
from quizengine.domain.problems import Problem


def problem_line(problem: Problem) -> str:
    """`file:line:column: severity code: what to do`, as editors read it."""
    place = f"{problem.file}:{problem.line}:{problem.column}"
    return f"{place}: {problem.severity} {problem.code}: {problem.text.render(translator())}"
