"""The nine question types, as a bank's YAML states them.

Each class is frozen and forbids unknown fields; the field descriptions are the reference manual
and the JSON Schema for editors. What one class can't know (does the article exist, does the
answer name an option) is checked in `quizengine.domain.questioncheck`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

Pool = Literal["practice", "exam", "contest"]
CognitiveLevel = Literal["remember", "understand", "apply"]
QuestionId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(-[a-z0-9_]+)+$", max_length=80)]
OptionKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,3}$")]
PlainText = Annotated[str, Field(min_length=1, max_length=8000)]
Options = Annotated[dict[OptionKey, PlainText], Field(min_length=2, max_length=12)]

TRUE_KEY, FALSE_KEY = "a", "b"


class Content(BaseModel):
    """Base of everything that a bank file may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Basis(Content):
    """法律依据: the article that the right answer rests on."""

    law: str = Field(description="Law version, an id of `_registry/laws.yaml`.")
    article: str = Field(description="Article number (条), quoted.", pattern=r"^[1-9][0-9]*$")
    paragraph: str | None = Field(
        None, description="Paragraph (款) within the article.", pattern=r"^[1-9][0-9]*$"
    )
    item: str | None = Field(
        None, description="Item (项) within the paragraph.", pattern=r"^[1-9][0-9]*$"
    )


class Validity(Content):
    """Days on which a question may be drawn."""

    from_: date | None = Field(None, alias="from", description="First day.")
    to: date | None = Field(None, description="Last day, inclusive.")

    def covers(self, day: date) -> bool:
        """Whether `day` lies within the two dates."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class Clearance(Content):
    """A second person's word that a finding of the lint is meant to be there."""

    code: str = Field(description="The lint code that is cleared.")
    reason: PlainText = Field(description="Why it may stand.")
    by: PlainText = Field(description="Who cleared it.")


class Asked(Content):
    """What a question and a part of a case have in common."""

    stem: PlainText = Field(description="What is asked.")
    explanation: str | None = Field(None, description="Shown after release, in own words.")


def _truth(value: Any) -> Any:
    """`true` and `false` are the natural way to write a true/false answer."""
    if isinstance(value, bool):
        return [TRUE_KEY if value else FALSE_KEY]
    return value


def _blank(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _number(value: Any) -> Any:
    return {"value": str(value)} if isinstance(value, str | int | float | Decimal) else value


class Single(Asked):
    """单选: one right option."""

    type: Literal["single"]
    options: Options = Field(description="Key → text; shuffled for each paper.")
    answer: list[OptionKey] = Field(description="The one right key.", min_length=1, max_length=1)


class Multiple(Asked):
    """多选: two or more right options."""

    type: Literal["multiple"]
    options: Options = Field(description="Key → text; shuffled for each paper.")
    answer: list[OptionKey] = Field(description="All right keys.", min_length=1)


class TrueFalse(Asked):
    """判断: true or false."""

    type: Literal["true_false"]
    options: Annotated[Options, Field(max_length=2)] = Field(
        default_factory=lambda: {TRUE_KEY: "正确", FALSE_KEY: "错误"},
        description="Left out as a rule: a is true, b is false.",
    )
    answer: Annotated[
        list[OptionKey], BeforeValidator(_truth, json_schema_input_type=bool | list[str])
    ] = Field(description="`true` or `false`.", min_length=1, max_length=1)


class Fill(Asked):
    """填空: blanks written as `____` in the stem."""

    type: Literal["fill"]
    answer: list[
        Annotated[
            list[Annotated[str, Field(min_length=1)]],
            Field(min_length=1),
            BeforeValidator(_blank, json_schema_input_type=str | list[str]),
        ]
    ] = Field(description="Per blank, the accepted variants.", min_length=1)
    any_order: bool = Field(False, description="The blanks may be filled in any order.")


class Quantity(Content):
    """A number with an absolute tolerance."""

    value: Decimal = Field(description="The right number.")
    tolerance: Decimal = Field(Decimal(0), ge=0, description="Accepted distance, both ways.")
    unit: str | None = Field(None, description="Shown behind the field.")


class Numeric(Asked):
    """数值: numbers, compared by value."""

    type: Literal["numeric"]
    answer: list[
        Annotated[Quantity, BeforeValidator(_number, json_schema_input_type=Quantity | str)]
    ] = Field(description="One number per blank.", min_length=1)


class KeyPoint(Content):
    """得分点: one thing that a good short answer says."""

    text: PlainText = Field(description="What must be said.")
    points: Decimal = Field(Decimal(1), gt=0, description="Weight among the key points.")
    keywords: list[str] = Field(default_factory=list, description="Words that help the grader.")


class Short(Asked):
    """简答: free text, marked by people against key points."""

    type: Literal["short"]
    answer: str | None = Field(None, description="A model answer.")
    key_points: list[KeyPoint] = Field(description="What earns points.", min_length=1)


class Order(Asked):
    """排序: put the options into the right order."""

    type: Literal["order"]
    options: Options = Field(description="Key → step, in any order.")
    answer: list[OptionKey] = Field(description="All keys in the right order.", min_length=2)


class Match(Asked):
    """匹配: each left item gets a right one."""

    type: Literal["match"]
    left: Options = Field(description="Key → item to be matched.")
    right: Options = Field(description="Key → partner; more than left items is fine.")
    answer: dict[OptionKey, OptionKey] = Field(description="left key → right key.")


PartId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,15}$")]


