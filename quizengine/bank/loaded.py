"""A bank as read from its folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.domain.blueprints import Blueprint
from quizengine.domain.clearing import Hit
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.duties.rules import DutyRule
from quizengine.domain.problems import Problem
from quizengine.domain.questions import Question
from quizengine.domain.registry import Registry
from quizengine.domain.selfchecks import Checklist


@dataclass(frozen=True)
class Source:
    """Where a question or a file of rules stands."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Held:
    """What waits for a second person: `hit` of the question `question_id` at a place of a file."""

    question_id: str
    file: str
    line: int
    hit: Hit


@dataclass
class LoadedBank:
    """A bank as read from its folder; `drafts` wait for a person's review and are never drawn.

    `cleared`: keys of what people have cleared on the site (`held` is what they have not), None
    where there is no site and the files themselves say what is cleared.
    """

    root: Path
    registry: Registry = field(default_factory=Registry)
    questions: dict[str, Question] = field(default_factory=dict)
    drafts: dict[str, Question] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    blueprints: dict[str, Blueprint] = field(default_factory=dict)
    blueprint_sources: dict[str, Source] = field(default_factory=dict)
    contests: dict[str, ContestRules] = field(default_factory=dict)
    contest_sources: dict[str, Source] = field(default_factory=dict)
    appraisals: dict[int, AppraisalRules] = field(default_factory=dict)
    appraisal_sources: dict[int, Source] = field(default_factory=dict)
    checklists: dict[int, Checklist] = field(default_factory=dict)
    checklist_sources: dict[int, Source] = field(default_factory=dict)
    duties: dict[str, DutyRule] = field(default_factory=dict)
    duty_sources: dict[str, Source] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    digest: str = ""
    cleared: frozenset[str] | None = None
    held: list[Held] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the bank may be served: no errors (warnings may stand)."""
        return not any(problem.severity == "error" for problem in self.problems)
