"""Faults of a duty that one field alone can't show."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from quizengine.domain.duties.rules import DutyRule
from quizengine.domain.problems import Finding, Path
from quizengine.domain.text import N_, Text


def check_duty(rule: DutyRule, kinds: Collection[str], tiers: Collection[str]) -> list[Finding]:
    """All faults of `rule`; `kinds` are those of the ledger, `tiers` those of the registry."""
    return [*_source(rule, kinds), *_who(rule, tiers), *_joining(rule), *_dates(rule)]


def _finding(code: str, path: Path, template: str, **params: object) -> Finding:
    return Finding(code, path, Text(template, params))


def _source(rule: DutyRule, kinds: Collection[str]) -> Iterator[Finding]:
    known = ", ".join(sorted(kinds))
    for number, counted in enumerate(rule.counts):
        for index, kind in enumerate(counted.kind):
            if kind not in kinds:
                text = N_("The ledger has no entries of the kind %(kind)s. It has: %(kinds)s.")
                path: Path = ("counts", number, "kind", index)
                yield _finding("unknown-source", path, text, kind=kind, kinds=known)


def _who(rule: DutyRule, tiers: Collection[str]) -> Iterator[Finding]:
    for index, tier in enumerate(rule.who.tiers):
        if tier not in tiers:
            text = N_("There is no tier %(id)s.")
            yield _finding("unknown-tier", ("who", "tiers", index), text, id=tier)
    if rule.who.of != "people":
        for name in ("tiers", "posts"):
            if getattr(rule.who, name):
                text = N_("Only people have %(field)s.")
                yield _finding("bad-value", ("who", name), text, field=name)


def _joining(rule: DutyRule) -> Iterator[Finding]:
    if rule.per == "joining":
        if rule.within is None:
            text = N_("Within how many days? A duty for new ones needs `within`.")
            yield _finding("missing-field", ("per",), text)
        if rule.who.of != "people":
            text = N_("Only people join: a duty for new ones is about people.")
            yield _finding("bad-value", ("who", "of"), text)
    elif rule.within is not None or rule.before:
        text = N_("`within` and `before` are for duties per joining alone.")
        name = "before" if rule.within is None else "within"
        yield _finding("bad-value", (name,), text)


def _dates(rule: DutyRule) -> Iterator[Finding]:
    if rule.to is not None and rule.to < rule.from_:
        yield _finding("bad-value", ("to",), N_("The last day is before the first one."))
