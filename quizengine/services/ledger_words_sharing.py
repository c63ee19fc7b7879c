"""Entries about certificates and erasures in plain words. Touches no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quizengine.domain.text import N_, Text
from quizengine.services.ledger_told import Told, whole

_REASONS = {
    "retention": N_("Reason: the records were kept as long as the rule asks."),
    "request": N_("Reason: the person asked for it."),
    "mistake": N_("Reason: the record was made by mistake."),
}

_REVOKED = {
    "corrected": N_("Certificate %(number)s revoked: its result was corrected."),
    "error": N_("Certificate %(number)s revoked by the office: it was issued by mistake."),
    "misuse": N_(
        "Certificate %(number)s revoked by the office: the result came about unfairly, or the "
        "paper was misused."
    ),
    "lost": N_(
        "Certificate %(number)s revoked by the office: the paper was lost, or came into other "
        "hands."
    ),
}


def _issued(body: Mapping[str, Any], _exam: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {"number": data["number"], "seq": whole(data["result"])}
    template = N_("Certificate %(number)s issued for the result in entry %(seq)s.")
    return Told(Text(template, values), look="success")


def _revoked(body: Mapping[str, Any], _exam: str, _withheld: bool) -> Told:
    template = _REVOKED[body["data"]["reason"]]
    return Told(Text(template, {"number": body["data"]["number"]}), look="danger")


def _erased(body: Mapping[str, Any], _exam: str, _withheld: bool) -> Told:
    reason = Text(_REASONS[body["data"]["reason"]])
    return Told(Text(N_("The personal data of a former member were erased.")), (reason,))


SHARING_WRITERS: dict[str, Callable[[Mapping[str, Any], str, bool], Told]] = {
    "certificate-issued": _issued,
    "certificate-revoked": _revoked,
    "person-erased": _erased,
}
