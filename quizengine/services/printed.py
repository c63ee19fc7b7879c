"""Printed papers for rooms without computers: a zip with both forms, answer sheets and keys."""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from quizengine.domain.papers import Paper
from quizengine.domain.questions import Question
from quizengine.domain.text import N_
from quizengine.domain.translations import in_language
from quizengine.services.access import Actor
from quizengine.services.assemblers import kept_assembler
from quizengine.services.bank import questions_of
from quizengine.services.exams import blueprint_of, managed_exam
from quizengine.services.print_blocks import Block, Printing, paper_blocks
from quizengine.services.print_docx import blocks_docx
from quizengine.services.print_forms import two_forms
from quizengine.services.print_key import key_blocks
from quizengine.services.print_pdf import blocks_pdf
from quizengine.services.shown import title_of
from quizengine.storage.engine import SessionLike

ZIP_TYPE = "application/zip"
DRAW = {"docx": blocks_docx, "pdf": blocks_pdf}


def printed_exam(
    session: SessionLike,
    now: datetime,
    zone: ZoneInfo,
    actor: Actor,
    exam_id: int,
    language: str,
    gettext: Callable[[str], str],
) -> bytes:
    """A paper of the exam's blueprint, drawn for this print alone; its questions as they are now.

    Refused `forbidden` unless the actor is an organizer over the exam's unit, `unknown-exam`,
    `infeasible`.
    """
    exam = managed_exam(session, actor, exam_id)
    blueprint = blueprint_of(exam)
    assembler = kept_assembler(session, blueprint, now.astimezone(zone).date())
    rng = Random(secrets.randbits(128))
    paper = assembler.draw(rng)
    questions = questions_of(session, [item.ref for item in paper.items])
    printing = Printing(title_of(exam, language), blueprint, language, gettext)
    return printed_forms(printing, paper, questions, rng)


def printed_forms(
    printing: Printing, paper: Paper, questions: Mapping[int, Question], rng: Random
) -> bytes:
    """The zip: form A and form B with their answer sheets, and the keys of both."""
    shown = {ref: in_language(question, printing.language) for ref, question in questions.items()}
    forms = two_forms(paper, shown, rng)
    files = {
        printing.say(N_("Form %(letter)s"), letter=form.letter): list(paper_blocks(printing, form))
        for form in forms
    }
    keys = [list(key_blocks(printing, form)) for form in forms]
    files[printing.gettext(N_("Answer keys"))] = [*keys[0], Block("page"), *keys[1]]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, blocks in files.items():
            for ending, draw in DRAW.items():
                archive.writestr(f"{name}.{ending}", draw(blocks))
    return out.getvalue()
