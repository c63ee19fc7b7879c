"""Serve the bank: the folder's last good state, as immutable revisions in the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, select

from quizengine.bank.folder import bank_digest
from quizengine.bank.loaded import LoadedBank
from quizengine.bank.loader import load_site_bank
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.domain.blueprints import Blueprint
from quizengine.domain.canonical import canonical_json
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.duties.rules import DutyRule
from quizengine.domain.problems import Problem
from quizengine.domain.questions import Question, question_from_json, question_to_data
from quizengine.domain.registry import Registry
from quizengine.domain.selfchecks import Checklist
from quizengine.domain.text import N_, Refused, Text
from quizengine.services.cleared import cleared_keys
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import BankState, CurrentQuestion, Revision

_registry: TypeAdapter[Registry] = TypeAdapter(Registry)
_blueprints: TypeAdapter[dict[str, Blueprint]] = TypeAdapter(dict[str, Blueprint])
_contests: TypeAdapter[dict[str, ContestRules]] = TypeAdapter(dict[str, ContestRules])
_appraisals: TypeAdapter[dict[int, AppraisalRules]] = TypeAdapter(dict[int, AppraisalRules])
_checklists: TypeAdapter[dict[int, Checklist]] = TypeAdapter(dict[int, Checklist])
_duties: TypeAdapter[dict[str, DutyRule]] = TypeAdapter(dict[str, DutyRule])


def sync_bank(session: SessionLike, now: datetime, today: date, root: Path) -> list[Problem]:
    """Read the folder `root` and serve it if it has no errors; the problems found.

    With errors the bank served so far stays, and the problems are kept for admins to see.
    """
    bank = lint_bank(session, today, root)
    with writing(session):
        state = _state(session)
        state.seen_digest = bank.digest
        state.seen_on = today.isoformat()
        state.problems = json.dumps([_to_stored(p) for p in bank.problems], ensure_ascii=False)
        if bank.ok:
            _serve(session, now, state, bank)
    return bank.problems


def lint_bank(
    session: SessionLike, today: date, root: Path, replaced: Mapping[str, str] | None = None
) -> LoadedBank:
    """The bank in `root` with everything that keeps it from being served.

    `replaced`: texts that stand for those of files, by name, as if they had been written.
    """
    bank = load_site_bank(root, today, cleared_keys(session), replaced)
    bank.problems += _changed_types(session, bank)
    bank.problems.sort(key=lambda p: (p.file, p.line, p.column))
    return bank


def sync_if_changed(session: SessionLike, now: datetime, today: date, root: Path) -> bool:
    """`sync_bank` if a file has changed since the last look, or the day has; whether it ran."""
    state = session.get(BankState, 1)
    if state and state.seen_on == today.isoformat() and state.seen_digest == bank_digest(root):
        return False
    sync_bank(session, now, today, root)
    return True


def _state(session: SessionLike) -> BankState:
    state = session.get(BankState, 1)
    if state is None:
        state = BankState(id=1)
        session.add(state)
    return state


def _changed_types(session: SessionLike, bank: LoadedBank) -> list[Problem]:
    """A question may not change its type: answers given to it would lose their meaning."""
    rows = session.execute(select(Revision.question_id, Revision.type).distinct())
    problems = []
    for question_id, kind in rows:
        question = bank.questions.get(question_id)
        if question is not None and question.type != kind:
            source = bank.sources[question_id]
            message = Text(
                N_("%(id)s was %(old)s before: a new type needs a new id."),
                {"id": question_id, "old": kind},
            )
            problems.append(
                Problem(source.file, source.line, source.column, "type-changed", "error", message)
            )
    return problems


def content_of(question: Question) -> tuple[str, str]:
    """Canonical JSON of a question's content, and its SHA-256."""
    raw = canonical_json(question_to_data(question))
    return raw.decode(), hashlib.sha256(raw).hexdigest()


def _serve(session: SessionLike, now: datetime, state: BankState, bank: LoadedBank) -> None:
    known = {
        (row.question_id, row.number, row.digest): row.id
        for row in session.execute(
            select(Revision.question_id, Revision.number, Revision.digest, Revision.id)
        )
    }
    session.execute(delete(CurrentQuestion))
    for question in bank.questions.values():
        content, digest = content_of(question)
        key = (question.id, question.revision, digest)
        if key not in known:
            revision = Revision(
                question_id=question.id,
                number=question.revision,
                digest=digest,
                type=question.type,
                content=content,
                created_at=now,
            )
            session.add(revision)
            session.flush()
            known[key] = revision.id
        source = bank.sources[question.id]
        session.add(
            CurrentQuestion(
                question_id=question.id,
                revision_id=known[key],
                pool=question.pool,
                file=source.file,
                line=source.line,
            )
        )
    if state.served_digest != bank.digest:
        state.served_digest = bank.digest
        state.served_at = now
    state.registries = _registry.dump_json(bank.registry, by_alias=True).decode()
    state.blueprints = _blueprints.dump_json(bank.blueprints, by_alias=True).decode()
    state.contests = _contests.dump_json(bank.contests, by_alias=True).decode()
    state.appraisals = _appraisals.dump_json(bank.appraisals, by_alias=True).decode()
    state.duties = _duties.dump_json(bank.duties, by_alias=True).decode()
    state.checklists = _checklists.dump_json(bank.checklists, by_alias=True).decode()


