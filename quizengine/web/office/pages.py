"""What the pages of the offices' registers share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote

from flask import Response, flash, request

from quizengine.domain.text import N_, Refused
from quizengine.services.directory import Filter, list_people
from quizengine.services.evidence import ACCEPTED, EvidenceFile
from quizengine.services.office_access import Act
from quizengine.services.units import UnitRow, unit_tree
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor
from quizengine.web.numbers import row_id
from quizengine.web.paging import PER_PAGE, Paging, paging

READING = ("organizer", "admin", "auditor")
FORMATS = ("xlsx", "csv")
_SUGGESTED = 200
_GONE = (403, 404)

T = TypeVar("T")


def act() -> Act:
    """The person signed in, acting now."""
    return Act(db.session, now(), site_settings().zone, current_actor())


def kept_units() -> list[UnitRow]:
    """Units whose registers the person signed in keeps."""
    return unit_tree(db.session, current_actor(), "organizer")


def seen_unit_choices() -> list[tuple[int, str]]:
    """Units to filter by."""
    return unit_choices(unit_tree(db.session, current_actor()))


def keeps(path: str) -> bool:
    """Whether the person signed in keeps the registers of the unit with this path."""
    return current_actor().can("organizer", path)


def asked_unit() -> int | None:
    """The unit of the query."""
    return request.args.get("unit", type=row_id)


def asked_year() -> int | None:
    """The year of the query; None if there is none, or no such year."""
    year = request.args.get("year", type=int)
    return year if year is not None and 2000 <= year <= 2100 else None


def asked_of(name: str, known: Sequence[str]) -> str | None:
    """A value of the query, if it is one of `known`."""
    value = request.args.get(name)
    return value if value in known else None


def kept_args(*names: str) -> dict[str, str]:
    """Arguments of the address that links on the page keep."""
    return {name: request.args[name] for name in names if request.args.get(name)}


def page_of(rows: Sequence[T]) -> tuple[Sequence[T], Paging]:
    """The rows of the page that the query asks for."""
    pages = paging(len(rows))
    return rows[pages.offset : pages.offset + PER_PAGE], pages


def suggested_people() -> list[tuple[str, str]]:
    """Logins to suggest, with name and unit."""
    found = list_people(db.session, current_actor(), Filter(), size=_SUGGESTED)
    return [(row.login, f"{row.login} · {row.name} · {row.unit}") for row in found.rows]


def tried(what: Callable[[], object], done: str) -> bool:
    """Do something, and say `done` or why not; what is out of sight or forbidden is raised."""
    try:
        what()
    except Refused as refused:
        if refused.status in _GONE and refused.code in ("forbidden", *_UNKNOWN):
            raise
        flash(translated(refused.text), "danger")
        return False
    flash(done, "success")
    return True


# What an address names and nobody finds: a page of its own says so.
_UNKNOWN = (
    *("post-unknown", "holder-unknown", "outbound-unknown", "incident-unknown"),
    *("activity-unknown", "entry-unknown", "survey-unknown", "ballot-unknown"),
    *("class-unknown", "batch-unknown", "teacher-unknown"),
    *("inspection-unknown", "finding-unknown", "selfcheck-unknown"),
)


def flash_faults(errors: dict[str, str]) -> None:
    """Say what is wrong with the fields of a short form, which stands on a page of its own."""
    for message in dict.fromkeys(errors.values()):
        flash(message, "danger")


def file_answer(file: EvidenceFile) -> Response:
    """A file as a download: nothing that somebody uploaded is opened within the site."""
    disposition = f"attachment; filename=\"file\"; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Response(file.data, content_type=file.media_type, headers=headers)


def refuse_format(form: str) -> None:
    """Refused `unknown-file` (404) for a format that there is not."""
    if form not in FORMATS:
        raise Refused("unknown-file", N_("There is no such file."), status=404)


def today_text() -> str:
    """Today as date fields have it."""
    return today().isoformat()


ACCEPT = ACCEPTED
