"""Load a bank folder: everything is read, all problems are collected, nothing raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Any, Literal

from pydantic import Field

from quizengine.bank.appraisals import load_appraisal
from quizengine.bank.blueprints import load_blueprint
from quizengine.bank.checklists import load_checklist
from quizengine.bank.contests import load_contest
from quizengine.bank.duties import load_duty
from quizengine.bank.folder import Folder
from quizengine.bank.loaded import Held, LoadedBank, Source
from quizengine.bank.meant import as_meant, still_telling
from quizengine.bank.registries import registry_in
from quizengine.bank.validate import validated
from quizengine.bank.yamlfile import YamlFile
from quizengine.domain.clearing import clearing_key, hits_of
from quizengine.domain.guard import GUARDED
from quizengine.domain.leaks import place_bias
from quizengine.domain.problems import Finding, Path, Problem
from quizengine.domain.questioncheck import check_question
from quizengine.domain.questions import (
    QUESTION_CLASSES,
    Basis,
    CognitiveLevel,
    Content,
    Pool,
    Question,
    ShortQuestion,
    Validity,
)
from quizengine.domain.text import N_, Text

# Folders of a bank that hold no questions.
RESERVED = ("_registry", "blueprints", "contests", "appraisal", "checklists", "duties")
# What not even a draft may have: an id that means something else, what nobody has cleared.
_NEVER = ("duplicate-id", "cleared-alone", *GUARDED)
_COMMON = ShortQuestion.model_fields.keys() - {"type", "answer", "key_points"}


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


def load_bank(root: FilePath, today: date) -> LoadedBank:
    """Read and lint the bank in `root` as of `today`."""
    return _load(Folder(root), today)


def load_bank_with(root: FilePath, today: date, replaced: Mapping[str, str]) -> LoadedBank:
    """The bank as it would be with other texts in some files, by name; nothing is written.

    A name may be new. What is on disk is parsed once and kept, so that a lint while somebody
    types reads one file only.
    """
    return _load(Folder(root, replaced, keep=True), today)


def load_site_bank(
    root: FilePath, today: date, cleared: frozenset[str], replaced: Mapping[str, str] | None = None
) -> LoadedBank:
    """As `load_bank`, or as `load_bank_with` if texts are `replaced`, on a site.

    `cleared` are the keys of what its people have cleared; what the files say does not count.
    """
    folder = Folder(root) if replaced is None else Folder(root, replaced, keep=True)
    return _load(folder, today, cleared)


def _load(folder: Folder, today: date, cleared: frozenset[str] | None = None) -> LoadedBank:
    bank = LoadedBank(folder.root, cleared=cleared)
    if not folder.root.is_dir():
        message = Text(N_("There is no folder %(path)s."), {"path": str(folder.root)})
        bank.problems.append(Problem(".", 1, 1, "bank-missing", "error", message))
        return bank
    bank.digest = folder.digest()
    bank.registry = registry_in(folder, bank.problems)
    later: dict[str, list[YamlFile]] = {name: [] for name in RESERVED[1:]}
    for name in folder.names:
        top = PurePosixPath(name).parts[0]
        if top in later:
            later[top].append(folder.yaml(name))
        elif top not in RESERVED:
            file = folder.yaml(name)
            _load_questions(bank, file, today)
            bank.problems.extend(file.problems)
    bias = place_bias(bank.questions.values())
    if bias is not None:
        bank.problems.append(Problem(".", 1, 1, "position-bias", "warning", bias))
    _load_rules(bank, later, today)
    bank.problems.sort(key=lambda p: (p.file, p.line, p.column))
    return bank


def _load_rules(bank: LoadedBank, later: Mapping[str, list[YamlFile]], today: date) -> None:
    """What is made of questions comes after all of them."""
    for file in later["blueprints"]:
        load_blueprint(bank, file, today)
    for file in later["contests"]:
        load_contest(bank, file, today)
    for file in later["appraisal"]:
        load_appraisal(bank, file)
    for file in later["checklists"]:
        load_checklist(bank, file)
    for file in later["duties"]:
        load_duty(bank, file)


def _load_questions(bank: LoadedBank, file: YamlFile, today: date) -> None:
    if file.value is None:
        if not file.problems:
            file.report("missing-field", (1, 1), Text(N_("The file is empty.")))
        return
    validated(file, _Head, file.value, ())
    if not isinstance(file.value, dict) or not isinstance(file.value.get("questions"), list):
        return
    given = file.value.get("defaults")
    defaults: dict[Any, Any] = given if isinstance(given, dict) else {}
    for index, raw in enumerate(file.value["questions"]):
        _load_question(bank, _Entry(file, ("questions", index), raw, defaults), today)


class _Entry:
    """A question as it stands in its file, with what it takes from the file's defaults."""

    def __init__(self, file: YamlFile, at: Path, raw: Any, defaults: dict[Any, Any]) -> None:
        self.file = file
        self.at = at
        self.is_map = isinstance(raw, dict)
        own = raw if self.is_map else {}
        self.value: Any = {**defaults, **own} if self.is_map else raw
        self.is_draft = own.get("state") == "draft"
        # Their own faults were found when the head of the file was checked.
        self.inherited = defaults.keys() - own.keys()

    def report(self, finding: Finding) -> None:
        """Note a finding where the value stands; in the defaults once for all questions."""
        inherited = bool(finding.path) and finding.path[0] in self.inherited
        place = self.file.place((*(("defaults",) if inherited else self.at), *finding.path))
        if inherited and any(
            (p.line, p.column, p.code) == (*place, finding.code) for p in self.file.problems
        ):
            return
        self.file.report(finding.code, place, finding.text, finding.severity)


