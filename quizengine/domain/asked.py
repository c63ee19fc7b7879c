"""What can be asked: stem, options and answer of each type, alone or as a part of a case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

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
    author: PlainText | None = Field(
        None, description="Who wrote the text; what the guard stops is cleared by another person."
    )
    by: PlainText = Field(description="Who cleared it.")

    @property
    def by_another(self) -> bool:
        """Whether it names an author, and somebody else who cleared it."""
        names = ["".join(name.split()).casefold() for name in (self.author or "", self.by)]
        return all(names) and names[0] != names[1]


class English(Content):
    """The texts of a question or part in English; those that its type has, under the same keys."""

    stem: PlainText = Field(description="What is asked, with the same blanks.")
    options: Options | None = Field(None, description="Key → text.")
    left: Options | None = Field(None, description="Key → text, of `match`.")
    right: Options | None = Field(None, description="Key → text, of `match`.")
    units: list[PlainText] | None = Field(
        None, description="What `numeric` shows behind each field.", min_length=1
    )
    key_points: list[PlainText] | None = Field(
        None, description="The texts of `key_points`, in their order.", min_length=1
    )
    answer: PlainText | None = Field(None, description="The model answer of `short`.")
    explanation: PlainText | None = Field(None, description="Shown after release.")


class Asked(Content):
    """What a question and a part of a case have in common."""

    stem: PlainText = Field(description="What is asked.")
    explanation: str | None = Field(None, description="Shown after release, in own words.")
    en: English | None = Field(None, description="The texts in English, for those who read it.")


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
