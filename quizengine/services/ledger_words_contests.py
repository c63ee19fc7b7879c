"""Entries about contests in plain words. Touches no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quizengine.domain.text import N_, Text
from quizengine.services.ledger_told import Told, plain, points_of, whole


def in_language(body: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """The body with titles that are there in both languages, of contest and prize, in this one."""
    data = body.get("data")
    if not isinstance(data, Mapping):
        return body
    key = "en" if language.startswith("en") else "zh"
    chosen = {
        name: value[key]
        for name, value in data.items()
        if isinstance(value, Mapping) and value.keys() == {"zh", "en"}
    }
    return {**body, "data": {**data, **chosen}} if chosen else body


def contest_title(body: Mapping[str, Any]) -> str:
    """The title of the contest in an entry `in_language`; "" if it is about none."""
    data = body.get("data")
    title = data.get("title") if isinstance(data, Mapping) else None
    return title if isinstance(title, str) else ""


def _result(body: Mapping[str, Any], contest: str, _withheld: bool) -> Told:
    data = body["data"]
    if data["contest_kind"] == "mass":
        return _mass_result(data, contest)
    return _stage_result(data, contest)


def _mass_result(data: Mapping[str, Any], contest: str) -> Told:
    score, most = points_of(data["score"]), points_of(data["max_score"])
    values = {
        "contest": contest,
        "rank": whole(data["rank"]),
        "all": whole(data["participants"]),
        "score": plain(score),
        "max": plain(most),
    }
    template = N_(
        "Contest “%(contest)s”: place %(rank)s of %(all)s, with %(score)s of %(max)s points."
    )
    seconds = Text(N_("Time used: %(seconds)s s."), {"seconds": whole(data["duration_ms"]) / 1000})
    return Told(Text(template, values), (seconds,), score=score, max_score=most)


def _stage_result(data: Mapping[str, Any], contest: str) -> Told:
    values = {
        "contest": contest,
        "team": str(data["team"]),
        "rank": whole(data["rank"]),
        "all": whole(data["teams"]),
        "score": str(data["score"]),
    }
    template = N_(
        "Contest “%(contest)s”, team %(team)s: place %(rank)s of %(all)s, with %(score)s points."
    )
    prize = data.get("prize")
    remarks: tuple[Text, ...] = ()
    if prize is not None:
        remarks = (Text(N_("Prize: %(prize)s."), {"prize": str(prize)}),)
    return Told(Text(template, values), remarks, "success" if prize else "")


def _log(body: Mapping[str, Any], contest: str, _withheld: bool) -> Told:
    values = {"contest": contest, "count": whole(body["data"]["events"])}
    return Told(
        Text(N_("The log of the contest “%(contest)s” was closed: %(count)s events."), values),
        (Text(N_("SHA-256 of the log: %(digest)s"), {"digest": str(body["data"]["sha256"])}),),
        "signed",
    )


def _award(body: Mapping[str, Any], contest: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {
        "contest": contest,
        "taken": whole(data["participants"]),
        "members": whole(data["members"]),
        "average": plain(points_of(data["average_pct"])),
    }
    figures = Text(
        N_("Took part: %(taken)s of %(members)s; average: %(average)s %%."),
        values,
    )
    if data["awarded"]:
        sentence = N_("Organization award in the contest “%(contest)s”.")
        return Told(Text(sentence, values), (figures,), "success")
    sentence = N_("The organization award in the contest “%(contest)s” was taken back.")
    return Told(Text(sentence, values), (figures,), "warning")


def _draw(body: Mapping[str, Any], contest: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {
        "contest": contest,
        "winners": len(data["winners"]),
        "entries": whole(data["entries"]),
    }
    template = N_(
        "Prizes of the contest “%(contest)s” were drawn: %(winners)s out of %(entries)s entries."
    )
    return Told(
        Text(template, values),
        (Text(N_("Seed of the draw: %(seed)s"), {"seed": str(data["seed"])}),),
        "signed",
    )


def _prize(body: Mapping[str, Any], contest: str, _withheld: bool) -> Told:
    values = {"contest": contest, "prize": str(body["data"]["prize"])}
    template = N_("Won by lot in the contest “%(contest)s”: %(prize)s.")
    return Told(Text(template, values), look="success")


CONTEST_WRITERS: dict[str, Callable[[Mapping[str, Any], str, bool], Told]] = {
    "contest-result": _result,
    "contest-team-result": _result,
    "contest-log": _log,
    "contest-award": _award,
    "contest-draw": _draw,
    "contest-prize": _prize,
}
"""Kind → what writes its sentence, given the body and the contest's title."""
