"""Drafts on their way into a bank: each gets an id, tiers, topics, and what is still doubtful."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from quizengine.bank.exchange.bankdata import draft_data, full_data, in_order
from quizengine.bank.exchange.drafts import Draft, Guess, Reading
from quizengine.bank.exchange.evidence import Evidence
from quizengine.bank.exchange.finish import Finisher
from quizengine.bank.loaded import LoadedBank
from quizengine.bank.meant import as_meant
from quizengine.domain.canonical import canonical_json
from quizengine.domain.clearing import Hit, hits_of
from quizengine.domain.questions import QUESTION_CLASSES, Question, question_to_data
from quizengine.domain.registry import Tier, Topic
from quizengine.domain.text import N_, Text

_HASH = 10

Fate = Literal["new", "known", "held"]


@dataclass(frozen=True)
class Choices:
    """What the person who imports decides for all questions; ids begin with `prefix`.

    Tiers and topics that a question itself names come first.
    """

    tiers: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    pool: str = ""
    prefix: str = "import"


@dataclass(frozen=True)
class Item:
    """A draft with its place in the bank.

    `data` is the question of the bank file. `fate`: it is `new`; it is `known` because the bank
    has the same one, `why` names it; or it is `held` back, `why` tells what must be cleared first,
    and `hits` what the guard has found.
    """

    draft: Draft
    id: str
    data: dict[str, Any]
    fate: Fate
    why: tuple[Text, ...] = ()
    hits: tuple[Hit, ...] = ()


class Importer:
    """Prepares drafts for the bank `target`, with what `model` knows of laws, tiers and topics.

    Both are the same where the drafts go into the bank that is served.
    """

    def __init__(
        self, model: LoadedBank, target: LoadedBank, today: date, choices: Choices
    ) -> None:
        self._registry = model.registry
        self._target = target
        self._choices = choices
        self._evidence = Evidence(model.questions.values())
        self._finisher = Finisher(model.registry, today, self._evidence)
        self._taken: dict[str, str] = {}

    def reading(self, reading: Reading) -> Reading:
        """The reading with the legal basis of each draft."""
        return self._finisher.reading(reading)

    def items(self, reading: Reading) -> list[Item]:
        """The drafts of a finished reading, in its order."""
        return [self._item(draft) for draft in reading.drafts]

    def _item(self, draft: Draft) -> Item:
        draft = self._topic(self._tiers(draft))
        data = draft_data(draft)
        data.setdefault("pool", self._choices.pool or "exam")
        question_id, known, note = self._id(data)
        data = in_order({"revision": 1, **data, "id": question_id, "state": "draft"})
        if note is not None:
            draft = replace(draft, guesses=(*draft.guesses, note))
        if known:
            same = Text(N_("The bank has this question already: %(id)s."), {"id": question_id})
            return Item(draft, question_id, data, "known", (same,))
        self._taken[question_id] = _print(data)
        hits = tuple(self._held(data))
        why = tuple(hit.text for hit in hits)
        return Item(draft, question_id, data, "held" if hits else "new", why, hits)

    # Tiers and topics

    def _tiers(self, draft: Draft) -> Draft:
        named, unknown = _by_name(draft.more.get("tiers", ()), self._registry.tiers)
        guesses = [_unknown("tiers", name) for name in unknown]
        tiers = named or list(self._choices.tiers)
        if not tiers:
            tiers = [tier.id for tier in self._registry.tiers.values() if not tier.reserved]
            why = Text(N_("Nothing tells for whom it is: all audiences."))
            guesses.append(Guess("tiers", why, 0.3))
        return _with(draft, "tiers", tiers, guesses)

    def _topic(self, draft: Draft) -> Draft:
        named, unknown = _by_name(draft.more.get("topics", ()), self._registry.topics)
        guesses = [_unknown("topics", name) for name in unknown]
        topics = named or list(self._choices.topics)
        if not topics:
            found = self._evidence.topic(_about(draft), draft.basis)
            first = next(iter(self._registry.topics), "")
            topic, sure = found or (first, 0.1)
            topics = [topic] if topic else []
            why = Text(N_("By likeness to the questions of the bank: %(topic)s."), {"topic": topic})
            guesses.append(Guess("topics", why, round(sure, 2)))
        return _with(draft, "topics", topics, guesses)

    # Ids

    def _id(self, data: dict[str, Any]) -> tuple[str, bool, Guess | None]:
        """The id of a question, whether the bank has it already, and what to say of the id."""
        given = data.get("id")
        if isinstance(given, str):
            if self._is_free(given):
                return given, False, None
            if self._same(given, data):
                return given, True, None
        own = f"{self._choices.prefix}-{_print(data)}"
        # The id tells what is asked: also of a draft that is still without an answer.
        if own in self._target.sources:
            return own, True, None
        note = None
        if given:
            why = Text(N_("The id %(id)s belongs to another question."), {"id": given})
            note = Guess("id", why, 0.9)
        question_id, number = own, 2
        while not self._is_free(question_id):
            question_id, number = f"{own}-{number}", number + 1
            why = Text(N_("The same question stands more than once."))
            note = Guess("id", why, 0.5)
        return question_id, False, note

    def _is_free(self, question_id: str) -> bool:
        return question_id not in self._target.sources and question_id not in self._taken

    def _same(self, question_id: str, data: dict[str, Any]) -> bool:
        theirs = self._target.questions.get(question_id) or self._target.drafts.get(question_id)
        return theirs is not None and _content(question_to_data(theirs)) == _content(
            full_data({**data, "id": question_id})
        )

    def _held(self, data: dict[str, Any]) -> Iterator[Hit]:
        question: Question | None = as_meant(QUESTION_CLASSES[data["type"]], data)[0]
        cleared = self._target.cleared or frozenset()
        if question is not None:
            yield from (hit for hit in hits_of(question) if hit.key not in cleared)


def _content(data: dict[str, Any]) -> dict[str, Any]:
    """What makes two questions the same: all but tags that a person may have set since."""
    left = ("state", "tiers", "topics", "pool", "difficulty", "cognitive_level", "cleared", "valid")
    return {name: value for name, value in data.items() if name not in left}


def _print(data: dict[str, Any]) -> str:
    """A short name for what is asked: the same for the same question in any file."""
    names = ("type", "stem", "options", "left", "right", "parts")
    asked = {name: data[name] for name in names if name in data}
    return hashlib.sha256(canonical_json(asked)).hexdigest()[:_HASH]


def _by_name(names: Any, known: dict[str, Tier] | dict[str, Topic]) -> tuple[list[str], list[str]]:
    """Ids for names, which are ids or titles in either language, and names that are neither."""
    titles = {title: key for key, one in known.items() for title in (one.title.zh, one.title.en)}
    ids = {name: name if name in known else titles.get(name, "") for name in names}
    found = list(dict.fromkeys(key for key in ids.values() if key))
    return found, [name for name, key in ids.items() if not key]


def _unknown(of: str, name: str) -> Guess:
    return Guess(of, Text(N_("“%(name)s” is not in the registry."), {"name": name}), 0.3)


def _with(draft: Draft, name: str, values: list[str], guesses: list[Guess]) -> Draft:
    more = {**draft.more, name: values} if values else dict(draft.more)
    return replace(draft, more=more, guesses=(*draft.guesses, *guesses))


def _about(draft: Draft) -> str:
    texts = [draft.stem, draft.explanation, *(text for _, text in draft.options)]
    return "\n".join([*texts, *(part.stem for part in draft.parts)])
