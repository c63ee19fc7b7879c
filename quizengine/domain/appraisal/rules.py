"""考核办法 (appraisal rules), as a file of `question_bank/appraisal/` states them.

Each class is frozen and forbids unknown fields; the field descriptions are the reference manual
and the JSON Schema for editors. What one class can't know (do the weights add up, does a source
exist) is checked in `quizengine.domain.appraisal.check`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from quizengine.domain.asked import Content
from quizengine.domain.registry import Title

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Mark = Annotated[Decimal, Field(ge=0, le=1000, max_digits=8, decimal_places=4)]
Level = Annotated[int, Field(ge=1, le=3)]
Plain = bool | int | str


class Bounds(Content):
    """A condition on a number."""

    min: Decimal | None = Field(None, description="At least this.")
    max: Decimal | None = Field(None, description="At most this.")


class Source(Content):
    """Which entries of the ledger count."""

    kind: list[str] = Field(description="Kinds of entries.", min_length=1)
    where: dict[str, Bounds | list[Plain] | Plain] = Field(
        default_factory=dict,
        description="Conditions on fields of an entry's data: a value, a list of them, or "
        "`{min, max}`; all of them must hold.",
    )


class Count(Source):
    """How many entries."""

    op: Literal["count"]


class Persons(Source):
    """How many different people have such an entry."""

    op: Literal["persons"]


class Sum(Source):
    """A field added up."""

    op: Literal["sum"]
    field: str = Field(description="Field of the data; what is no number counts 0.")


class Mean(Source):
    """The mean of a field over entries or people; 0 if there are none."""

    op: Literal["mean"]
    field: str = Field(description="Field of the data, such as `score`.")
    out_of: str | None = Field(None, description="Field to divide by, such as `max_score`.")
    each: Literal["entry", "best", "last"] = Field(
        "best", description="All entries, or each person's best or last one."
    )


class Members(Content):
    """How many members the unit had at the end of the stage, by the snapshot in the ledger."""

    op: Literal["members"]


class Number(Content):
    """A fixed number."""

    op: Literal["number"]
    value: Decimal = Field(description="The number.")


class Share(Content):
    """One number divided by another."""

    op: Literal["share"]
    of: Measure = Field(description="The part.")
    among: Measure = Field(description="The whole.")
    if_none: Mark = Field(Decimal(0), description="The result where the whole is 0.")


class Scale(Content):
    """A number brought to 0 … 1, straight between two points."""

    op: Literal["scale"]
    of: Measure = Field(description="The number.")
    zero_at: Decimal = Field(Decimal(0), description="Gives 0, and so does what lies beyond.")
    full_at: Decimal = Field(description="Gives 1, and so does what lies beyond.")


class Step(Content):
    """From a number on."""

    from_: Decimal = Field(alias="from", description="From this number on …")
    gives: Mark = Field(description="… it gives this.")


class Steps(Content):
    """A number brought to fixed values."""

    op: Literal["steps"]
    of: Measure = Field(description="The number.")
    steps: list[Step] = Field(description="Rising; below the first one it gives 0.", min_length=1)


class Least(Content):
    """The smallest of several."""

    op: Literal["least"]
    of: list[Measure] = Field(description="The numbers.", min_length=1)


class Most(Content):
    """The largest of several."""

    op: Literal["most"]
    of: list[Measure] = Field(description="The numbers.", min_length=1)


class Total(Content):
    """Several added up."""

    op: Literal["total"]
    of: list[Measure] = Field(description="The numbers.", min_length=1)


class OfTask(Content):
    """What another task reached in the same stage, 0 … 1."""

    op: Literal["task"]
    task: Id = Field(description="Id of the task.")


Leaf = Count | Persons | Sum | Mean
"""Measures that read entries; all others are made of measures, or of the tree of units."""

Measure = Annotated[
    Count
    | Persons
    | Sum
    | Mean
    | Members
    | Number
    | Share
    | Scale
    | Steps
    | Least
    | Most
    | Total
    | OfTask,
    Field(discriminator="op"),
]
for _class in (Share, Scale, Steps, Least, Most, Total):
    _class.model_rebuild()


class Stage(Content):
    """考核阶段: a part of the year."""

    id: Id = Field(description="What tasks call it.")
    title: Title = Field(description="Its name.")
    from_: date = Field(alias="from", description="First day.")
    to: date = Field(description="Last day, inclusive.")


class Task(Content):
    """考核指标: what is measured, and how much it weighs."""

    id: Id = Field(description="Unique within the file.")
    title: Title = Field(description="Its name.")
    looks_at: Literal["process", "result"] = Field("process", description="过程、结果.")
    recurs: Literal["regular", "special"] = Field("regular", description="经常性、专项.")
    nature: Literal["quantitative", "qualitative"] = Field(
        "quantitative", description="定量、定性."
    )
    judged_by: Literal["record", "members", "organisation"] = Field(
        "record", description="The record alone, the members' vote, the organisation's verdict."
    )
    weight: Mark = Field(description="Per cent of the whole; all tasks together have 100.")
    stages: dict[Id, Mark] = Field(
        description="Full marks in each stage; together 100.", min_length=1
    )
    measure: Measure = Field(description="What was reached, 0 … 1 of the full marks.")


class Adjustment(Content):
    """加分、扣分: points beside the tasks."""

    id: Id = Field(description="Unique within the file.")
    title: Title = Field(description="Its name.")
    sign: Literal["bonus", "deduction"] = Field(description="Whether they are given or taken.")
    each: Mark = Field(description="Points for each one counted.")
    measure: Measure = Field(description="How many, over the whole year.")
    cap: Mark = Field(description="The most that it can come to.")


class Veto(Content):
    """一票否决."""

    id: Id = Field(description="Unique within the file.")
    title: Title = Field(description="Its name.")
    measure: Measure = Field(description="Over the whole year; from 1 on the veto holds.")
    cap: Mark | None = Field(None, description="The most that the unit's total can be.")
    grade: Id | None = Field(None, description="The grade that the unit gets whatever its total.")
    reaches: list[Level] = Field(
        default_factory=lambda: [1, 2, 3],
        description="Levels of units that it holds for: the unit of the entry and those above it.",
    )


class Grade(Content):
    """等次."""

    id: Id = Field(description="Unique within the file.")
    title: Title = Field(description="Its name.")
    from_: Mark = Field(alias="from", description="From this total on.")


class Condition(Content):
    """What holds for a person, by the entries about the person alone."""

    measure: Measure = Field(description="Over the whole year.")
    min: Decimal | None = Field(None, description="At least this.")
    max: Decimal | None = Field(None, description="At most this.")


class PeopleList(Content):
    """A list of people that follows from the record: commended, limited, to train again."""

    id: Id = Field(description="Unique within the file.")
    title: Title = Field(description="Its name.")
    purpose: Literal["commend", "limit", "repeat"] = Field(
        description="表扬、限制评先晋升、重新培训."
    )
    match: Literal["all", "any"] = Field("all", description="Which of the conditions must hold.")
    conditions: list[Condition] = Field(description="The conditions.", min_length=1)


class AppraisalRules(Content):
    """An appraisal file."""

    schema_: Literal[1] = Field(1, alias="schema", description="Version of this format.")
    year: int = Field(ge=2000, le=2999, description="The year that is appraised.")
    version: int = Field(1, ge=1, description="Raised with each change of the rules.")
    title: Title = Field(description="Its name.")
    zone: str = Field("Asia/Shanghai", description="Days are days of this time zone (IANA).")
    decimals: int = Field(2, ge=0, le=4, description="Places of the one rounding, half up.")
    most: Mark = Field(Decimal(100), description="The highest total, with all bonus points.")
    stages: list[Stage] = Field(description="In order, without a gap.", min_length=1)
    tasks: list[Task] = Field(description="In this order.", min_length=1)
    adjustments: list[Adjustment] = Field(default_factory=list, description="加分、扣分.")
    vetoes: list[Veto] = Field(default_factory=list, description="一票否决.")
    grades: list[Grade] = Field(default_factory=list, description="The best one first.")
    people: list[PeopleList] = Field(default_factory=list, description="Lists of people.")
