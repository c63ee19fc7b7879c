"""Files attached to a record: kept once, and only what they claim to be."""

from __future__ import annotations

from datetime import datetime

import pytest
from school import School
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.evidence import MAX_BYTES, MAX_FILES, attach, evidence_file, evidence_of
from quizengine.services.uploads import Upload
from quizengine.storage.engine import writing
from quizengine.storage.models import EvidenceContent

PDF = b"%PDF-1.7 a photo of the sheet"


def _attach(session: Session, now: datetime, school: School, record: str, *files: Upload) -> None:
    with writing(session):
        attach(session, now, school.persons["li"], record, files)


def test_a_file_comes_back_as_it_was(session: Session, now: datetime, school: School) -> None:
    _attach(session, now, school, "class:1", Upload("C:\\会\\签到表.PDF", PDF))
    [row] = evidence_of(session, "class:1")
    assert (row.name, row.size) == ("签到表.PDF", len(PDF))
    assert evidence_file(session, "class:1", row.id).data == PDF


def test_a_file_is_got_by_its_own_record_alone(
    session: Session, now: datetime, school: School
) -> None:
    _attach(session, now, school, "class:1", Upload("a.pdf", PDF))
    [row] = evidence_of(session, "class:1")
    with pytest.raises(Refused, match="no such file"):
        evidence_file(session, "class:11", row.id)


def test_the_same_content_is_kept_once(session: Session, now: datetime, school: School) -> None:
    _attach(session, now, school, "class:1", Upload("a.pdf", PDF), Upload("b.pdf", PDF))
    _attach(session, now, school, "class:2", Upload("c.pdf", PDF))
    assert session.scalar(select(func.count()).select_from(EvidenceContent)) == 1


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (Upload("run.exe", b"MZ"), "evidence-type"),
        (Upload("page.html", b"<script>"), "evidence-type"),
        (Upload("photo.png", PDF), "evidence-type"),
        (Upload("nothing", PDF), "evidence-type"),
        (Upload("list.csv", b""), "evidence-empty"),
        (Upload("long.txt", b"x" * (MAX_BYTES + 1)), "evidence-size"),
    ],
)
def test_what_is_not_fit_is_refused_and_nothing_is_kept(
    session: Session, now: datetime, school: School, file: Upload, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        _attach(session, now, school, "class:1", Upload("a.pdf", PDF), file)
    assert refused.value.code == code
    assert list(evidence_of(session, "class:1")) == []


def test_a_record_has_only_so_many_files(session: Session, now: datetime, school: School) -> None:
    _attach(session, now, school, "class:1", *([Upload("a.pdf", PDF)] * MAX_FILES))
    with pytest.raises(Refused) as refused:
        _attach(session, now, school, "class:1", Upload("a.pdf", PDF))
    assert refused.value.code == "evidence-count"
