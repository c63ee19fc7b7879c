"""Load a bank folder: everything is read, all problems are collected, nothing raises."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from quizengine.bank.registries import load_registry
from quizengine.bank.validate import validated
from quizengine.bank.yamlfile import YamlFile, read_yaml
from quizengine.domain.blueprints import Blueprint
from quizengine.domain.problems import Problem
from quizengine.domain.questioncheck import check_question
from quizengine.domain.questions import (
    QUESTION_CLASSES,
    Basis,
    CognitiveLevel,
    Content,
    Pool,
    Question,
    Validity,
)
from quizengine.domain.registry import Registry
from quizengine.domain.text import N_, Text

# Folders of a bank that hold no questions.
RESERVED = ("_registry", "blueprints", "contests", "appraisal")
_SUFFIXES = (".yaml", ".yml")


class Defaults(Content):
    """Values for each question of the file that doesn't say otherwise."""

    revision: int | None = Field(None, ge=1)
    pool: Pool | None = None
    tiers: list[str] | None = None
    topics: list[str] | None = None
    difficulty: int | None = Field(None, ge=1, le=5)
    cognitive_level: CognitiveLevel | None = None
    basis: list[Basis] | None = None
    valid: Validity | None = None


class BankFile(Content):
    """A bank file."""

    schema_: Literal[1] = Field(alias="schema", description="Version of this format.")
    defaults: Defaults = Field(default_factory=lambda: Defaults.model_validate({}))
    questions: list[Question]


class _Head(Content):
    """A bank file before its questions are looked at one by one."""

    schema_: Literal[1] = Field(alias="schema")
    defaults: Defaults = Field(default_factory=lambda: Defaults.model_validate({}))
    questions: list[Any]


@dataclass(frozen=True)
class Source:
    """Where a question or blueprint stands."""

    file: str
    line: int
    column: int


@dataclass
class LoadedBank:
    """A bank as read from its folder."""

    root: Path
    registry: Registry = field(default_factory=Registry)
    questions: dict[str, Question] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    blueprints: dict[str, Blueprint] = field(default_factory=dict)
    blueprint_sources: dict[str, Source] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    digest: str = ""

    @property
    def ok(self) -> bool:
        """Whether the bank may be served: no errors (warnings may stand)."""
        return not any(problem.severity == "error" for problem in self.problems)


def bank_files(root: Path) -> Iterator[Path]:
    """All YAML files of the bank, in a fixed order; hidden ones are left out."""
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.suffix in _SUFFIXES and not any(part.startswith(".") for part in inside.parts):
            yield path


