"""Which version of a law a citation means, and how sure that is.

Public question banks still cite the articles of laws that were replaced. A title without a year
may mean either numbering: what the articles hold, and what the questions of the bank that rest on
them are about, tells more or less surely which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from quizengine.bank.exchange.evidence import Evidence
from quizengine.bank.exchange.lawnames import Cited, LawNames
from quizengine.domain.asked import Basis
from quizengine.domain.questioncheck import cited as cited_text
from quizengine.domain.registry import Law
from quizengine.domain.text import N_, Text

# One likeness must be so many times the other to decide between two numberings.
_CLEARLY = 1.6
_ALIKE = 0.06


@dataclass(frozen=True)
class Resolved:
    """A citation as a basis; `why` tells how its version was found, `stale` that it was replaced.

    `basis` is None if no version has such a place.
    """

    cited: Cited
    basis: Basis | None
    sure: float
    why: Text
    stale: Text | None = None


def resolve(cited: Cited, names: LawNames, today: date, evidence: Evidence, about: str) -> Resolved:
    """The basis that a citation in a question about `about` means."""
    versions = names.versions(cited.family)
    if cited.exact:
        return _as(cited, names.registry.laws[cited.exact], 1.0, _why_named(), today)
    named = _named(cited, versions, today)
    if named is not None:
        return _as(cited, named, 0.98, _why_named(), today)
    possible = [law for law in versions if law.holds(_basis(cited, law)) and _begun(law, today)]
    if not possible:
        why = Text(N_("No version of the law has the place “%(text)s”."), {"text": cited.text})
        return Resolved(cited, None, 0.0, why)
    if len(possible) == 1:
        law = possible[0]
        alone = len(versions) == 1
        why = (
            Text(N_("There is one version of this law in the registry."))
            if alone
            else Text(N_("Only %(law)s has this article."), {"law": law.id})
        )
        return _as(cited, law, 0.95, why, today)
    return _between(cited, possible[-2], possible[-1], today, evidence.likeness(about))


def _begun(law: Law, today: date) -> bool:
    return law.in_force.from_ <= today


def _why_named() -> Text:
    return Text(N_("The source names the version."))


def _named(cited: Cited, versions: list[Law], today: date) -> Law | None:
    if cited.version.isdecimal():
        return next((law for law in versions if cited.version in _years(law)), None)
    begun = [law for law in versions if _begun(law, today)]
    if cited.version == "new" and begun:
        return begun[-1]
    return begun[-2] if cited.version == "old" and len(begun) > 1 else None


def _years(law: Law) -> str:
    """The years by which people call a version: of its adoption, of its name, of its force."""
    adopted = str(law.adopted.year) if law.adopted else ""
    return f"{law.version.zh} {adopted} {law.in_force.from_.year}"


def _between(
    cited: Cited, old: Law, new: Law, today: date, alike: Callable[[list[Basis]], float]
) -> Resolved:
    """Old or new numbering: by what the questions on the articles of each are about."""
    moved = [
        Basis(law=new.id, article=p.article, paragraph=p.paragraph, item=p.item)
        for p in old.successors(_basis(cited, old))
    ]
    if any(place.article == cited.article for place in moved):
        why = Text(N_("Both versions have this rule under this number."))
        return _as(cited, new, 0.92, why, today)
    as_new, as_old = alike([_basis(cited, new)]), alike(moved)
    if as_new > _ALIKE and as_new >= _CLEARLY * as_old:
        why = Text(N_("The question is about what this article of %(law)s says."), {"law": new.id})
        return _as(cited, new, 0.8, why, today)
    if as_old > _ALIKE and as_old >= _CLEARLY * as_new:
        why = Text(N_("The question is about what this article of %(law)s said."), {"law": old.id})
        return _as(cited, old, 0.75, why, today)
    places = ", ".join(cited_text(place) for place in moved) or "–"
    why = Text(
        N_(
            "The citation names no version: in the numbering of %(old)s it would be %(places)s now."
        ),
        {"old": old.id, "places": places},
    )
    return _as(cited, new, 0.5, why, today)


def _basis(cited: Cited, law: Law) -> Basis:
    return Basis(law=law.id, article=cited.article, paragraph=cited.paragraph, item=cited.item)


def _as(cited: Cited, law: Law, sure: float, why: Text, today: date) -> Resolved:
    basis = _basis(cited, law)
    if not law.holds(basis):
        none = Text(N_("%(law)s has no place “%(text)s”."), {"law": law.id, "text": cited.text})
        return Resolved(cited, None, 0.0, none)
    stale = None
    if law.in_force.to is not None and law.in_force.to < today:
        places = ", ".join(f"{law.replaced_by} {place}" for place in law.successors(basis))
        stale = Text(
            N_("%(cited)s is the numbering of a replaced version; the rule is now in %(places)s."),
            {"cited": cited_text(basis), "places": places or "–"},
        )
    return Resolved(cited, basis, sure, why, stale)
