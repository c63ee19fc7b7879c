"""Entries of the ledger: lists, one entry, and files of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.ledgerkinds import KINDS
from quizengine.domain.text import N_
from quizengine.services.access import READERS
from quizengine.services.ledger_browse import (
    Wanted,
    count_entries,
    count_own,
    export_entries,
    get_entry,
    list_entries,
    list_own,
)
from quizengine.services.ledger_lines import EntryLine
from quizengine.services.spreadsheets import CSV_TYPE, Cell, Column, Table, write_csv
from quizengine.services.units import unit_tree
from quizengine.web.choices import unit_choices
from quizengine.web.clock import site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id
from quizengine.web.paging import paging

_FILTERS = ("kind", "unit", "since", "until", "name")
_COLUMNS = (
    Column(N_("Number"), "number"),
    Column(N_("Time"), "time"),
    Column(N_("Kind")),
    Column(N_("Name")),
    Column(N_("Login"), "id"),
    Column(N_("Unit")),
    Column(N_("What happened")),
    Column(N_("Score"), "number"),
    Column(N_("Maximum"), "number"),
    Column(N_("Corrects"), "number"),
    Column(N_("Leaf hash")),
)


@roles_required(*READERS)
def index() -> ResponseReturnValue:
    """All entries of one's units, filtered."""
    actor, wanted = current_actor(), _wanted()
    pages = paging(count_entries(db.session, actor, wanted))
    return render_template(
        "ledger/index.html",
        lines=list_entries(
            db.session, actor, wanted, language(), offset=pages.offset, size=pages.per_page
        ),
        paging=pages,
        wanted=wanted,
        asked=request.args,
        kept=_kept(),
        kinds={key: translated(name) for key, name in KINDS.items()},
        units=unit_choices(unit_tree(db.session, actor)),
    )


def mine() -> ResponseReturnValue:
    """What the ledger says about the person signed in."""
    person_id = current_actor().person_id
    pages = paging(count_own(db.session, person_id))
    lines = list_own(db.session, person_id, language(), offset=pages.offset, size=pages.per_page)
    return render_template("ledger/mine.html", lines=lines, paging=pages)


def entry(seq: int) -> ResponseReturnValue:
    """One entry, with what is hashed of it."""
    found = get_entry(db.session, current_actor(), seq, language())
    names = {key: translated(name) for key, name in KINDS.items()}
    return render_template("ledger/entry.html", entry=found, line=found.line, kinds=names)


@roles_required(*READERS)
def export_csv() -> ResponseReturnValue:
    """The entries that fit the filter, as a table for spreadsheet programs."""
    lines = export_entries(db.session, current_actor(), _wanted(), language())
    table = Table(N_("Ledger"), _COLUMNS, (_cells(line) for line in lines))
    return Response(
        write_csv(table, site_settings().zone, _),
        content_type=CSV_TYPE,
        headers=_attached("ledger.csv"),
    )


def _cells(line: EntryLine) -> Sequence[Cell]:
    return (
        line.seq,
        line.at,
        translated(KINDS.get(line.kind, line.kind)),
        line.person or "",
        line.login or "",
        line.unit or "",
        _words(line),
        line.told.score,
        line.told.max_score,
        line.corrects,
        line.leaf_hash or "",
    )


def _words(line: EntryLine) -> str:
    return " ".join(translated(text) for text in (line.told.sentence, *line.told.remarks))


@roles_required(*READERS)
def export_jsonl() -> ResponseReturnValue:
    """The hashed texts of the entries that fit, with their hashes, without names."""
    lines = export_entries(db.session, current_actor(), _wanted(), language())
    return Response(
        stream_with_context(_json_lines(lines)),
        content_type="application/jsonl; charset=utf-8",
        headers=_attached("ledger.jsonl"),
    )


def _json_lines(lines: Iterator[EntryLine]) -> Iterator[str]:
    for line in lines:
        record = {
            "seq": line.seq,
            "body": line.body,
            "leaf_hash": line.leaf_hash,
            "chain_hash": line.chain_hash,
        }
        yield json.dumps(record, ensure_ascii=False) + "\n"


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _kept() -> dict[str, str]:
    """The filter, for the addresses of further pages and files."""
    return {key: request.args[key] for key in _FILTERS if request.args.get(key)}


def _wanted() -> Wanted:
    asked = request.args
    return Wanted(
        kind=asked.get("kind", ""),
        unit_id=asked.get("unit", type=row_id),
        since=_midnight(asked.get("since", ""), 0),
        until=_midnight(asked.get("until", ""), 1),
        name=asked.get("name", "")[:100],
    )


def _midnight(text: str, days: int) -> datetime | None:
    """The beginning of a day in the site's zone, `days` later; None for what is no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        # In UTC here: at the ends of the calendar a day may begin outside of it.
        return datetime.combine(day, time.min, site_settings().zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
