"""What entries a source counts, as a part of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any

from quizengine.domain.appraisal.rules import Bounds, Source
from quizengine.domain.ledgerkinds import KINDS
from quizengine.domain.text import N_, Text

FIELDS: dict[str, str] = {
    "passed": N_("passed"),
    "score": N_("score"),
    "max_score": N_("full score"),
    "rank": N_("rank"),
    "hours": N_("hours"),
    "severity": N_("severity"),
    "secrecy": N_("secrecy level"),
    "stage": N_("stage"),
    "on_time": N_("in time"),
    "verdict": N_("verdict"),
    "liability": N_("liability"),
    "sanction": N_("sanction"),
    "type": N_("type"),
    "kind": N_("kind"),
    "awarded": N_("awarded"),
    "spread": N_("spread"),
    "answers": N_("answers"),
    "votes": N_("votes"),
    "approval": N_("approval"),
    "approval_of": N_("votes on approval"),
    "quorum": N_("quorum reached"),
    "about": N_("about"),
    "mean": N_("mean"),
    "tier": N_("audience"),
    "attempt": N_("attempt"),
    "contest_kind": N_("kind of contest"),
    "excused": N_("excused"),
    "participants": N_("participants"),
}
"""Names of fields for people; a field without one is called as in the data."""

VALUES: dict[str, str] = {
    "slight": N_("slight"),
    "general": N_("general"),
    "serious": N_("serious"),
    "grave": N_("grave"),
    "leak": N_("leak"),
    "violation": N_("violation"),
    "main": N_("main responsibility"),
    "leader": N_("responsibility as leader"),
    "direct": N_("direct responsibility"),
    "core": N_("core"),
    "important": N_("important"),
    "on_post": N_("on taking the post"),
    "in_post": N_("in post"),
    "off_post": N_("on leaving the post"),
    "agreed": N_("agreed"),
    "changed": N_("changed"),
    "stage": N_("on a stage"),
    "mass": N_("online"),
    "planned": N_("planned"),
    "mutual": N_("mutual"),
    "surprise": N_("surprise"),
    "unit": N_("the unit itself"),
    "colleagues": N_("colleagues"),
}
"""Names of values that fields have."""


def joined(parts: Sequence[str | Text]) -> Text:
    """Parts of a list, as people write it."""
    texts = [part if isinstance(part, Text) else _plain(part) for part in parts]
    pair = N_("%(first)s, %(second)s")
    return reduce(lambda one, two: Text(pair, {"first": one, "second": two}), texts)


def either(parts: Sequence[Text]) -> Text:
    """Alternatives."""
    pair = N_("%(first)s or %(second)s")
    return reduce(lambda one, two: Text(pair, {"first": one, "second": two}), parts)


def named_field(name: str) -> Text:
    """The name of a field."""
    return Text(FIELDS[name]) if name in FIELDS else _plain(name)


def of_source(source: Source) -> Text:
    """The kinds of entries, and the conditions on them."""
    kinds = either([Text(N_("“%(kind)s”"), {"kind": _kind(kind)}) for kind in source.kind])
    conditions = list(_conditions(source))
    if not conditions:
        return kinds
    values = {"kinds": kinds, "conditions": joined(conditions)}
    return Text(N_("%(kinds)s (%(conditions)s)"), values)


def _kind(kind: str) -> Text:
    return Text(KINDS[kind]) if kind in KINDS else _plain(kind)


def _conditions(source: Source) -> Iterable[Text]:
    for name, wanted in source.where.items():
        yield Text(
            N_("%(field)s: %(value)s"), {"field": named_field(name), "value": _wanted(wanted)}
        )


def _wanted(wanted: Any) -> Text:
    if isinstance(wanted, Bounds):
        return _within(wanted)
    if isinstance(wanted, list):
        return either([_wanted(one) for one in wanted])
    if isinstance(wanted, bool):
        return Text(N_("yes")) if wanted else Text(N_("no"))
    return Text(VALUES[wanted]) if wanted in VALUES else _plain(str(wanted))


def _within(bounds: Bounds) -> Text:
    values = {"min": _number(bounds.min), "max": _number(bounds.max)}
    if bounds.max is None:
        return Text(N_("at least %(min)s"), values)
    if bounds.min is None:
        return Text(N_("at most %(max)s"), values)
    return Text(N_("%(min)s to %(max)s"), values)


def _number(bound: Decimal | None) -> str:
    return "" if bound is None else f"{bound.normalize():f}"


def _plain(text: str) -> Text:
    """A text that is the same in all languages."""
    return Text("%(text)s", {"text": text})