def _load_question(bank: LoadedBank, entry: _Entry, today: date) -> None:
    before = len(entry.file.problems)
    _read_question(bank, entry, today)
    if entry.is_draft:
        # An unfinished draft keeps no other question from being served.
        found = entry.file.problems[before:]
        entry.file.problems[before:] = [_softened(problem) for problem in found]


def _softened(problem: Problem) -> Problem:
    return problem if problem.code in _NEVER else replace(problem, severity="warning")


def _read_question(bank: LoadedBank, entry: _Entry, today: date) -> None:
    raw, file = entry.value, entry.file
    if not entry.is_map:
        validated(file, Content, raw, entry.at)
        return
    kind = raw.get("type")
    cls = QUESTION_CLASSES.get(kind) if isinstance(kind, str) else None
    if cls is None:
        _report_type(entry)
    question: Any = validated(file, cls, raw, entry.at, entry.inherited) if cls else None
    fresh = _note_id(bank, file, raw.get("id"), entry.at)
    if question is not None and fresh:
        (bank.drafts if entry.is_draft else bank.questions)[question.id] = question
    replaced: set[Path] = set()
    if question is None:
        question, replaced = as_meant(cls, raw) if cls else _as_text(raw)
    if question is not None:
        by_file = bank.cleared is None
        findings = check_question(question, bank.registry, today, by_file=by_file)
        for finding in still_telling(findings, replaced):
            if by_file or finding.code not in GUARDED or _holds(bank, entry, question, finding):
                entry.report(finding)


def _holds(bank: LoadedBank, entry: _Entry, question: Question, finding: Finding) -> bool:
    """Whether nobody has cleared what the guard found on this site; then it is noted."""
    if clearing_key(question, finding.code) in (bank.cleared or ()):
        return False
    line = entry.file.place((*entry.at, *finding.path))[0]
    bank.held += [
        Held(str(entry.value.get("id", "")), entry.file.name, line, hit)
        for hit in hits_of(question)
        if (hit.code, hit.path) == (finding.code, finding.path)
    ]
    return True


def _report_type(entry: _Entry) -> None:
    given = "type" in entry.value
    template = (
        N_("The type %(tag)s is not one of %(expected_tags)s.")
        if given
        else N_("The field %(field)s is missing.")
    )
    params = {
        "tag": str(entry.value.get("type")),
        "expected_tags": ", ".join(QUESTION_CLASSES),
        "field": "type",
    }
    code = "bad-value" if given else "missing-field"
    entry.file.report(code, entry.file.place((*entry.at, "type")), Text(template, params))


def _as_text(raw: dict[Any, Any]) -> tuple[Question | None, set[Path]]:
    """What questions of all types have in common, for one whose type is not known."""
    known = {key: value for key, value in raw.items() if key in _COMMON}
    return as_meant(ShortQuestion, {**known, "type": "short", "key_points": [{"text": "?"}]})


def _note_id(bank: LoadedBank, file: YamlFile, name: Any, at: Path) -> bool:
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
