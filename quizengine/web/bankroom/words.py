"""Names for what a question's fields say, and figures ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from quizengine.domain.registry import Registry
from quizengine.web.i18n import language
from quizengine.web.member.texts import type_names


@dataclass(frozen=True)
class Bar:
    """A count with its name, and the list of what was counted."""

    label: str
    count: int
    url: str = ""


def pool_names() -> dict[str, str]:
    """Names of the pools."""
    return {"practice": _("Practice"), "exam": _("Exam"), "contest": _("Contest")}


def level_names() -> dict[str, str]:
    """Names of the cognitive levels."""
    return {
        "remember": _("Remember"),
        "understand": _("Understand"),
        "apply": _("Apply to a situation"),
    }


def tier_names(registry: Registry) -> dict[str, str]:
    """Names of the tiers that exams are made for."""
    tiers = registry.tiers.values()
    return {tier.id: tier.title.in_language(language()) for tier in tiers if not tier.reserved}


def topic_names(registry: Registry) -> dict[str, str]:
    """Names of all topics, the tree from the top down."""
    return {key: topic.title.in_language(language()) for key, topic in registry.topics.items()}


def law_names(registry: Registry) -> dict[str, str]:
    """Names of the law versions, in the order of the registry."""
    spoken = language()
    return {
        law.id: f"{law.title.in_language(spoken)} ({law.version.in_language(spoken)})"
        for law in registry.laws.values()
        if law.articles
    }


def change_names() -> dict[str, str]:
    """What became of an article in the next version, by the registry's word for it."""
    return {
        "same": _("same number"),
        "moved": _("new number"),
        "changed": _("rule changed"),
        "merged": _("joined with others"),
        "split": _("split up"),
        "repealed": _("repealed"),
        "": _("not registered"),
    }


def depth(registry: Registry, topic: str) -> int:
    """How many topics stand above this one."""
    return len(list(registry.topic_path(topic))) - 1


def bars(counts: dict[str, int], names: dict[str, str], argument: str) -> list[Bar]:
    """A bar for each name, each a link to the questions counted in it."""
    known = {**names, **{key: key for key in counts if key not in names}}

    def url(key: str) -> str:
        arguments: dict[str, Any] = {argument: key}
        return url_for("bankroom.questions", **arguments)

    return [Bar(label, counts.get(key, 0), url(key)) for key, label in known.items()]


def topic_bars(counts: dict[str, int], registry: Registry) -> list[Bar]:
    """A bar for each topic of the first level, with the topics below it."""
    names = topic_names(registry)
    tops = [topic for topic, parent in registry.parents.items() if parent is None]
    totals = {
        top: sum(count for topic, count in counts.items() if registry.within(topic, top))
        for top in tops
    }
    return bars(totals, {top: names[top] for top in tops}, "topic")


def kind_bars(counts: dict[str, int]) -> list[Bar]:
    """A bar for each question type."""
    return bars(counts, type_names(), "type")


def guard_names() -> dict[str, str]:
    """Names of what the guard of the bank stops."""
    return {
        "classification-mark": _("Classification marking"),
        "internal-mark": _("Marking of an internal document"),
        "document-number": _("Number of an official document"),
        "id-number": _("Number of an identity card"),
        "phone-number": _("Mobile number"),
        "geo-coordinates": _("Coordinates"),
    }
