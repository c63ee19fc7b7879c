"""A frequency duty, as a file of `question_bank/duties/` states it.

Each class is frozen and forbids unknown fields; the field descriptions are the reference manual.
What one class can't know is checked in `quizengine.domain.duties.check`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from quizengine.domain.appraisal.rules import Count, Id, Level, Sum
from quizengine.domain.asked import Content
from quizengine.domain.registry import Title

Counted = Annotated[Count | Sum, Field(discriminator="op")]
Secrecy = Literal["core", "important", "general"]
Per = Literal["year", "half_year", "quarter", "month", "joining"]


class Who(Content):
    """Whom a duty is about."""

    of: Literal["people", "heads", "units"] = Field(
        description="People, the responsible persons of units, or the units themselves."
    )
    tiers: list[str] = Field(
        default_factory=list,
        description="People of these tiers. With neither `tiers` nor `posts`: everybody.",
    )
    posts: list[Secrecy] = Field(
        default_factory=list, description="People on classified posts of these levels."
    )
    levels: list[Level] = Field(
        default_factory=lambda: [1, 2, 3], description="Units, or heads of units, of these levels."
    )


class DutyRule(Content):
    """A file of one duty."""

    schema_: Literal[1] = Field(1, alias="schema", description="Version of this format.")
    id: Id = Field(description="Unique among the duties; the ledger names it.")
    version: int = Field(1, ge=1, description="Raised with each change of the rule.")
    title: Title = Field(description="Its name.")
    who: Who = Field(description="Whom it is about.")
    counts: list[Counted] = Field(
        min_length=1,
        description="What counts, added up: `count` of entries or `sum` of a field, with `where` "
        "as in an appraisal. For a unit, entries of the units below it count too.",
    )
    least: Decimal = Field(
        gt=0, le=1000, max_digits=8, decimal_places=2, description="So much of it in each period."
    )
    per: Per = Field(description="The period; `joining` is once for each new one.")
    within: int | None = Field(
        None,
        ge=0,
        le=366,
        description="With `joining`: days after the first one; 0 is before or on the first day.",
    )
    before: int = Field(
        0, ge=0, le=366, description="With `joining`: days before the first one that count too."
    )
    partial: Literal["prorate", "full", "none"] = Field(
        "prorate",
        description="Who belongs to it for a part of the period owes that part (half up), all, or "
        "nothing.",
    )
    from_: date = Field(alias="from", description="First day on which it is in force.")
    to: date | None = Field(None, description="Last day.")
