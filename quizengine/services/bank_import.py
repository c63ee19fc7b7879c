"""Reading a foreign question bank into the bank: a preview, and the same again for good."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from quizengine.bank.exchange.files import bank_text, id_prefix
from quizengine.bank.exchange.formats import Mapped, TableModule, format_named
from quizengine.bank.exchange.importing import Choices, Importer
from quizengine.bank.exchange.layouts import Layout
from quizengine.bank.exchange.report import Report
from quizengine.bank.loaded import LoadedBank
from quizengine.domain.canonical import canonical_json
from quizengine.domain.registry import Registry
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.bank import current_questions, lint_bank, served_registry
from quizengine.services.bank_edit import Draft, Saved, save_text
from quizengine.services.bank_files import new_file_name, require_editor
from quizengine.services.uploads import Upload
from quizengine.storage.engine import SessionLike

# A text of this size holds some ten thousand questions and is read in seconds.
MAX_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Wanted:
    """What the person decides: the format, tags of questions that name none, and the new file.

    `mapped`: sheet → column from 0 → field, where the guess of a column is corrected.
    """

    form: str
    tiers: tuple[str, ...] = ()
    topic: str = ""
    pool: str = "exam"
    folder: str = ""
    stem: str = ""
    mapped: Mapped = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """What an import would do. `digest` stands for it: only what was seen is saved.

    `layouts` are those of the sheets of a table, by name.
    """

    report: Report
    layouts: Mapping[str, Layout]
    digest: str
    registry: Registry


def check_upload(actor: Actor, upload: Upload, form: str) -> None:
    """Go on only with a file that can be read in this format.

    Refused: `forbidden` (403), `file-too-large` (413), or as the format's reader (400).
    """
    require_editor(actor)
    if len(upload.data) > MAX_BYTES:
        raise Refused(
            "file-too-large",
            N_("A file may have at most %(size)s MB here: split it."),
            status=413,
            size=MAX_BYTES // 2**20,
        )
    format_named(form).read(upload.data, upload.name)


def preview(
    session: SessionLike, today: date, actor: Actor, root: Path, upload: Upload, wanted: Wanted
) -> Preview:
    """What `save` would write; nothing is written.

    Refused: `forbidden` (403), `unknown-tag` (400), or as the format's reader (400).
    """
    require_editor(actor)
    registry = served_registry(session)
    _known(wanted, registry)
    form = format_named(wanted.form)
    served = {question.id: question for question in current_questions(session).values()}
    model = LoadedBank(root, registry=registry, questions=served)
    choices = Choices(
        wanted.tiers,
        (wanted.topic,) if wanted.topic else (),
        wanted.pool,
        id_prefix(upload.name),
    )
    importer = Importer(model, lint_bank(session, today, root, {}), today, choices)
    module = form.load()
    layouts: Mapping[str, Layout] = {}
    if isinstance(module, TableModule):
        found = module.read_mapped(upload.data, upload.name, wanted.mapped)
        layouts = module.layouts_of(upload.data, wanted.mapped)
    else:
        found = form.read(upload.data, upload.name)
    reading = importer.reading(found)
    report = Report(upload.name, form.name, "", reading, importer.items(reading))
    return Preview(report, layouts, _digest(report), registry)


def _known(wanted: Wanted, registry: Registry) -> None:
    unknown = [tier for tier in wanted.tiers if tier not in registry.tiers]
    unknown += [wanted.topic] if wanted.topic and wanted.topic not in registry.topics else []
    for name in unknown:
        raise Refused(
            "unknown-tag",
            N_("%(name)s is no longer in the registry. Please choose again."),
            status=400,
            name=name,
        )


def _digest(report: Report) -> str:
    shown = [{"fate": item.fate, "data": item.data} for item in report.items]
    return hashlib.sha256(canonical_json(shown)).hexdigest()


def save(
    session: SessionLike,
    now: datetime,
    today: date,
    actor: Actor,
    root: Path,
    upload: Upload,
    wanted: Wanted,
    digest: str,
    gettext: Callable[[str], str],
) -> tuple[str, int, Saved]:
    """Write the drafts of the preview with this digest; the file's name, their number, the effect.

    Refused: as `preview`; `preview-changed` (409) if the bank or a choice is not as it was seen;
    `nothing-new` (409); `file-name` (400), `file-exists` (409); as `save_text`.
    """
    seen = preview(session, today, actor, root, upload, wanted)
    if seen.digest != digest:
        raise Refused(
            "preview-changed",
            N_("Nothing was saved: this is no longer what you saw. Look at it again, then save."),
        )
    count = seen.report.counts()["written"]
    if not count:
        raise Refused("nothing-new", N_("There is no new question to be saved."))
    name = new_file_name(actor, root, wanted.folder, wanted.stem)
    text = bank_text(seen.report.items, seen.report.reading, upload.name, gettext)
    saved = save_text(session, now, today, actor, root, Draft(name, text, ""))
    return name, count, saved
