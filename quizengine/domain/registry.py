"""The registries that questions refer to: tiers, topics, law versions, commitment letters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from quizengine.domain.questions import Basis, Content

Number = Annotated[str, Field(pattern=r"^[1-9][0-9]*$")]


class Title(Content):
    """A name in both languages."""

    zh: str = Field(min_length=1, description="In Chinese.")
    en: str = Field(min_length=1, description="In English.")

    def in_language(self, language: str) -> str:
        """The English name for `en…`, else the Chinese one."""
        return self.en if language.startswith("en") else self.zh


class Tier(Content):
    """受众层级: an audience."""

    id: str = Field(description="What questions and rosters call it.")
    title: Title = Field(description="Its name.")
    description: Title | None = Field(None, description="Who belongs to it.")
    dates: Literal["none", "membership", "travel"] = Field(
        "membership",
        description="What a person's record carries; `travel` asks for departure and return.",
    )
    reserved: bool = Field(False, description="Known, but no exam of its own yet.")


class Topic(Content):
    """知识点: a node of the subject tree."""

    id: str = Field(description="What questions call it.")
    title: Title = Field(description="Its name.")
    children: list[Topic] = Field(default_factory=list, description="Topics below it.")


class Structure(Content):
    """Paragraphs of an article, and items of each paragraph."""

    paragraphs: int = Field(1, ge=1, description="How many paragraphs (款).")
    items: dict[Number, int] = Field(default_factory=dict, description="paragraph → items")


class Place(Content):
    """An article, or a paragraph or item of it."""

    article: Number = Field(description="Article number (条), quoted.")
    paragraph: Number | None = Field(None, description="Paragraph (款) within the article.")
    item: Number | None = Field(None, description="Item (项) within the paragraph.")

    def __str__(self) -> str:
        text = self.article
        if self.paragraph:
            text += f"({self.paragraph})"
        if self.item:
            text += f"[{self.item}]"
        return text


class Move(Place):
    """Where an article of a replaced version went; an empty list if it went nowhere."""

    to: list[Place] = Field(default_factory=list, description="Places in the replacing version.")
    change: Literal["same", "moved", "changed", "repealed", "split", "merged"] = Field(
        "moved", description="What became of the rule."
    )
    note: str | None = Field(None, description="A remark for editors.")


class InForce(Content):
    """First and last day in force."""

    from_: date = Field(alias="from", description="First day.")
    to: date | None = Field(None, description="Last day, inclusive; left out while in force.")


class Law(Content):
    """One version of a law."""

    id: str = Field(description="What questions cite, one per version.")
    family: str = Field(description="The same for all versions of one law.")
    title: Title = Field(description="Name of the law.")
    version: Title = Field(description="Name of the version.")
    adopted: date | None = Field(None, description="Day of adoption.")
    in_force: InForce = Field(description="When it is the law.")
    articles: int | None = Field(
        None, ge=1, description="How many articles; left out, none may be cited."
    )
    structure: dict[Number, Structure] = Field(
        default_factory=dict,
        description="Article → its structure, where it is more than one paragraph without items.",
    )
    text_checked: bool = Field(True, description="Questions were checked against the text.")
    replaces: str | None = Field(None, description="The version before.")
    replaced_by: str | None = Field(None, description="The version after.")
    moves: list[Move] = Field(
        default_factory=list, description="Where each article went; the finest match counts."
    )

    def in_force_on(self, day: date) -> bool:
        """Whether this version is the law on `day`."""
        return self.in_force.from_ <= day and (self.in_force.to is None or day <= self.in_force.to)

    def holds(self, basis: Basis) -> bool:
        """Whether the cited article, paragraph and item exist in this version."""
        if self.articles is None or int(basis.article) > self.articles:
            return False
        known = self.structure.get(basis.article) or Structure(paragraphs=1)
        paragraph = basis.paragraph or "1"
        if int(paragraph) > known.paragraphs:
            return False
        if basis.item is None:
            return True
        if basis.paragraph is None and len(known.items) == 1:
            paragraph = next(iter(known.items))
        return int(basis.item) <= known.items.get(paragraph, 0)

    def successors(self, basis: Basis) -> list[Place]:
        """Places in the replacing version that took over what `basis` cites; finest match."""
        fits = [
            m
            for m in self.moves
            if m.article == basis.article
            and m.paragraph in (None, basis.paragraph)
            and m.item in (None, basis.item)
        ]
        finest = max((_depth(m) for m in fits), default=0)
        return [place for m in fits if _depth(m) == finest for place in m.to]


def _depth(place: Place) -> int:
    return (place.paragraph is not None) + (place.item is not None)


class Commitment(Content):
    """保密承诺书: the text that a member of a tier signs."""

    tier: str = Field(description="Id of the tier.")
    version: int = Field(ge=1, description="New text → +1; a signature names its version.")
    title: Title = Field(description="Heading.")
    text: Title = Field(description="The text that is signed.")


@dataclass(frozen=True)
class Registry:
    """All registries, by id."""

    tiers: dict[str, Tier] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    laws: dict[str, Law] = field(default_factory=dict)
    commitments: dict[str, Commitment] = field(default_factory=dict)

    def topic_path(self, topic: str) -> Iterator[str]:
        """`topic` and the nodes above it, nearest first."""
        here: str | None = topic
        while here is not None and here in self.parents:
            yield here
            here = self.parents[here]

    def within(self, topic: str, node: str) -> bool:
        """Whether `topic` is `node` or below it."""
        return node in self.topic_path(topic)


def flatten_topics(topics: list[Topic]) -> tuple[dict[str, Topic], dict[str, str | None]]:
    """Topics by id, and the parent of each."""
    by_id: dict[str, Topic] = {}
    parents: dict[str, str | None] = {}

    def walk(nodes: list[Topic], parent: str | None) -> None:
        for node in nodes:
            by_id[node.id] = node
            parents[node.id] = parent
            walk(node.children, node.id)

    walk(topics, None)
    return by_id, parents
