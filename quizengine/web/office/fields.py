"""Reading forms of the offices: days, units, people, and files beside what `Fields` reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import request
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.office_access import find_person
from quizengine.services.units import UnitRow
from quizengine.services.uploads import Upload
from quizengine.web.clock import site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor
from quizengine.web.organizer.fields import Fields


class OfficeFields(Fields):
    """The form of the request; each faulty field leaves a message."""

    @classmethod
    def sent(cls) -> OfficeFields:
        """The form as it was sent."""
        return cls(request.form, site_settings().zone)

    def refuse(self, refused: Refused) -> None:
        """Tell it above the form, which stays as sent; raised if there is no such record here."""
        if refused.status in (403, 404):
            raise refused
        self.errors["form"] = translated(refused.text)

    def day(self, name: str) -> date:
        """A day that must be there; 1 January 2000 stands in for a faulty one."""
        found = self.day_or_none(name)
        if found is None:
            self.errors.setdefault(name, _("Please fill this in."))
        return found or date(2000, 1, 1)

    def day_or_none(self, name: str) -> date | None:
        """A day, or None for an empty field."""
        value = self.values.get(name, "").strip()
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.errors[name] = _("This is not a date.")
            return None

    def optional(self, name: str, longest: int) -> str:
        """A text that may be empty."""
        value = self.values.get(name, "").strip()
        if len(value) > longest:
            self.errors[name] = _("At most %(count)s characters.", count=longest)
        return value

    def lines(self, name: str) -> list[str]:
        """Lines of a text that are not empty."""
        return [line for line in self.values.get(name, "").splitlines() if line.strip()]

    def unit(self, name: str, units: Iterable[UnitRow]) -> int:
        """One of the units; 0 stands in for a faulty one."""
        chosen = self.values.get(name, "")
        if chosen not in {str(unit.id) for unit in units}:
            self.errors[name] = _("Please choose.")
            return 0
        return int(chosen)

    def person(self, name: str) -> int:
        """Somebody by login, staff number or name; 0 stands in for nobody."""
        # A suggestion that was chosen reads 'login · name · unit'.
        value = self.values.get(name, "").partition("·")[0].strip()
        if not value:
            self.errors[name] = _("Please fill this in.")
            return 0
        try:
            return find_person(db.session, current_actor(), value).id
        except Refused as refused:
            self.errors[name] = translated(refused.text)
            return 0


def sent_files(name: str = "files") -> list[Upload]:
    """The files of the request's form."""
    return [
        Upload(file.filename, file.read()) for file in request.files.getlist(name) if file.filename
    ]