def _to_stored(problem: Problem) -> dict[str, object]:
    params = {k: str(v) for k, v in problem.text.params.items()}
    return {**problem.to_data(), "template": problem.text.template, "params": params}


def stored_problems(session: SessionLike) -> list[Problem]:
    """What the last look at the folder found."""
    state = session.get(BankState, 1)
    return [
        Problem(
            p["file"],
            p["line"],
            p["column"],
            p["code"],
            p["severity"],
            Text(p["template"], p["params"]),
        )
        for p in json.loads(state.problems if state else "[]")
    ]


@lru_cache(maxsize=4)
def _parsed_registry(_digest: str, text: str) -> Registry:
    return _registry.validate_json(text)


def served_registry(session: SessionLike) -> Registry:
    """Registries of the bank that is served; empty before the first sync."""
    row = session.execute(select(BankState.served_digest, BankState.registries)).first()
    return _parsed_registry(*row) if row and row.registries else Registry()


@lru_cache(maxsize=4)
def _parsed_blueprints(_digest: str, text: str) -> dict[str, Blueprint]:
    return _blueprints.validate_json(text)


def served_blueprints(session: SessionLike) -> dict[str, Blueprint]:
    """Blueprints of the bank that is served, by id."""
    row = session.execute(select(BankState.served_digest, BankState.blueprints)).first()
    return _parsed_blueprints(*row) if row and row.blueprints else {}


def served_blueprint(session: SessionLike, blueprint_id: str) -> Blueprint:
    """One of them; `Refused` (404) if there is none of that id."""
    return _named(served_blueprints(session), blueprint_id)


def exam_blueprints(session: SessionLike) -> dict[str, Blueprint]:
    """The served blueprints that exams may be opened with: what contests draw stays unseen."""
    served = served_blueprints(session)
    return {name: blueprint for name, blueprint in served.items() if blueprint.pool != "contest"}


def exam_blueprint(session: SessionLike, blueprint_id: str) -> Blueprint:
    """One of them; `Refused` (404) if there is none of that id for exams."""
    return _named(exam_blueprints(session), blueprint_id)


def _named(blueprints: Mapping[str, Blueprint], blueprint_id: str) -> Blueprint:
    blueprint = blueprints.get(blueprint_id)
    if blueprint is None:
        raise Refused(
            "unknown-blueprint", N_("There is no blueprint %(id)s."), status=404, id=blueprint_id
        )
    return blueprint


@lru_cache(maxsize=4)
def _parsed_contests(_digest: str, text: str) -> dict[str, ContestRules]:
    return _contests.validate_json(text)


def served_contests(session: SessionLike) -> dict[str, ContestRules]:
    """Rules of contests of the bank that is served, by id."""
    row = session.execute(select(BankState.served_digest, BankState.contests)).first()
    return _parsed_contests(*row) if row and row.contests else {}


def served_contest(session: SessionLike, rules_id: str) -> ContestRules:
    """Those of one file; `Refused` (404) if there are none of that id."""
    rules = served_contests(session).get(rules_id)
    if rules is None:
        raise Refused(
            "unknown-rules", N_("There are no contest rules %(id)s."), status=404, id=rules_id
        )
    return rules


@lru_cache(maxsize=4)
def _parsed_appraisals(_digest: str, text: str) -> dict[int, AppraisalRules]:
    return _appraisals.validate_json(text)


def served_appraisals(session: SessionLike) -> dict[int, AppraisalRules]:
    """Rules of appraisals of the bank that is served, by year."""
    row = session.execute(select(BankState.served_digest, BankState.appraisals)).first()
    return _parsed_appraisals(*row) if row and row.appraisals else {}


@lru_cache(maxsize=4)
def _parsed_checklists(_digest: str, text: str) -> dict[int, Checklist]:
    return _checklists.validate_json(text)


def served_checklists(session: SessionLike) -> dict[int, Checklist]:
    """Checklists of self-assessments of the bank that is served, by year."""
    row = session.execute(select(BankState.served_digest, BankState.checklists)).first()
    return _parsed_checklists(*row) if row and row.checklists else {}


@lru_cache(maxsize=4)
def _parsed_duties(_digest: str, text: str) -> dict[str, DutyRule]:
    return _duties.validate_json(text)


def served_duties(session: SessionLike) -> dict[str, DutyRule]:
    """Frequency duties of the bank that is served, by id."""
    row = session.execute(select(BankState.served_digest, BankState.duties)).first()
    return _parsed_duties(*row) if row and row.duties else {}


@lru_cache(maxsize=20_000)
def _parsed_question(_revision_id: int, digest: str, content: str) -> Question:
    return question_from_json(content)


def current_questions(session: SessionLike) -> dict[int, Question]:
    """The questions that new papers may draw, by revision id."""
    rows = session.execute(
        select(Revision.id, Revision.digest, Revision.content)
        .join(CurrentQuestion, CurrentQuestion.revision_id == Revision.id)
        .order_by(Revision.id)
    )
    return {row.id: _parsed_question(row.id, row.digest, row.content) for row in rows}


def questions_of(
    database: SessionLike | Connection, revision_ids: Iterable[int]
) -> dict[int, Question]:
    """The questions in these revisions, by revision id."""
    wanted = sorted(set(revision_ids))
    rows = database.execute(
        select(Revision.id, Revision.digest, Revision.content).where(Revision.id.in_(wanted))
    )
    return {row.id: _parsed_question(row.id, row.digest, row.content) for row in rows}
