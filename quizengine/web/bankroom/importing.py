"""Reading in a question bank from elsewhere: upload, look at each question, decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from quizengine.bank.exchange.files import file_stem
from quizengine.bank.exchange.formats import FORMATS, format_of
from quizengine.domain.text import Refused
from quizengine.services.bank import served_registry
from quizengine.services.bank_files import require_editor, subject_folders
from quizengine.services.bank_guard import ask_for_items
from quizengine.services.bank_import import MAX_BYTES, Preview, Wanted, check_upload, preview, save
from quizengine.services.uploads import Upload, drop_upload, keep_upload, kept_upload
from quizengine.web.bankroom import words
from quizengine.web.bankroom.forms import ImportForm
from quizengine.web.bankroom.import_words import column_names, field_names
from quizengine.web.bankroom.imported import Shown, shown_items, source_texts
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.member.answers import place_in_law
from quizengine.web.member.texts import type_names
from quizengine.web.paging import paging

PER_PAGE = 20
# So many unread lines are on the page; the report has them all.
UNREAD = 200
# More digits than any table has columns.
_COLUMN = re.compile(r"[0-9]{1,5}")
_REPORTS = {"json": "application/json", "md": "text/markdown; charset=utf-8"}


@roles_required("admin")
def upload() -> ResponseReturnValue:
    """Choose a file."""
    actor = current_actor()
    require_editor(actor)
    form = ImportForm()
    form.form.choices = [("", _("By the name of the file")), *_formats()]
    status = 200
    if form.validate_on_submit():
        with form.file.data.stream as stream:
            given = Upload(form.file.data.filename or "", stream.read(MAX_BYTES + 1))
        name = form.form.data or format_of(given.name) or "text"
        try:
            check_upload(actor, given, name)
        except Refused as refused:
            form.file.errors = [*form.file.errors, translated(refused.text)]
            status = refused.status
        else:
            token = keep_upload(site_settings().instance, now(), actor.person_id, given)
            return redirect(url_for("bankroom.import_preview", token=token, form=name))
    elif form.is_submitted():
        status = 400
    return render_template("bankroom/import.html", form=form), status


def _formats() -> list[tuple[str, str]]:
    return [(form.name, _(form.title)) for form in FORMATS.values()]


@roles_required("admin")
def look(token: str) -> ResponseReturnValue:
    """Each question beside its source lines, and what is doubtful; nothing is written."""
    return _page(token, request.args)


@roles_required("admin")
def confirm(token: str) -> ResponseReturnValue:
    """Save the drafts, or throw the file away."""
    if request.form.get("act") == "discard":
        _kept(token)
        drop_upload(site_settings().instance, token)
        return redirect(url_for("bankroom.import_upload"))
    try:
        name, count, saved = save(
            db.session,
            now(),
            today(),
            current_actor(),
            site_settings().bank,
            _kept(token),
            _wanted(request.form),
            request.form.get("digest", ""),
            _,
        )
    except Refused as refused:
        if refused.code in ("forbidden", "upload-gone"):
            raise
        return _page(token, request.form, translated(refused.text)), refused.status
    drop_upload(site_settings().instance, token)
    flash(
        ngettext(
            "%(num)s draft is in %(file)s. Correct it there, then take `state: draft` away.",
            "%(num)s drafts are in %(file)s. Correct them there, then take `state: draft` away.",
            count,
            file=name,
        ),
        "success" if not saved.blocked else "warning",
    )
    return redirect(url_for("bankroom.edit", file=name))


@roles_required("admin")
def ask(token: str) -> ResponseReturnValue:
    """Ask that what holds questions of the preview back may stand; nothing is written."""
    wanted = _wanted(request.form)
    seen = _preview(token, wanted)
    items = [item for item in seen.report.items if item.fate == "held"]
    count = ask_for_items(db.session, now(), current_actor(), seen.report.source, items)
    flash(
        ngettext(
            "Asked for the clearing of %(num)s finding. Once another person has cleared it, read"
            " the file in again.",
            "Asked for the clearing of %(num)s findings. Once another person has cleared them,"
            " read the file in again.",
            count,
        ),
        "info",
    )
    return redirect(url_for("bankroom.import_preview", token=token, **_address(wanted)))


@roles_required("admin")
def report(token: str, ending: str) -> ResponseReturnValue:
    """The report of the preview, for other programs or for people."""
    seen = _preview(token, _wanted(request.args))
    text = seen.report.json(_) if ending == "json" else seen.report.markdown(_)
    response = Response(text, content_type=_REPORTS[ending])
    response.headers["Content-Disposition"] = f"attachment; filename=import.{ending}"
    return response


def _kept(token: str) -> Upload:
    actor = current_actor()
    require_editor(actor)
    return kept_upload(site_settings().instance, now(), actor.person_id, token)


def _preview(token: str, wanted: Wanted) -> Preview:
    root = site_settings().bank
    return preview(db.session, today(), current_actor(), root, _kept(token), wanted)


def _wanted(given: MultiDict[str, str]) -> Wanted:
    """The choices of the address or the form; what is no choice is left out."""
    mapped: dict[str, dict[int, str]] = {}
    for name in given:
        place = name.split(":", 2)
        if len(place) == 3 and place[0] == "column" and _COLUMN.fullmatch(place[1]):
            mapped.setdefault(place[2], {})[int(place[1])] = given[name]
    return Wanted(
        given.get("form", "text"),
        tuple(dict.fromkeys(given.getlist("tier"))),
        given.get("topic", ""),
        given.get("pool", "") if given.get("pool") in words.pool_names() else "exam",
        (given.get("new_folder", "").strip() or given.get("folder", "")),
        given.get("stem", "").strip(),
        mapped,
    )


def _page(token: str, given: MultiDict[str, str], error: str = "") -> str:
    kept, wanted = _kept(token), _wanted(given)
    try:
        seen = _preview(token, wanted)
    except Refused as refused:
        if refused.status != 400:
            raise
        # A format that the file doesn't have: the page stays, and another one can be chosen.
        return _unreadable(token, kept, wanted, translated(refused.text))
    items = shown_items(seen.report)
    fate = given.get("show", "all")
    listed = [item for item in items if fate == "all" or fate in item.kinds]
    page = paging(len(listed), PER_PAGE)
    registry = seen.registry
    return render_template(
        "bankroom/import_preview.html",
        **_choices(token, kept, wanted),
        seen=seen,
        counts=seen.report.counts(),
        lines=source_texts(seen.report.reading),
        items=listed[page.offset : page.offset + PER_PAGE],
        numbers=_numbers(items),
        show=fate,
        paging=page,
        args={**_address(wanted), "token": token},
        unread=seen.report.reading.unread[:UNREAD],
        fields=field_names(),
        columns=column_names(),
        tier_names=words.tier_names(registry),
        topic_names=words.topic_names(registry),
        kinds=type_names(),
        cited=place_in_law,
        error=error,
    )


def _unreadable(token: str, kept: Upload, wanted: Wanted, error: str) -> str:
    return render_template(
        "bankroom/import_preview.html", **_choices(token, kept, wanted), seen=None, error=error
    )


def _choices(token: str, kept: Upload, wanted: Wanted) -> dict[str, Any]:
    registry = served_registry(db.session)
    return {
        "token": token,
        "name": kept.name,
        "wanted": wanted,
        "formats": _formats(),
        "tiers": words.tier_names(registry),
        "topics": words.topic_names(registry),
        "depth": {topic: words.depth(registry, topic) for topic in registry.topics},
        "pools": words.pool_names(),
        "folders": subject_folders(site_settings().bank),
        "suggested": file_stem(kept.name),
    }


def _numbers(items: list[Shown]) -> Mapping[str, int]:
    shows = ("all", "needs", "doubtful", "held", "known")
    return {show: sum(show == "all" or show in item.kinds for item in items) for show in shows}


def _address(wanted: Wanted) -> dict[str, Any]:
    """The choices as arguments of an address."""
    arguments: dict[str, Any] = {
        "form": wanted.form,
        "tier": list(wanted.tiers),
        "topic": wanted.topic,
        "pool": wanted.pool,
        "folder": wanted.folder,
        "stem": wanted.stem,
    }
    for sheet, columns in wanted.mapped.items():
        arguments |= {f"column:{index}:{sheet}": name for index, name in columns.items()}
    return {name: value for name, value in arguments.items() if value or ":" in name}
