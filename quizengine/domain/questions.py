"""The nine question types, as a bank's YAML states them.

Each class is frozen and forbids unknown fields; the field descriptions are the reference manual
and the JSON Schema for editors. What one class can't know (does the article exist, does the
answer name an option) is checked in `quizengine.domain.questioncheck`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from quizengine.domain.asked import (
    Asked,
    Basis,
    Clearance,
    Content,
    English,
    Fill,
    KeyPoint,
    Match,
    Multiple,
    Numeric,
    Order,
    Quantity,
    Short,
    Single,
    TrueFalse,
    Validity,
)

__all__ = [
    "QUESTION_CLASSES",
    "QUESTION_TYPES",
    "Asked",
    "Basis",
    "CaseQuestion",
    "Clearance",
    "CognitiveLevel",
    "Content",
    "English",
    "Fill",
    "FillPart",
    "FillQuestion",
    "Gradable",
    "KeyPoint",
    "Match",
    "MatchPart",
    "MatchQuestion",
    "Multiple",
    "MultiplePart",
    "MultipleQuestion",
    "Numeric",
    "NumericPart",
    "NumericQuestion",
    "Order",
    "OrderPart",
    "OrderQuestion",
    "Part",
    "PartId",
    "Pool",
    "Quantity",
    "Question",
    "QuestionId",
    "Short",
    "ShortPart",
    "ShortQuestion",
    "Single",
    "SinglePart",
    "SingleQuestion",
    "TrueFalse",
    "TrueFalsePart",
    "TrueFalseQuestion",
    "Validity",
    "question_from_data",
    "question_from_json",
    "question_to_data",
]

Pool = Literal["practice", "exam", "contest"]
CognitiveLevel = Literal["remember", "understand", "apply"]
QuestionId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(-[a-z0-9_]+)+$", max_length=80)]
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
    state: Literal["draft"] | None = Field(
        None, description="`draft` until a person has reviewed it: kept, but never drawn."
    )


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
