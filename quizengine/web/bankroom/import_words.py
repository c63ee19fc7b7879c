"""Names of what an import guesses, and of the columns of a table."""

from __future__ import annotations

from flask_babel import gettext as _

from quizengine.bank.exchange.table_columns import OPTION_FIELDS


def field_names() -> dict[str, str]:
    """Names of the fields of a draft that a guess is about."""
    return {
        **column_names(),
        "number": _("Number"),
        "text": _("Text"),
        "column": _("Column"),
        "id": _("Id"),
    }


def column_names() -> dict[str, str]:
    """Names of the fields that a column of a table may hold, in the order of a list."""
    options = {name: _("Option %(letter)s", letter=name[-1].upper()) for name in OPTION_FIELDS}
    return {
        "type": _("Type"),
        "stem": _("Question text"),
        **options,
        "options": _("All options in one cell"),
        "answer": _("Right answer"),
        "explanation": _("Explanation"),
        "basis": _("Legal basis"),
        "difficulty": _("Difficulty"),
        "topics": _("Topic"),
        "tiers": _("Tiers"),
        "points": _("Points"),
        "number": _("Number"),
        "id": _("Id"),
        "part": _("Number of a part of a case"),
        "key_points": _("Key points"),
        "left": _("Left items"),
        "right": _("Right items"),
        "cognitive_level": _("Cognitive level"),
        "pool": _("Pool"),
        "valid": _("Days of validity"),
        "revision": _("Revision"),
        "any_order": _("Any order of the blanks"),
    }
