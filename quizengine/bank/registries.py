"""Load `_registry/*.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field

from quizengine.bank.folder import Folder
from quizengine.bank.meant import as_meant
from quizengine.bank.validate import validated
from quizengine.bank.yamlfile import YamlFile
from quizengine.domain.problems import Problem
from quizengine.domain.questions import Content
from quizengine.domain.registry import Commitment, Law, Registry, Tier, Topic, flatten_topics
from quizengine.domain.text import N_, Text

Model = TypeVar("Model", bound=Content)


class TiersFile(Content):
    """`_registry/tiers.yaml`."""

    schema_: Literal[1] = Field(alias="schema", description="Version of this format.")
    tiers: list[Tier] = Field(description="All tiers.")


class TopicsFile(Content):
    """`_registry/topics.yaml`."""

    schema_: Literal[1] = Field(alias="schema", description="Version of this format.")
    topics: list[Topic] = Field(description="The top of the tree.")


class LawsFile(Content):
    """`_registry/laws.yaml`."""

    schema_: Literal[1] = Field(alias="schema", description="Version of this format.")
    laws: list[Law] = Field(description="All versions of all laws.")


class CommitmentsFile(Content):
    """`_registry/commitments.yaml`."""

    schema_: Literal[1] = Field(alias="schema", description="Version of this format.")
    commitments: list[Commitment] = Field(description="At most one for each tier.")


def load_registry(root: Path, problems: list[Problem]) -> Registry:
    """The registries of the bank in `root`; faults are added to `problems`."""
    return registry_in(Folder(root), problems)


def registry_in(folder: Folder, problems: list[Problem]) -> Registry:
    """The registries of a bank folder; faults are added to `problems`."""
    tiers = _load(folder, "tiers", TiersFile, problems)
    topics = _load(folder, "topics", TopicsFile, problems)
    laws = _load(folder, "laws", LawsFile, problems)
    commitments = _load(folder, "commitments", CommitmentsFile, problems, needed=False)
    by_id, parents = flatten_topics(topics.topics if topics else [])
    return Registry(
        tiers={tier.id: tier for tier in tiers.tiers} if tiers else {},
        topics=by_id,
        parents=parents,
        laws={law.id: law for law in laws.laws} if laws else {},
        commitments={c.tier: c for c in commitments.commitments} if commitments else {},
    )


def _load(
    folder: Folder, name: str, cls: type[Model], problems: list[Problem], *, needed: bool = True
) -> Model | None:
    shown = f"_registry/{name}.yaml"
    if shown not in folder.names:
        if needed:
            message = Text(N_("There is no file %(path)s."), {"path": shown})
            problems.append(Problem(shown, 1, 1, "registry-missing", "error", message))
        return None
    file = folder.yaml(shown)
    value: Any = file.value
    # A file that could not be read at all has said so already.
    broken = value is None and bool(file.problems)
    result = None if broken else validated(file, cls, value, ())
    if result is not None:
        _refuse_twins(file, name, value)
    elif not broken:
        # Or one slip here would make everything that questions refer to unknown.
        result, _ = as_meant(cls, value)
    problems.extend(file.problems)
    return result


def _refuse_twins(file: YamlFile, name: str, value: Any) -> None:
    first: dict[str, int] = {}
    for index, entry in enumerate(value[name]):
        key = entry["tier"] if name == "commitments" else entry["id"]
        if first.setdefault(key, index) != index:
            line = file.place((name, first[key]))[0]
            message = Text(
                N_("The id %(id)s appears twice, first in %(file)s, line %(line)s."),
                {"id": key, "file": file.name, "line": line},
            )
            file.report("duplicate-id", file.place((name, index)), message)
