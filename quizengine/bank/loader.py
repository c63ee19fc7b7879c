"""Load a bank folder: everything is read, all problems are collected, nothing raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pydantic import Field, ValidationError

from quizengine.bank.blueprints import load_blueprint
from quizengine.bank.folder import Folder
from quizengine.bank.loaded import LoadedBank, Source
from quizengine.bank.registries import registry_in
from quizengine.bank.validate import validated, without_slips
from quizengine.bank.yamlfile import YamlFile
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
from quizengine.domain.text import N_, Text

# Folders of a bank that hold no questions.
RESERVED = ("_registry", "blueprints", "contests", "appraisal")


class Defaults(Content):
    """Values for each question of the file that doesn't say otherwise."""

    revision: int | None = Field(None, ge=1, description="As in a question.")
    pool: Pool | None = Field(None, description="As in a question.")
    tiers: list[str] | None = Field(None, description="As in a question.")
    topics: list[str] | None = Field(None, description="As in a question.")
    difficulty: int | None = Field(None, ge=1, le=5, description="As in a question.")
    cognitive_level: CognitiveLevel | None = Field(None, description="As in a question.")
    basis: list[Basis] | None = Field(None, description="As in a question.")
    valid: Validity | None = Field(None, description="As in a question.")


class BankFile(Content):
    """A bank file."""

    schema_: Literal[1] = Field(alias="schema", description="Version of this format.")
    defaults: Defaults = Field(
        default_factory=lambda: Defaults.model_validate({}),
        description="Fields that most questions of the file share.",
    )
    questions: list[Question] = Field(description="The questions.")


class _Head(Content):
    """A bank file before its questions are looked at one by one."""

    schema_: Literal[1] = Field(alias="schema")
    defaults: Defaults = Field(default_factory=lambda: Defaults.model_validate({}))
    questions: list[Any]


def load_bank(root: Path, today: date) -> LoadedBank:
    """Read and lint the bank in `root` as of `today`."""
    return _load(Folder(root), today)


def load_bank_with(root: Path, today: date, replaced: Mapping[str, str]) -> LoadedBank:
    """The bank as it would be with other texts in some files, by name; nothing is written.

    A name may be new. What is on disk is parsed once and kept, so that a lint while somebody
    types reads one file only.
    """
    return _load(Folder(root, replaced, keep=True), today)


def _load(folder: Folder, today: date) -> LoadedBank:
    bank = LoadedBank(folder.root)
    if not folder.root.is_dir():
        message = Text(N_("There is no folder %(path)s."), {"path": str(folder.root)})
        bank.problems.append(Problem(".", 1, 1, "bank-missing", "error", message))
        return bank
    bank.digest = folder.digest()
    bank.registry = registry_in(folder, bank.problems)
    blueprint_files: list[YamlFile] = []
    for name in folder.names:
        top = PurePosixPath(name).parts[0]
        if top == "blueprints":
            blueprint_files.append(folder.yaml(name))
        elif top not in RESERVED:
            file = folder.yaml(name)
            _load_questions(bank, file, today)
            bank.problems.extend(file.problems)
    for file in blueprint_files:
        load_blueprint(bank, file, today)
    bank.problems.sort(key=lambda p: (p.file, p.line, p.column))
    return bank


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
    question: Any = validated(file, cls or Content, raw, at)
    fresh = _note_id(bank, file, raw.get("id"), at) if _is_map(raw) else False
    if question is not None and fresh:
        bank.questions[question.id] = question
    elif question is None and cls is not None:
        question = _despite_slips(cls, raw)
    if question is not None:
        for finding in check_question(question, bank.registry, today):
            place = file.place((*at, *finding.path))
            file.report(finding.code, place, finding.text, finding.severity)


def _despite_slips(cls: type[Question], raw: dict[str, Any]) -> Question | None:
    """The question as it was probably meant, so that all its faults show at once."""
    try:
        return cls.model_validate(without_slips(cls, raw))
    except ValidationError:
        return None


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
        N_("The id %(id)s appears twice, first in %(file)s, line %(line)s."),
        {"id": name, "file": first.file, "line": first.line},
    )
    file.report("duplicate-id", place, message)
    return False
