"""A block of a typed question bank as a draft: its type, its options and its answer."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from quizengine.bank.exchange.drafts import Draft, Guess, Need
from quizengine.bank.exchange.typed_answers import difficulty_of, items_of
from quizengine.bank.exchange.typed_blocks import Block, Section, spans
from quizengine.bank.exchange.typed_fields import further_fields, value_of, values_of
from quizengine.bank.exchange.typed_kinds import Asking, asked
from quizengine.bank.exchange.typed_lines import TypedLine, is_wrapped, joined
from quizengine.bank.exchange.typed_stems import read_stem
from quizengine.domain.text import N_, Text

# What stands over the parts and asks nothing itself.
_ASKED = re.compile(r"\n\s*(?:回答下列)?问题\s*[:：]?\s*$")


def draft_of(block: Block, section: Section) -> Draft:
    """The question of a block that stands in `section`."""
    return _case(block, section) if block.parts else _plain(block, section.kind, section.points)


def _case(block: Block, section: Section) -> Draft:
    stem = read_stem(joined(block.stem))
    shared = _shared_answers(block)
    parts = [
        _part(part, number, shared.get(number, "")) for number, part in enumerate(block.parts, 1)
    ]
    draft = Draft("case", _ASKED.sub("", stem.text), spans(block.lines), parts=tuple(parts))
    guesses = [*block.guesses]
    if section.kind != "case" and stem.kind != "case":
        why = Text(N_("A case, because questions of their own stand under it."))
        guesses.append(Guess("type", why, 0.85))
    unplaced = value_of(block, "answer") if not shared else ""
    explanation = value_of(block, "case_explanation") or value_of(block, "explanation")
    needs = list(block.needs)
    if unplaced:
        why = Text(N_("The answer “%(text)s” belongs to no part."), {"text": unplaced[:80]})
        needs.append(Need("answer-unplaced", why))
    return _labelled(replace(draft, explanation=explanation, needs=tuple(needs)), block, guesses)


def _part(block: Block, number: int, shared: str) -> Draft:
    draft = _plain(block, "", "", shared)
    more: dict[str, Any] = {**draft.more, "id": f"p{number}"}
    return replace(draft, more=more)


def _shared_answers(block: Block) -> dict[int, str]:
    """Answers that stand together behind all parts: （1）B（2）AC."""
    text = "\n".join(values_of(block, "answer"))
    items = items_of(text)
    if not items and len(block.parts) == 1 and text:
        return {1: text}
    return dict(items)


def _plain(block: Block, kind: str, points: str, shared: str = "") -> Draft:
    stem = read_stem(joined(block.stem))
    options = {option.letter: joined(option.pieces) for option in block.options}
    answers = [text for text in (*values_of(block, "answer"), shared) if text]
    asking = Asking(stem, stem.kind or kind, bool(stem.kind or kind), options, answers, block)
    read = asked(asking)
    explanation = "\n".join([*values_of(block, "explanation"), *read.rest]).strip()
    draft = Draft(
        read.kind,
        stem.text,
        spans(block.lines),
        options=read.options,
        left=read.left,
        right=read.right,
        answer=read.answer,
        explanation=explanation,
        points=value_of(block, "points").rstrip("分 ") or stem.points or points,
        needs=(*block.needs, *read.needs),
        more=read.more,
    )
    return _labelled(draft, block, [*block.guesses, *read.guesses, *_wrapped(block)])


def _labelled(draft: Draft, block: Block, guesses: list[Guess]) -> Draft:
    difficulty = None
    text = value_of(block, "difficulty")
    if text:
        found = difficulty_of(text)
        if found is None:
            why = Text(N_("“%(text)s” is no difficulty from 1 to 5."), {"text": text[:40]})
            draft = replace(draft, needs=(*draft.needs, Need("difficulty-unknown", why)))
        else:
            difficulty, sure = found
            if sure < 1:
                why = Text(N_("“%(text)s” as a level from 1 to 5."), {"text": text[:40]})
                guesses.append(Guess("difficulty", why, sure))
    return replace(
        draft,
        label=f"{block.number}" if block.style else "",
        citations=tuple(values_of(block, "basis")),
        difficulty=difficulty,
        guesses=tuple(guesses),
        more={**draft.more, **further_fields(block)},
    )


def _wrapped(block: Block) -> list[Guess]:
    texts: list[list[TypedLine]] = [block.stem, *(option.pieces for option in block.options)]
    texts += [pieces for name in ("explanation",) for pieces in block.fields.get(name, [])]
    for pieces in texts:
        for before, after in pairwise(pieces):
            if is_wrapped(before, after):
                why = Text(N_("Lines that were broken in mid-sentence were joined."))
                return [Guess("text", why, 0.92)]
    return []
