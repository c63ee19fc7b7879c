"""Reading single fields of a form; each faulty one leaves a message for the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from quizengine.domain.normalise import parse_number
from quizengine.services.details import one_line, without_invisible

LOCAL = "%Y-%m-%dT%H:%M"


def local_text(value: datetime | None, zone: ZoneInfo) -> str:
    """A time as the browser's datetime-local field writes it, in the site's zone."""
    return "" if value is None else value.astimezone(zone).strftime(LOCAL)


@dataclass
class Fields:
    """Values of a form as they were typed, and the faults found while reading them."""

    values: Mapping[str, str]
    zone: ZoneInfo
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, longest: int) -> str:
        """A text that must be there."""
        value = without_invisible(self.values.get(name, "")).strip()
        if not value:
            self.errors[name] = _("Please fill this in.")
        elif len(value) > longest:
            self.errors[name] = _("At most %(count)s characters.", count=longest)
        return value

    def line(self, name: str, longest: int) -> str:
        """A text of one line that must be there."""
        return one_line(self.text(name, longest))

    def time(self, name: str, *, needed: bool = True) -> datetime | None:
        """A time given in the site's zone; aware, in UTC."""
        value = self.values.get(name, "").strip()
        if not value:
            if needed:
                self.errors[name] = _("Please fill this in.")
            return None
        try:
            # Some browsers send seconds.
            local = datetime.strptime(value[:16], LOCAL).replace(tzinfo=self.zone)
            return local.astimezone(UTC)
        except (ValueError, OverflowError):
            self.errors[name] = _("This is not a date and time.")
            return None

    def number(self, name: str, least: str, most: str, *, places: int = 0) -> Decimal:
        """A number from `least` to `most`; `least` stands in for a faulty one."""
        value = parse_number(self.values.get(name, ""))
        if value is None or not Decimal(least) <= value <= Decimal(most):
            self.errors[name] = _("A number from %(least)s to %(most)s.", least=least, most=most)
            return Decimal(least)
        if value != round(value, places):
            self.errors[name] = (
                _("At most %(count)s decimal places.", count=places)
                if places
                else _("A whole number.")
            )
        return round(value, places)

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        return int(self.number(name, str(least), str(most)))

    def choice(self, name: str, known: Mapping[str, object]) -> str:
        """One of the keys of `known`; the first one stands in for a faulty one."""
        value = self.values.get(name, "")
        if value not in known:
            self.errors[name] = _("Please choose.")
            return next(iter(known))
        return value


def next_hour(now: datetime) -> datetime:
    """The next full hour."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
