"""Pools and blueprints for tests of paper assembly, and an own reading of what quotas mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from quizengine.domain.blueprints import Blueprint, Quota
from quizengine.domain.candidates import Candidate, Choices
from quizengine.domain.registry import Registry, Topic, flatten_topics

TYPES = ("single", "multiple", "order")
TOPICS = {"law": ("law.scope", "law.duty"), "net": ("net.mail", "net.cloud")}
LEAVES = tuple(leaf for leaves in TOPICS.values() for leaf in leaves)


def registry() -> Registry:
    """Two subjects of two topics each."""

    def node(name: str, children: Iterable[str] = ()) -> Topic:
        title = {"zh": name, "en": name}
        below = [node(child) for child in children]
        return Topic.model_validate({"id": name, "title": title, "children": below})

    topics, parents = flatten_topics([node(name, leaves) for name, leaves in TOPICS.items()])
    return Registry(topics=topics, parents=parents)


def candidate(number: int, **features: Any) -> Candidate:
    """A candidate; features that are left out don't vary."""
    topic = features.pop("topic", LEAVES[0])
    options = ("a", "b", "c", "d")
    kind = features.get("type", "single")
    values: dict[str, Any] = {
        "type": kind,
        "topics": (topic,),
        "difficulty": 3,
        "tiers": frozenset({"leader"}),
        "cognitive_level": "apply",
        "pool": "exam",
        "choices": Choices(options, solution=options if kind == "order" else ()),
        **features,
    }
    return Candidate(ref=1000 + number, question_id=f"q-{number:04d}", main_topic=topic, **values)


def blueprint(
    sections: dict[str, int] | list[dict[str, Any]],
    quotas: Iterable[dict[str, Any]] = (),
    **more: Any,
) -> Blueprint:
    """A blueprint for `leader`; `sections` as type → count, or in full."""
    if isinstance(sections, dict):
        sections = [{"type": t, "count": n, "points": "2"} for t, n in sections.items()]
    return Blueprint.model_validate(
        {
            "id": "test",
            "title": {"zh": "卷", "en": "paper"},
            "tier": "leader",
            "duration_s": 600,
            "pass_mark": 1,
            "sections": sections,
            "quotas": list(quotas),
            **more,
        }
    )


def belongs(one: Candidate, quota: Quota) -> bool:
    """Whether the quota counts this candidate, feature by feature."""
    if quota.type is not None and one.type not in quota.type:
        return False
    if quota.topic is not None and not any(
        one.main_topic == node or one.main_topic.startswith(f"{node}.") for node in quota.topic
    ):
        return False
    if quota.difficulty is not None and one.difficulty not in quota.difficulty:
        return False
    if quota.cognitive_level is not None and one.cognitive_level not in quota.cognitive_level:
        return False
    if quota.tier is not None and not set(quota.tier) & one.tiers:
        return False
    return quota.exclusive is None or quota.exclusive == (one.tiers == frozenset({"leader"}))


def total(chosen: Iterable[Candidate], quota: Quota) -> int:
    """How many of the chosen ones the quota counts."""
    return sum(belongs(one, quota) for one in chosen)


def excess(number: int, lower: int, upper: int | None) -> int:
    """How far `number` lies outside of the bounds."""
    return max(lower - number, 0 if upper is None else number - upper, 0)


_features = st.fixed_dictionaries(
    {
        "type": st.sampled_from(TYPES),
        "topic": st.sampled_from(LEAVES),
        "difficulty": st.integers(1, 3),
        "cognitive_level": st.sampled_from(["remember", "understand", "apply"]),
        "tiers": st.sampled_from([frozenset({"leader"}), frozenset({"leader", "outbound"})]),
    }
)


def pools(smallest: int, largest: int) -> st.SearchStrategy[list[Candidate]]:
    """Pools of this many candidates."""
    return st.lists(_features, min_size=smallest, max_size=largest).map(
        lambda rows: [candidate(number, **row) for number, row in enumerate(rows)]
    )


_quota_features = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from([*TYPES, ["single", "multiple"]]),
        "topic": st.sampled_from([*TOPICS, *LEAVES, ["law.scope", "net"]]),
        "difficulty": st.sampled_from([1, 2, [1, 3]]),
        "cognitive_level": st.sampled_from(["apply", ["remember", "understand"]]),
        "tier": st.sampled_from(["outbound", ["leader", "outbound"]]),
        "exclusive": st.booleans(),
    },
)


def quotas(most: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Up to four quotas with bounds up to `most`."""
    number = st.integers(0, most)
    bounds = st.one_of(
        st.builds(lambda n: {"count": n}, number),
        st.builds(lambda n: {"min": n}, number),
        st.builds(lambda n: {"max": n}, number),
        st.builds(lambda a, b: {"min": min(a, b), "max": max(a, b)}, number, number),
    )
    return st.lists(st.builds(lambda f, b: {**f, **b}, _quota_features, bounds), max_size=4)
