"""What a person is told after a file was saved."""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext

from quizengine.services.bank_edit import Saved

# So many ids are named; of more, only how many there are.
_NAMED = 4


def flash_saved(name: str, saved: Saved) -> None:
    """Say what saving the file `name` did to the questions that are served."""
    if saved.blocked:
        flash(
            ngettext(
                "%(file)s is saved. It is not served yet: another file has %(num)s error.",
                "%(file)s is saved. It is not served yet: other files have %(num)s errors.",
                saved.blocked,
                file=name,
            ),
            "warning",
        )
        return
    flash(" ".join([_("%(file)s is saved and served.", file=name), *_changes(saved)]), "success")


def _changes(saved: Saved) -> Iterator[str]:
    """One sentence for each kind of change."""
    if saved.added:
        yield ngettext(
            "%(num)s new question: %(ids)s.",
            "%(num)s new questions: %(ids)s.",
            len(saved.added),
            ids=_named(saved.added),
        )
    if saved.corrected:
        yield ngettext(
            "Text corrected in %(num)s question: %(ids)s.",
            "Text corrected in %(num)s questions: %(ids)s.",
            len(saved.corrected),
            ids=_named(saved.corrected),
        )
    if saved.revised:
        yield ngettext(
            "New revision of %(num)s question: %(ids)s.",
            "New revisions of %(num)s questions: %(ids)s.",
            len(saved.revised),
            ids=_named(saved.revised),
        )
    if saved.removed:
        yield ngettext(
            "%(num)s question removed: %(ids)s.",
            "%(num)s questions removed: %(ids)s.",
            len(saved.removed),
            ids=_named(saved.removed),
        )
    if not (saved.added or saved.corrected or saved.revised or saved.removed):
        yield _("No question has changed.")


def _named(ids: list[str]) -> str:
    return ", ".join(ids[:_NAMED]) + (" …" if len(ids) > _NAMED else "")
