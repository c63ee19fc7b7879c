"""Who has signed the year's letter, unit by unit."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from quizengine.services.letters import year_texts
from quizengine.services.letters_overview import (
    LETTER_STATES,
    LetterRow,
    letter_overview,
    state_counts,
)
from quizengine.services.office_tables import letters_table
from quizengine.services.post_words import LEVEL_NAMES
from quizengine.web.clock import site_settings, today
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.pages import (
    READING,
    asked_of,
    asked_unit,
    asked_year,
    kept_args,
    page_of,
    refuse_format,
    seen_unit_choices,
)
from quizengine.web.office.words import LETTER_LOOKS
from quizengine.web.organizer.downloads import file_response


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Units with their letters; figures over all of them, whatever the state asked for."""
    year, state = _year(), asked_of("state", list(LETTER_STATES))
    found = _rows(year, None)
    shown = [row for row in found if state is None or row.state == state]
    rows, pages = page_of(shown)
    texts = [text for text in year_texts(db.session, year) if sees_text(text.unit.path)]
    return render_template(
        "letters/index.html",
        rows=rows,
        pages=pages,
        counts=state_counts(found),
        units_total=len(found),
        members=sum(row.members for row in found),
        pledged=sum(row.pledged for row in found),
        year=year,
        years=range(today().year + 1, today().year - 6, -1),
        state=state,
        texts=sorted(texts, key=lambda text: (text.level, text.unit.path, -text.version)),
        kept=kept_args("unit", "state", "year"),
        unit_id=asked_unit(),
        units=seen_unit_choices(),
        states=LETTER_STATES,
        looks=LETTER_LOOKS,
        levels=LEVEL_NAMES,
        may_set=current_actor().has("organizer"),
    )


@roles_required(*READING)
def download(form: str) -> ResponseReturnValue:
    """The list as a file."""
    refuse_format(form)
    rows = _rows(_year(), asked_of("state", list(LETTER_STATES)))
    return file_response(letters_table(db.session, rows), form, str(_year()))


def _year() -> int:
    return asked_year() or today().year


def _rows(year: int, state: str | None) -> list[LetterRow]:
    return letter_overview(
        db.session, site_settings().zone, current_actor(), year, asked_unit(), state
    )


def sees_text(path: str) -> bool:
    """Texts of one's own units, and of those above, which are in force there."""
    scopes = current_actor().scopes(*READING)
    return any(path.startswith(scope) or scope.startswith(path) for scope in scopes)
