"""Language and time of a page: the person's choice, the cookie, the browser, the site's default."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import cast

from babel.dates import format_date, format_datetime, get_timezone_name
from babel.support import NullTranslations, Translations
from flask import request
from flask_babel import Domain, get_locale, gettext, ngettext
from flask_login import current_user

from quizengine.domain.text import N_, Text
from quizengine.web.clock import site_settings

LANGUAGES = {"zh_CN": "中文", "en": "English"}
LANGUAGE_COOKIE = "language"

ROLE_NAMES = {
    "organizer": N_("Organizer"),
    "grader": N_("Grader"),
    "admin": N_("Administrator"),
    "auditor": N_("Auditor"),
}

# Short, absolute, and read the same way by everybody; seconds never matter on a page.
_DATETIME = {"zh": "yyyy年M月d日 HH:mm", "en": "d MMM yyyy, HH:mm"}
_DATE = {"zh": "yyyy年M月d日", "en": "d MMM yyyy"}


class Catalogs(Domain):  # type: ignore[misc]
    """Catalogs by our own keys.

    Babel turns zh_CN into zh_Hans_CN, and would look for a folder of that name.
    """

    def get_translations(self) -> NullTranslations:
        """The catalog of the language in use, read once."""
        key = language()
        if key not in self.cache:
            self.cache[key] = Translations.load(self.translation_directories[0], [key])
        return cast(NullTranslations, self.cache[key])


def choose_locale() -> str:
    """The language of this request; Flask-Babel's selector."""
    for choice in (getattr(current_user, "language", None), request.cookies.get(LANGUAGE_COOKIE)):
        if choice in LANGUAGES:
            return str(choice)
    for tag, _quality in request.accept_languages:
        if tag.lower().startswith("zh"):
            return "zh_CN"
        if tag.lower().startswith("en"):
            return "en"
    return site_settings().language


def language() -> str:
    """Key of the language in use, as in `LANGUAGES`."""
    return "zh_CN" if _family() == "zh" else "en"


def language_tag() -> str:
    """The language in use as a BCP 47 tag, for the `lang` attribute."""
    return "zh-CN" if _family() == "zh" else "en"


def localtime(value: datetime | None) -> str:
    """An aware time in the site's zone: '2026年3月2日 16:00', '2 Mar 2026, 16:00'; '' for None."""
    if value is None:
        return ""
    return str(
        format_datetime(value, _DATETIME[_family()], site_settings().zone, locale=get_locale())
    )


def localdate(value: date | datetime | None) -> str:
    """A date, or an aware time's date in the site's zone; '' for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(site_settings().zone).date()
    return str(format_date(value, _DATE[_family()], locale=get_locale()))


def zone_name() -> str:
    """The site's zone in words: 'China Time'."""
    return str(get_timezone_name(site_settings().zone, locale=get_locale()))


def translated(text: Text | str) -> str:
    """A domain text (or a marked string) in the language of the request."""
    if isinstance(text, Text):
        return text.render(gettext)
    return str(gettext(text)) if text else ""


def role_name(role: str) -> str:
    """The name of a role."""
    return translated(ROLE_NAMES[role])


def _family() -> str:
    locale = get_locale()
    return "zh" if locale is not None and locale.language == "zh" else "en"


def points(value: Decimal) -> str:
    """Points without needless zeros: 92, 92.5, 92.33."""
    return f"{value.normalize():f}"


def points_text(value: Decimal) -> str:
    """Points with their unit: '1 point', '2.5 points'."""
    number = 1 if value == 1 else 2
    return str(ngettext("%(points)s point", "%(points)s points", number, points=points(value)))