def bank_digest(root: Path) -> str:
    """SHA-256 over names and contents of all files: changes when any file does."""
    total = hashlib.sha256()
    for path in bank_files(root):
        name = path.relative_to(root).as_posix().encode()
        total.update(hashlib.sha256(name).digest() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def load_bank(root: Path, today: date) -> LoadedBank:
    """Read and lint the bank in `root` as of `today`."""
    bank = LoadedBank(root)
    if not root.is_dir():
        message = Text(N_("There is no folder %(path)s."), {"path": str(root)})
        bank.problems.append(Problem(".", 1, 1, "bank-missing", "error", message))
        return bank
    bank.digest = bank_digest(root)
    bank.registry = load_registry(root, bank.problems)
    for path in bank_files(root):
        top = path.relative_to(root).parts[0]
        if top == "blueprints":
            _load_blueprint(bank, _read(bank, path))
        elif top not in RESERVED:
            file = _read(bank, path)
            _load_questions(bank, file, today)
            bank.problems.extend(file.problems)
    bank.problems.sort(key=lambda p: (p.file, p.line, p.column))
    return bank


def _read(bank: LoadedBank, path: Path) -> YamlFile:
    return read_file(path, path.relative_to(bank.root).as_posix())


def read_file(path: Path, name: str) -> YamlFile:
    """The YAML file at `path`, called `name` in its problems."""
    try:
        return read_yaml(name, path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, OSError) as error:
        file = YamlFile(name)
        message = Text(N_("The file is not readable as UTF-8: %(error)s."), {"error": str(error)})
        file.report("yaml-syntax", (1, 1), message)
        return file


def _load_questions(bank: LoadedBank, file: YamlFile, today: date) -> None:
    if file.value is None:
        if not file.problems:
            file.report("missing-field", (1, 1), Text(N_("The file is empty.")))
        return
    head = validated(file, _Head, file.value, ())
    if not isinstance(file.value, dict) or not isinstance(file.value.get("questions"), list):
        return
    defaults = file.value.get("defaults") if head else {}
    for index, raw in enumerate(file.value["questions"]):
        _load_question(
            bank, file, index, {**(defaults or {}), **raw} if _is_map(raw) else raw, today
        )


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _load_question(bank: LoadedBank, file: YamlFile, index: int, raw: Any, today: date) -> None:
    at = ("questions", index)
    cls = QUESTION_CLASSES.get(raw.get("type")) if _is_map(raw) and _hashable(raw) else None
    if _is_map(raw) and cls is None:
        template = (
            N_("The type %(tag)s is not one of %(expected_tags)s.")
            if "type" in raw
            else N_("The field %(field)s is missing.")
        )
        params = {
            "tag": str(raw.get("type")),
            "expected_tags": ", ".join(QUESTION_CLASSES),
            "field": "type",
        }
        code = "bad-value" if "type" in raw else "missing-field"
        file.report(code, file.place((*at, "type")), Text(template, params))
        _note_id(bank, file, raw.get("id"), at)
        return
    question: Any = validated(file, cls or Content, raw, at)  # type: ignore[arg-type]
    fresh = _note_id(bank, file, raw.get("id"), at) if _is_map(raw) else False
    if question is None:
        return
    for finding in check_question(question, bank.registry, today):
        place = file.place((*at, *finding.path))
        file.report(finding.code, place, finding.text, finding.severity)
    if fresh:
        bank.questions[question.id] = question


def _hashable(raw: dict[Any, Any]) -> bool:
    return isinstance(raw.get("type"), str)


def _note_id(bank: LoadedBank, file: YamlFile, name: Any, at: tuple[str | int, ...]) -> bool:
    """Remember where the id stands; False and a problem if it stood elsewhere before."""
    if not isinstance(name, str):
        return False
    place = file.place((*at, "id"))
    first = bank.sources.get(name)
    if first is None:
        bank.sources[name] = Source(file.name, *file.place(at))
        return True
    message = Text(
        N_("The id %(id)s stands twice, first in %(file)s line %(line)s."),
        {"id": name, "file": first.file, "line": first.line},
    )
    file.report("duplicate-id", place, message)
    return False


def _load_blueprint(bank: LoadedBank, file: YamlFile) -> None:
    blueprint = validated(file, Blueprint, file.value, ()) if file.value is not None else None
    if blueprint is not None:
        _check_blueprint(bank, file, blueprint)
        first = bank.blueprint_sources.get(blueprint.id)
        if first is None:
            bank.blueprints[blueprint.id] = blueprint
            bank.blueprint_sources[blueprint.id] = Source(file.name, 1, 1)
        else:
            message = Text(
                N_("The id %(id)s stands twice, first in %(file)s line %(line)s."),
                {"id": blueprint.id, "file": first.file, "line": first.line},
            )
            file.report("duplicate-id", file.place(("id",)), message)
    bank.problems.extend(file.problems)


def _check_blueprint(bank: LoadedBank, file: YamlFile, blueprint: Blueprint) -> None:
    named: list[tuple[str, str, Any, tuple[str | int, ...]]] = [
        ("unknown-tier", blueprint.tier, bank.registry.tiers, ("tier",))
    ]
    for index, quota in enumerate(blueprint.quotas):
        at = ("quotas", index)
        named += [("unknown-tier", t, bank.registry.tiers, (*at, "tier")) for t in quota.tier or ()]
        named += [
            ("unknown-topic", t, bank.registry.topics, (*at, "topic")) for t in quota.topic or ()
        ]
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


def read_blueprint(path: Path, registry: Registry) -> tuple[Blueprint | None, list[Problem]]:
    """The blueprint in a file outside of a bank, and the problems in it."""
    alone = LoadedBank(path.parent, registry)
    _load_blueprint(alone, read_file(path, path.name))
    return next(iter(alone.blueprints.values()), None), alone.problems
