"""What drafts of all formats need before they go into a bank: legal basis, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from quizengine.bank.exchange.citations import Resolved, resolve
from quizengine.bank.exchange.drafts import Draft, Guess, Need, Reading, Unread
from quizengine.bank.exchange.evidence import Evidence
from quizengine.bank.exchange.lawnames import LawNames
from quizengine.domain.asked import Basis
from quizengine.domain.questioncheck import BLANK
from quizengine.domain.registry import Registry
from quizengine.domain.text import N_, Text

NO_BASIS = "无"
_CHOICES = ("single", "multiple", "order")


class Finisher:
    """Finishes drafts as of a day, by a registry of laws and the questions of a bank."""

    def __init__(self, registry: Registry, today: date, evidence: Evidence | None = None) -> None:
        self._names = LawNames(registry)
        self._today = today
        self._evidence = evidence or Evidence()

    def reading(self, reading: Reading) -> Reading:
        """The reading with finished drafts; a line that is nowhere becomes an unread one."""
        lost = [Unread(line, Text(N_("No rule fits this line."))) for line in reading.unclaimed()]
        return replace(
            reading,
            drafts=tuple(self.finished(draft) for draft in reading.drafts),
            unread=(*reading.unread, *lost),
        )

    def finished(self, draft: Draft) -> Draft:
        """The draft with the basis that its texts name, and what a person must still do."""
        draft = self._with_basis(draft)
        parts = tuple(replace(part, needs=_needs(part)) for part in draft.parts)
        return replace(draft, parts=parts, needs=_needs(draft))

    def _with_basis(self, draft: Draft) -> Draft:
        if draft.basis or draft.citations == (NO_BASIS,):
            return draft
        about = _about(draft)
        given = "\n".join(draft.citations)
        text = given or about
        found = [
            resolve(cited, self._names, self._today, self._evidence, about)
            for cited in self._names.cited_in(text)
        ]
        guesses, needs = list(_told(found)), list(_stale(found))
        for title in dict.fromkeys(self._names.unknown_in(text)):
            why = Text(N_("《%(title)s》 is not among the laws of this bank."), {"title": title})
            guesses.append(Guess("basis", why, 0.3))
        if given and not found:
            why = Text(N_("No law was recognised in “%(text)s”."), {"text": given[:80]})
            guesses.append(Guess("basis", why, 0.3))
        basis = {one.basis: None for one in found if one.basis is not None}
        return replace(
            draft,
            basis=tuple(basis),
            guesses=(*draft.guesses, *guesses),
            needs=(*draft.needs, *needs),
        )


def _about(draft: Draft) -> str:
    texts = [draft.stem, *(text for _, text in draft.options), draft.explanation]
    for part in draft.parts:
        texts += [part.stem, *(text for _, text in part.options), part.explanation]
    return "\n".join(texts)


def _told(found: list[Resolved]) -> Iterator[Guess]:
    """One guess for each basis whose version was not named."""
    seen: set[Basis | None] = set()
    for one in found:
        if one.sure < 0.97 and one.basis not in seen:
            seen.add(one.basis)
            yield Guess("basis", one.why, one.sure)


def _stale(found: list[Resolved]) -> Iterator[Need]:
    seen: set[Basis] = set()
    for one in found:
        if one.stale is not None and one.basis is not None and one.basis not in seen:
            seen.add(one.basis)
            yield Need("law-repealed", one.stale)


def _needs(draft: Draft) -> tuple[Need, ...]:
    known = {need.code for need in draft.needs}
    new = [need for need in _missing(draft) if need.code not in known]
    return (*draft.needs, *new)


def _missing(draft: Draft) -> Iterator[Need]:
    if not draft.stem.strip():
        yield Need("stem-missing", Text(N_("The stem is empty.")))
    yield from _options(draft)
    if draft.answer is None and not draft.parts and not draft.more.get("key_points"):
        yield Need("answer-missing", Text(N_("The source gives no answer.")))
    elif draft.type == "fill":
        blanks = len(BLANK.findall(draft.stem))
        if blanks != len(draft.answer) and not (blanks == 0 and len(draft.answer) == 1):
            why = N_("%(blanks)s blanks, but %(answers)s answers.")
            params = {"blanks": blanks, "answers": len(draft.answer)}
            yield Need("blank-count", Text(why, params))


def _options(draft: Draft) -> Iterator[Need]:
    if draft.type not in _CHOICES:
        return
    keys = [key for key, _ in draft.options]
    if len(keys) < 2:
        yield Need("options-missing", Text(N_("A choice needs at least two options.")))
    if any(not text.strip() for _, text in draft.options):
        yield Need("option-empty", Text(N_("An option is empty.")))
    unknown = [key for key in draft.answer or () if key not in keys]
    if unknown:
        why = N_("The answer names %(keys)s, which is no option.")
        yield Need("answer-unknown", Text(why, {"keys": ", ".join(unknown).upper()}))
