"""Files of the bank, and the page on which one is changed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.bank.loader import RESERVED
from quizengine.bank.templates import KINDS, skeleton
from quizengine.domain.guard import GUARDED
from quizengine.domain.problems import Problem
from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.bank import served_registry, stored_problems
from quizengine.services.bank_edit import (
    Draft,
    FileChanged,
    FileErrors,
    add_question,
    lint_text,
    save_text,
)
from quizengine.services.bank_files import (
    BankText,
    editable_files,
    file_lines,
    new_file_name,
    open_file,
    require_editor,
    subject_folders,
)
from quizengine.services.bank_guard import ask_for_text
from quizengine.web.bankroom import words
from quizengine.web.bankroom.forms import NewFileForm
from quizengine.web.bankroom.saved import flash_saved
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.member.texts import type_names

_NEW_FOLDER = ""
# Questions come first in the list: these change seldom.
_LATER = ("blueprints", "contests", "appraisal", "_registry")


@roles_required("admin")
def files() -> ResponseReturnValue:
    """All files that may be changed, by folder."""
    lines = file_lines(db.session, current_actor(), site_settings().bank)
    lines.sort(key=lambda line: _LATER.index(line.folder) if line.folder in _LATER else -1)
    folders = [(name, list(group)) for name, group in groupby(lines, lambda line: line.folder)]
    return render_template("bankroom/files.html", folders=folders)


@roles_required("admin")
def new() -> ResponseReturnValue:
    """Name a new file; it is written when its text is saved."""
    actor = current_actor()
    require_editor(actor)
    form = _new_form()
    status = 200
    if form.validate_on_submit():
        folder = (form.new_folder.data or "").strip() or form.folder.data
        try:
            name = new_file_name(actor, site_settings().bank, folder, form.name.data.strip())
        except Refused as refused:
            form.form_errors.append(translated(refused.text))
            status = refused.status
        else:
            begun = {"tier": form.tier.data, "pool": form.pool.data, "kind": form.kind.data}
            return redirect(url_for("bankroom.edit", file=name, **begun))
    elif form.is_submitted():
        status = 400
    return render_template("bankroom/new.html", form=form), status


def _new_form() -> NewFileForm:
    form = NewFileForm()
    folders = subject_folders(site_settings().bank)
    form.folder.choices = [(name, name) for name in folders]
    form.folder.choices.append((_NEW_FOLDER, _("a new folder …")))
    form.tier.choices = list(words.tier_names(served_registry(db.session)).items())
    form.pool.choices = list(words.pool_names().items())
    form.kind.choices = list(type_names().items())
    return form


@roles_required("admin")
def edit() -> ResponseReturnValue:
    """The text of a file, or that of a new one with a template for its first question."""
    actor, name = current_actor(), request.args.get("file", "")
    if "kind" in request.args and name not in editable_files(site_settings().bank):
        file, line = _begun(actor, name)
        return _page(file, file.text, line=line)
    file = open_file(actor, site_settings().bank, name)
    found = [problem for problem in stored_problems(db.session) if problem.file == name]
    return _page(file, file.text, line=request.args.get("line", 1, type=int), own=found)


def _begun(actor: Actor, name: str) -> tuple[BankText, int]:
    tier, pool = request.args.get("tier", "…"), request.args.get("pool", "exam")
    kind = request.args.get("kind", KINDS[0])
    text, line = add_question(
        db.session, today(), actor, site_settings().bank, name, skeleton(tier, pool), kind
    )
    return BankText(name, text, ""), line


@roles_required("admin")
def save() -> ResponseReturnValue:
    """Write the file; whatever is in the way, the text that was sent comes back."""
    actor = current_actor()
    require_editor(actor)
    draft = _sent()
    line = request.form.get("line", 1, type=int)
    try:
        saved = save_text(db.session, now(), today(), actor, site_settings().bank, draft)
    except Refused as refused:
        return _page(_opened(draft), draft.text, line=line, refused=refused), refused.status
    flash_saved(draft.name, saved)
    return redirect(url_for("bankroom.edit", file=draft.name, line=line))


@roles_required("admin")
def ask_text() -> ResponseReturnValue:
    """Ask that what the guard stops in the text of the page may stand; the text comes back."""
    actor, root = current_actor(), site_settings().bank
    require_editor(actor)
    draft = _sent()
    line = request.form.get("line", 1, type=int)
    try:
        asked = ask_for_text(db.session, now(), today(), actor, root, draft.name, draft.text)
        own = lint_text(db.session, today(), actor, root, draft.name, draft.text).own
    except Refused as refused:
        return _page(_opened(draft), draft.text, line=line, refused=refused), refused.status
    return _page(_opened(draft), draft.text, line=line, own=own, asked=asked)


def _sent() -> Draft:
    return Draft(*(request.form.get(field, "") for field in ("file", "text", "digest", "over")))


def _opened(draft: Draft) -> BankText:
    """The file as it was when the person began, as the page has kept it."""
    base = request.form.get("base", "").replace("\r\n", "\n")
    return BankText(draft.name, base, draft.digest)


def _page(
    file: BankText,
    text: str,
    *,
    line: int,
    own: list[Problem] | None = None,
    refused: Refused | None = None,
    asked: int = 0,
) -> str:
    errors = refused.lint if isinstance(refused, FileErrors) else None
    theirs = refused.theirs if isinstance(refused, FileChanged) else None
    shown = errors.own if errors else own or []
    return render_template(
        "bankroom/edit.html",
        file=file,
        text=text.replace("\r\n", "\n"),
        line=line,
        own=shown,
        stopped=any(problem.code in GUARDED for problem in shown),
        asked=asked,
        elsewhere=errors.elsewhere if errors else [],
        refused=refused,
        theirs=theirs,
        diff=_diff(file.text, theirs.text) if theirs else [],
        kinds=type_names() if _holds_questions(file.name) else {},
        texts=_texts(),
    )


def _holds_questions(name: str) -> bool:
    return not name.startswith(tuple(f"{folder}/" for folder in RESERVED))


def _diff(opened: str, theirs: str) -> list[tuple[str, str]]:
    """Lines of a unified diff, each with its kind: head, add, remove or same."""
    kinds = {"+": "add", "-": "remove", "@": "head"}
    lines = difflib.unified_diff(opened.splitlines(), theirs.splitlines(), lineterm="", n=2)
    # The first two lines name files; the page has said which file it is.
    return [(kinds.get(line[:1], "same"), line) for line in list(lines)[2:]]


@roles_required("admin")
def lint() -> ResponseReturnValue:
    """JSON `{file, text}` → `{errors, problems, elsewhere}`: what a lint would find."""
    given = _given()
    found = lint_text(
        db.session, today(), current_actor(), site_settings().bank, given["file"], given["text"]
    )
    return jsonify(
        errors=found.errors,
        problems=[_shown(problem) for problem in found.own],
        elsewhere=[_shown(problem) for problem in found.elsewhere],
    )


def _shown(problem: Problem) -> dict[str, Any]:
    return {
        **problem.to_data(),
        "message": translated(problem.text),
        "guarded": problem.code in GUARDED,
        "url": url_for("bankroom.edit", file=problem.file, line=problem.line),
    }


@roles_required("admin")
def template() -> ResponseReturnValue:
    """JSON `{file, text, kind}` → `{text, line}`: the text with a new question at its end."""
    given = _given()
    text, line = add_question(
        db.session,
        today(),
        current_actor(),
        site_settings().bank,
        given["file"],
        given["text"],
        given["kind"],
    )
    return jsonify(text=text, line=line)


def _given() -> Mapping[str, str]:
    """The texts of a JSON request; what is missing or no text is empty."""
    data = request.get_json(silent=True)
    fields = data if isinstance(data, dict) else {}
    texts = {name: fields.get(name) for name in ("file", "text", "kind")}
    return {name: value if isinstance(value, str) else "" for name, value in texts.items()}


def _texts() -> dict[str, str]:
    """Texts that the script shows; `%(name)s` are filled in by it."""
    return {
        "checking": _("Checking …"),
        "fine": _("No problems"),
        "errors": _(
            "Errors: %(errors)s, warnings: %(warnings)s",
            errors="%(errors)s",
            warnings="%(warnings)s",
        ),
        "warnings": _("No errors, warnings: %(warnings)s", warnings="%(warnings)s"),
        "offline": _("The check did not work: the server can't be reached."),
        "signedOut": _(
            "Your sign-in has ended. Your text is still here: sign in again in a new tab, then"
            " save."
        ),
        "refused": _("Nothing was saved: correct the errors first."),
        "place": _("Line %(line)s, column %(column)s", line="%(line)s", column="%(column)s"),
    }
