"""A person's details and tiers: how they are cleaned, and what is refused. Touches no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from quizengine.domain.registry import Tier
from quizengine.domain.text import N_, Refused, Text

_LOGIN = re.compile(r"[^\W_][\w.@+-]*")
_PHONE = re.compile(r"[0-9+() /-]{5,32}")

# GB 11643 takes weights and check characters from ISO 7064 MOD 11-2.
_ID_NO = re.compile(r"[0-9]{17}[0-9X]")
_ID_WEIGHTS = tuple(2 ** (17 - i) % 11 for i in range(17))
_ID_CHECK = "10X98765432"


@dataclass(frozen=True)
class Details:
    """What a person's record says besides unit, tiers and roles."""

    login: str
    name: str
    staff_no: str = ""
    id_no: str = ""
    phone: str = ""


@dataclass(frozen=True)
class TierDates:
    """First and last day in a tier, and those of a journey; None where it is open."""

    valid_from: date | None = None
    valid_to: date | None = None
    departs_on: date | None = None
    returns_on: date | None = None


def without_invisible(text: str) -> str:
    """The text without characters that nobody sees, such as those that no database keeps."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")


def one_line(text: str) -> str:
    """A sentence as it was written, on one line: full-width punctuation stays."""
    return " ".join(without_invisible(text).split())


def clean_text(text: str) -> str:
    """NFKC, without invisible characters, and with single spaces."""
    # NFKC makes full-width digits and letters plain ones. Ideographs of names stay as they are,
    # except for compatibility ideographs, which Unicode holds to be the same character.
    text = unicodedata.normalize("NFKC", text)
    return " ".join(without_invisible(text).split())


def clean_login(text: str) -> str:
    """The login as stored: in lower case and without spaces, so that nobody fails by a Shift."""
    return clean_text(text).replace(" ", "").lower()


def clean_details(details: Details) -> Details:
    """All details in the form in which they are stored."""
    return Details(
        login=clean_login(details.login),
        name=clean_text(details.name),
        staff_no=clean_text(details.staff_no),
        id_no=clean_text(details.id_no).replace(" ", "").upper(),
        phone=clean_text(details.phone),
    )


def detail_faults(details: Details) -> Iterator[Text]:
    """What is wrong with (cleaned) details."""
    if not details.name:
        yield Text(N_("The name is missing."))
    elif not details.name[0].isalnum() or len(details.name) > 100:
        # A cell that begins with = or @ would become a formula in somebody's spreadsheet.
        yield Text(N_("“%(name)s” can't be a name."), {"name": details.name[:100]})
    if not details.login:
        yield Text(N_("The login (or staff number) is missing."))
    elif not _LOGIN.fullmatch(details.login) or len(details.login) > 64:
        yield Text(
            N_("“%(login)s” can't be a login: letters, digits and . @ + - _ only, 64 at most."),
            {"login": details.login[:64]},
        )
    if len(details.staff_no) > 64 or (details.staff_no and not details.staff_no[0].isalnum()):
        yield Text(N_("“%(number)s” can't be a staff number."), {"number": details.staff_no[:64]})
    if details.id_no and not id_no_fits(details.id_no):
        yield Text(
            N_("The identity number is malformed: 18 characters with the right check digit.")
        )
    if details.phone and not _PHONE.fullmatch(details.phone):
        yield Text(N_("“%(phone)s” can't be a phone number."), {"phone": details.phone[:40]})


def id_no_fits(id_no: str) -> bool:
    """Whether an identity number has 17 digits and the check digit of ISO 7064 MOD 11-2."""
    if not _ID_NO.fullmatch(id_no):
        return False
    total = sum(int(d) * w for d, w in zip(id_no, _ID_WEIGHTS, strict=False))
    return _ID_CHECK[total % 11] == id_no[17]


def masked(number: str) -> str:
    """An identity number or phone number for those who need not know all of it."""
    if len(number) < 8:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def tier_faults(tiers: Mapping[str, Tier], tier: str, dates: TierDates) -> Iterator[Text]:
    """What is wrong with a person's membership in `tier`."""
    known = tiers.get(tier)
    if known is None:
        yield Text(N_("There is no tier “%(tier)s”."), {"tier": tier})
        return
    if known.dates == "travel" and dates.departs_on is None:
        yield Text(N_("The tier “%(tier)s” needs a departure date."), {"tier": tier})
    if dates.departs_on and dates.returns_on and dates.returns_on < dates.departs_on:
        yield Text(
            N_("The return on %(returns)s is before the departure on %(departs)s."),
            {"returns": dates.returns_on, "departs": dates.departs_on},
        )
    if dates.valid_from and dates.valid_to and dates.valid_to < dates.valid_from:
        yield Text(
            N_("The last day %(to)s is before the first day %(from)s."),
            {"to": dates.valid_to, "from": dates.valid_from},
        )


def refuse_faults(faults: Iterator[Text]) -> None:
    """Raise Refused `person-faults` (400) with the first of `faults`, if there is one."""
    for fault in faults:
        raise Refused("person-faults", fault.template, status=400, **fault.params)
