"""Load and check blueprint files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from quizengine.bank.loaded import LoadedBank, Source
from quizengine.bank.meant import as_meant
from quizengine.bank.validate import validated
from quizengine.bank.yamlfile import YamlFile, read_file
from quizengine.domain.assembly import Assembler
from quizengine.domain.blueprints import Blueprint
from quizengine.domain.candidates import Candidate, drawable
from quizengine.domain.problems import Problem
from quizengine.domain.registry import Registry
from quizengine.domain.shortages import Infeasible
from quizengine.domain.text import N_, Text


def load_blueprint(bank: LoadedBank, file: YamlFile, today: date) -> None:
    """Add the blueprint in `file` to `bank`, whose questions are loaded already."""
    blueprint = _read(file)
    if blueprint is None:
        _check_meant(bank, file)
    else:
        if _check_names(bank, file, blueprint):
            _check_pool(bank, file, blueprint, today)
        first = bank.blueprint_sources.get(blueprint.id)
        if first is None:
            bank.blueprints[blueprint.id] = blueprint
            bank.blueprint_sources[blueprint.id] = Source(file.name, 1, 1)
        else:
            message = Text(
                N_("The id %(id)s appears twice, first in %(file)s, line %(line)s."),
                {"id": blueprint.id, "file": first.file, "line": first.line},
            )
            file.report("duplicate-id", file.place(("id",)), message)
    bank.problems.extend(file.problems)


def _read(file: YamlFile) -> Blueprint | None:
    if file.value is None:
        if not file.problems:
            file.report("missing-field", (1, 1), Text(N_("The file is empty.")))
        return None
    return validated(file, Blueprint, file.value, ())


def _check_meant(bank: LoadedBank, file: YamlFile) -> None:
    """The faults that a blueprint has beside those of its form."""
    meant, _ = as_meant(Blueprint, file.value)
    if meant is not None:
        _check_names(bank, file, meant)


def _check_names(bank: LoadedBank, file: YamlFile, blueprint: Blueprint) -> bool:
    """Whether tiers, topics and pass mark make sense."""
    named: list[tuple[str, str, Any, tuple[str | int, ...]]] = [
        ("unknown-tier", blueprint.tier, bank.registry.tiers, ("tier",))
    ]
    for index, quota in enumerate(blueprint.quotas):
        at = ("quotas", index)
        for number, tier in enumerate(quota.tier or ()):
            named.append(("unknown-tier", tier, bank.registry.tiers, (*at, "tier", number)))
        for number, topic in enumerate(quota.topic or ()):
            named.append(("unknown-topic", topic, bank.registry.topics, (*at, "topic", number)))
    for code, name, known, path in named:
        if name not in known:
            registry = "_registry/tiers.yaml" if code == "unknown-tier" else "_registry/topics.yaml"
            message = Text(
                N_("%(name)s is not in the registry %(file)s."), {"name": name, "file": registry}
            )
            file.report(code, file.place(path), message)
    if blueprint.pass_mark > blueprint.total:
        message = Text(
            N_("The pass mark %(mark)s is more than the paper's %(total)s points."),
            {"mark": str(blueprint.pass_mark), "total": str(blueprint.total)},
        )
        file.report("bad-value", file.place(("pass_mark",)), message)
    if blueprint.commitment and blueprint.tier not in bank.registry.commitments:
        message = Text(
            N_("There is no commitment letter for %(tier)s in %(file)s: none will be signed."),
            {"tier": blueprint.tier, "file": "_registry/commitments.yaml"},
        )
        file.report("commitment-missing", file.place(("commitment",)), message, "warning")
    return not any(problem.severity == "error" for problem in file.problems)


def _check_pool(bank: LoadedBank, file: YamlFile, blueprint: Blueprint, today: date) -> None:
    """Warn of each quota that the questions of today can't satisfy."""
    candidates = [
        Candidate.of(number, question)
        for number, question in enumerate(bank.questions.values())
        if drawable(question, blueprint, today)
    ]
    try:
        Assembler(blueprint, candidates, bank.registry)
    except Infeasible as infeasible:
        for shortage in infeasible.shortages:
            at = file.place(("quotas",) if blueprint.quotas else ("sections",))
            file.report("blueprint-short", at, shortage.text, "warning")


def read_blueprint(path: Path, registry: Registry) -> tuple[Blueprint | None, list[Problem]]:
    """The blueprint in a file outside of a bank, and the problems in it."""
    alone = LoadedBank(path.parent, registry)
    file = read_file(path, path.name)
    blueprint = _read(file)
    if blueprint is None:
        _check_meant(alone, file)
    else:
        _check_names(alone, file, blueprint)
    return blueprint, file.problems
