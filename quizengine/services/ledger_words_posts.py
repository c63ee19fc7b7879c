"""Entries about posts, letters, journeys and incidents in plain words. Touches no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from quizengine.domain.text import N_, Text
from quizengine.services.incident_words import (
    KIND_NAMES,
    LIABILITY_NAMES,
    SANCTION_NAMES,
    SEVERITY_NAMES,
)
from quizengine.services.ledger_told import Told, whole
from quizengine.services.post_words import SECRECY_NAMES, STAGE_NAMES

_STAGE_SENTENCES = {
    ("on_post", False): N_("Began entering post no. %(post)s (%(secrecy)s)."),
    ("in_post", False): N_("Is on post no. %(post)s, level now: %(secrecy)s."),
    ("in_post", True): N_("Took up post no. %(post)s (%(secrecy)s); all steps were taken."),
    ("off_post", False): N_("Began leaving post no. %(post)s (%(secrecy)s)."),
    ("off_post", True): N_("Left post no. %(post)s (%(secrecy)s); all steps were taken."),
}
_OUTBOUND = {
    "outbound-filed": N_("Journey no. %(file)s abroad filed, from %(departs)s to %(returns)s."),
    "outbound-returned": N_("Back from journey no. %(file)s."),
}


def _day(text: object) -> str:
    """A day as the ledger writes it; ValueError for anything else."""
    return date.fromisoformat(str(text)).isoformat()


def _on(data: Mapping[str, Any]) -> tuple[Text, ...]:
    """The remark on the day on which it happened, if it was told later."""
    if "on" not in data:
        return ()
    return (Text(N_("It happened on %(day)s and was entered later."), {"day": _day(data["on"])}),)


def _post(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    template = (
        N_("Classified post no. %(post)s registered: level %(secrecy)s, %(risks)s risk points.")
        if body["kind"] == "post-registered"
        else N_("Classified post no. %(post)s changed: level %(secrecy)s, %(risks)s risk points.")
    )
    values = {
        "post": whole(data["post"]),
        "secrecy": Text(SECRECY_NAMES[data["secrecy"]]),
        "risks": whole(data["risks"]),
    }
    training = {"hours": str(data["hours"]), "classes": whole(data["classes"])}
    needs = Text(N_("Training per year: %(hours)s hours, %(classes)s classes."), training)
    return Told(Text(template, values), (needs, *_on(data)))


def _stage(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    stage, complete = data["stage"], data["complete"] is True
    values = {"post": whole(data["post"]), "secrecy": Text(SECRECY_NAMES[data["secrecy"]])}
    template = _STAGE_SENTENCES.get((stage, complete))
    if template is None:
        template = N_("Post no. %(post)s (%(secrecy)s): %(stage)s.")
        values["stage"] = Text(STAGE_NAMES[stage])
    remarks = _on(data)
    if data.get("control_until"):
        until = {"day": _day(data["control_until"])}
        remarks = (Text(N_("The control period runs until %(day)s."), until), *remarks)
    return Told(Text(template, values), remarks, "signed" if complete else "")


def _signed(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    template = N_("Signed the responsibility letter of %(year)s, version %(version)s.")
    values = {"year": whole(data["year"]), "version": whole(data["version"])}
    remarks = (Text(N_("SHA-256 of the text: %(digest)s"), {"digest": str(data["text_sha256"])}),)
    return Told(Text(template, values), remarks, "signed")


def _journey(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {
        "file": whole(data["file"]),
        "departs": _day(data["departs"]),
        "returns": _day(data["returns"]),
    }
    return Told(Text(_OUTBOUND[body["kind"]], values), _on(data))


def _cleared(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    template = N_("Cleared for journey no. %(file)s: the exam is good until %(until)s.")
    values = {"file": whole(data["file"]), "until": _day(data["good_until"])}
    return Told(Text(template, values), look="success")


def _left(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {"file": whole(data["file"])}
    if data["cleared"] is True:
        return Told(Text(N_("Left for journey no. %(file)s."), values), _on(data))
    template = N_("Left for journey no. %(file)s without clearance.")
    return Told(Text(template, values), _on(data), "danger")


def _closed(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {"file": whole(data["file"])}
    if data["cancelled"] is True:
        return Told(Text(N_("Journey no. %(file)s was cancelled."), values))
    template = N_("Journey no. %(file)s is closed; the talk was held on %(day)s.")
    return Told(Text(template, {**values, "day": _day(data["talk"])}), look="signed")


def _incident(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {
        "incident": whole(data["incident"]),
        "kind": Text(KIND_NAMES[data["kind"]]),
        "severity": Text(SEVERITY_NAMES[data["severity"]]),
    }
    template = N_("Incident no. %(incident)s: %(kind)s, %(severity)s.")
    return Told(Text(template, values), _on(data), "warning")


def _liability(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {
        "incident": whole(data["incident"]),
        "liability": Text(LIABILITY_NAMES[data["liability"]]),
        "sanction": Text(SANCTION_NAMES[data["sanction"]]),
        "severity": Text(SEVERITY_NAMES[data["severity"]]),
    }
    if data.get("void") is True:
        template = N_("Found not liable for incident no. %(incident)s.")
        return Told(Text(template, values), _on(data), "success")
    template = N_(
        "Held liable for incident no. %(incident)s (%(severity)s): %(liability)s; "
        "sanction: %(sanction)s."
    )
    return Told(Text(template, values), _on(data), "danger")


def _appeal(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    values = {"incident": whole(body["data"]["incident"])}
    return Told(Text(N_("Appealed in the matter of incident no. %(incident)s."), values))


def _decided(body: Mapping[str, Any], title: str, withheld: bool) -> Told:
    about_person = "liability" in body["data"]
    told = (_liability if about_person else _incident)(body, title, withheld)
    remark = Text(N_("This was decided on an appeal."))
    return Told(told.sentence, (remark, *told.remarks), told.look)


POST_WRITERS: dict[str, Callable[[Mapping[str, Any], str, bool], Told]] = {
    "post-registered": _post,
    "post-changed": _post,
    "post-stage": _stage,
    "responsibility-signed": _signed,
    "outbound-filed": _journey,
    "outbound-cleared": _cleared,
    "outbound-left": _left,
    "outbound-returned": _journey,
    "outbound-closed": _closed,
    "incident": _incident,
    "incident-liability": _liability,
    "incident-appeal": _appeal,
    "incident-decided": _decided,
}
"""Kind → what writes its sentence."""
