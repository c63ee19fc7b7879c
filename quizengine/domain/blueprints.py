"""组卷方案 (blueprint): what a paper must contain."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from quizengine.domain.questions import CognitiveLevel, Content, Pool
from quizengine.domain.registry import Title

TypeName = Literal[
    "single", "multiple", "true_false", "fill", "numeric", "short", "order", "match", "case"
]
CreditRule = Literal["all_or_nothing", "partial"]
Release = Literal["at_once", "after_close", "manual"]
Counts = Literal["best", "last", "first"]


class Credit(Content):
    """How partly right answers earn points; `short` always goes by its key points.

    `partial`: `multiple` points × chosen right / all right, any wrong choice = 0; `fill` and
    `numeric` points × right blanks / blanks; `order` points × steps at their right place / steps;
    `match` points × right pairs / pairs; `case` the sum of its parts, each by its own rule.
    `all_or_nothing`: full points for a wholly right answer, else 0. One rounding at the end, half
    up, to 0.01.
    """

    multiple: CreditRule = Field("partial", description="`multiple` and parts of that type.")
    fill: CreditRule = Field("partial", description="`fill` and parts of that type.")
    numeric: CreditRule = Field("partial", description="`numeric` and parts of that type.")
    order: CreditRule = Field("all_or_nothing", description="`order` and parts of that type.")
    match: CreditRule = Field("partial", description="`match` and parts of that type.")
    case: CreditRule = Field("partial", description="`case` as a whole.")


class Section(Content):
    """One type of question on the paper."""

    type: TypeName = Field(description="Type of the questions.")
    count: int = Field(ge=1, le=500, description="How many questions.")
    points: Decimal = Field(gt=0, max_digits=6, decimal_places=2, description="Points of each.")


def _listed(value: object) -> object:
    return value if isinstance(value, list) or value is None else [value]


class Quota(Content):
    """How many questions of the paper share some features; features left out are free."""

    type: Annotated[list[TypeName] | None, BeforeValidator(_listed)] = Field(
        None, description="Is of one of these types."
    )
    topic: Annotated[list[str] | None, BeforeValidator(_listed)] = Field(
        None, description="Main topic is this node or below it."
    )
    difficulty: Annotated[list[int] | None, BeforeValidator(_listed)] = Field(
        None, description="Has one of these difficulties."
    )
    tier: Annotated[list[str] | None, BeforeValidator(_listed)] = Field(
        None, description="Carries one of these tiers."
    )
    cognitive_level: Annotated[list[CognitiveLevel] | None, BeforeValidator(_listed)] = Field(
        None, description="Has one of these cognitive levels."
    )
    exclusive: bool | None = Field(None, description="Carries the blueprint's tier alone.")
    count: int | None = Field(None, ge=0, description="Exactly this many.")
    min: int | None = Field(None, ge=0, description="At least this many.")
    max: int | None = Field(None, ge=0, description="At most this many.")

    @property
    def lower(self) -> int:
        """The least number."""
        return self.count if self.count is not None else self.min or 0

    @property
    def upper(self) -> int | None:
        """The greatest number, None for any."""
        return self.count if self.count is not None else self.max

    def label(self) -> str:
        """The features, for messages."""
        named = {
            "type": self.type,
            "topic": self.topic,
            "difficulty": self.difficulty,
            "tier": self.tier,
            "cognitive_level": self.cognitive_level,
            "exclusive": self.exclusive,
        }
        return " × ".join(f"{k}={_short(v)}" for k, v in named.items() if v is not None)


def _short(value: object) -> str:
    return "|".join(map(str, value)) if isinstance(value, list) else str(value).lower()


class Shuffle(Content):
    """What is mixed anew for each paper."""

    questions: bool = Field(True, description="Order of questions within a section.")
    options: bool = Field(True, description="Order of options.")


class ReleasePolicy(Content):
    """When members see results."""

    scores: Release = Field("at_once", description="Score, and whether it is a pass.")
    answers: Release = Field(
        "after_close", description="Right answers and explanations; never before the score."
    )


class Blueprint(Content):
    """A blueprint file."""

    schema_: Literal[1] = Field(1, alias="schema", description="Version of this format.")
    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", description="Unique among the blueprints.")
    title: Title = Field(description="Title of exams that are opened with it.")
    tier: str = Field(description="Questions carry this tier.")
    pool: Pool = Field("exam", description="Questions are of this pool.")
    duration_s: int = Field(ge=1, le=86400, description="Working time in seconds.")
    pass_mark: Decimal = Field(ge=0, description="Points needed to pass.")
    attempts: int = Field(1, ge=1, le=20, description="How often a member may sit.")
    counts: Counts = Field("best", description="Which attempt counts.")
    sections: list[Section] = Field(min_length=1, description="The paper, in this order.")
    quotas: list[Quota] = Field(default_factory=list, description="What the paper must contain.")
    credit: Credit = Field(default_factory=Credit, description="Points for answers right in part.")
    shuffle: Shuffle = Field(default_factory=Shuffle, description="What is mixed.")
    commitment: bool = Field(True, description="The commitment letter is signed before.")
    release: ReleasePolicy = Field(
        default_factory=ReleasePolicy, description="When members see results."
    )

    @property
    def questions(self) -> int:
        """Number of questions on a paper."""
        return sum(section.count for section in self.sections)

    @property
    def total(self) -> Decimal:
        """Points of a paper."""
        return sum((s.points * s.count for s in self.sections), Decimal(0))