class _Part(Content):
    id: PartId = Field(description="Unique within the case.")
    points: Decimal = Field(Decimal(1), gt=0, description="Weight among the parts.")


class SinglePart(_Part, Single):
    """A `single` as part of a case."""


class MultiplePart(_Part, Multiple):
    """A `multiple` as part of a case."""


class TrueFalsePart(_Part, TrueFalse):
    """A `true_false` as part of a case."""


class FillPart(_Part, Fill):
    """A `fill` as part of a case."""


class NumericPart(_Part, Numeric):
    """A `numeric` as part of a case."""


class ShortPart(_Part, Short):
    """A `short` as part of a case."""


class OrderPart(_Part, Order):
    """An `order` as part of a case."""


class MatchPart(_Part, Match):
    """A `match` as part of a case."""


Part = Annotated[
    SinglePart
    | MultiplePart
    | TrueFalsePart
    | FillPart
    | NumericPart
    | ShortPart
    | OrderPart
    | MatchPart,
    Field(discriminator="type"),
]


class _Item(Asked):
    id: QuestionId = Field(description="Never reused; a new type gets a new id.")
    revision: int = Field(1, ge=1, description="New meaning → +1.")
    pool: Pool = Field("exam", description="Where the question may be drawn.")
    tiers: list[str] = Field(description="受众层级: ids of `_registry/tiers.yaml`.", min_length=1)
    topics: list[str] = Field(
        description="知识点: ids of `_registry/topics.yaml`, the main one first.", min_length=1
    )
    difficulty: int = Field(3, ge=1, le=5, description="The author's estimate, 1 easy … 5 hard.")
    cognitive_level: CognitiveLevel = Field(
        "understand", description="识记、理解、应用; `apply` describes a situation."
    )
    basis: list[Basis] = Field(default_factory=list, description="法律依据.")
    valid: Validity = Field(
        default_factory=lambda: Validity(from_=None, to=None), description="When it may be drawn."
    )
    cleared: list[Clearance] = Field(default_factory=list, description="Findings cleared.")


class SingleQuestion(_Item, Single):
    """单选题."""


class MultipleQuestion(_Item, Multiple):
    """多选题."""


class TrueFalseQuestion(_Item, TrueFalse):
    """判断题."""


class FillQuestion(_Item, Fill):
    """填空题."""


class NumericQuestion(_Item, Numeric):
    """数值题."""


class ShortQuestion(_Item, Short):
    """简答题."""


class OrderQuestion(_Item, Order):
    """排序题."""


class MatchQuestion(_Item, Match):
    """匹配题."""


class CaseQuestion(_Item):
    """案例题: a scenario with parts, each of a type of its own."""

    type: Literal["case"]
    parts: list[Part] = Field(description="In this order.", min_length=1)


Question = (
    SingleQuestion
    | MultipleQuestion
    | TrueFalseQuestion
    | FillQuestion
    | NumericQuestion
    | ShortQuestion
    | OrderQuestion
    | MatchQuestion
    | CaseQuestion
)
Gradable = Single | Multiple | TrueFalse | Fill | Numeric | Short | Order | Match | CaseQuestion

QUESTION_CLASSES: dict[str, type[Question]] = {
    "single": SingleQuestion,
    "multiple": MultipleQuestion,
    "true_false": TrueFalseQuestion,
    "fill": FillQuestion,
    "numeric": NumericQuestion,
    "short": ShortQuestion,
    "order": OrderQuestion,
    "match": MatchQuestion,
    "case": CaseQuestion,
}
QUESTION_TYPES = tuple(QUESTION_CLASSES)

_question: TypeAdapter[Question] = TypeAdapter(Annotated[Question, Field(discriminator="type")])


def question_from_json(text: str | bytes) -> Question:
    """The question in the JSON `text` that `question_to_data` made."""
    return _question.validate_json(text)


def question_from_data(data: Any) -> Question:
    """The question in parsed JSON or YAML; `pydantic.ValidationError` if it is none."""
    return _question.validate_python(data)


def question_to_data(question: Question) -> dict[str, Any]:
    """Plain JSON data of a question, the content of a revision."""
    return question.model_dump(mode="json", by_alias=True, exclude_none=True)
