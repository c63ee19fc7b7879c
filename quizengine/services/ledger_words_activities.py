"""Entries about activities, surveys and ballots in plain words. Touches no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quizengine.domain.text import N_, Text
from quizengine.services.activity_words import OPTION_NAMES, TYPE_NAMES
from quizengine.services.ledger_told import Told, plain, points_of, whole


def _result(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    score, most = points_of(data["score"]), points_of(data["max_score"])
    values = {
        "activity": whole(data["activity"]),
        "type": Text(TYPE_NAMES[data["type"]]),
        "score": plain(score),
        "max": plain(most),
        "rank": whole(data["rank"]),
        "entries": whole(data["entries"]),
    }
    template = N_(
        "Activity no. %(activity)s (%(type)s): %(score)s of %(max)s points, rank %(rank)s of "
        "%(entries)s entries."
    )
    judges = {
        "judges": whole(data["judges"]),
        "spread": plain(points_of(data["spread"])),
        "deviation": plain(points_of(data["deviation"])),
    }
    remark = N_("Judged by %(judges)s; range %(spread)s points, standard deviation %(deviation)s.")
    return Told(Text(template, values), (Text(remark, judges),), "success", score, most)


def _survey(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {name: whole(data[name]) for name in ("survey", "invited", "answers")}
    template = N_("Survey no. %(survey)s closed: %(answers)s of %(invited)s answered.")
    return Told(Text(template, values))


def _ballot(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {name: whole(data[name]) for name in ("ballot", "votes", "eligible")}
    template = (
        N_("Ballot no. %(ballot)s about the unit counted: %(votes)s of %(eligible)s voted.")
        if data["about"] == "unit"
        else N_("Ballot no. %(ballot)s about colleagues counted: %(votes)s of %(eligible)s voted.")
    )
    remarks = [Text(N_("SHA-256 of the list of votes: %(proof)s"), {"proof": data["proof_sha256"]})]
    if data["about"] == "unit":
        remarks = [*(_option(*pair) for pair in data["counts"].items()), *remarks]
    if data["quorum"] is not True:
        remarks.insert(0, Text(N_("The quorum was not reached.")))
    return Told(Text(template, values), tuple(remarks), "" if data["quorum"] is True else "warning")


def _option(key: str, votes: object) -> Text:
    name: object = Text(OPTION_NAMES[key]) if key in OPTION_NAMES else key
    return Text(N_("%(option)s: %(votes)s"), {"option": name, "votes": whole(votes)})


ACTIVITY_WRITERS: dict[str, Callable[[Mapping[str, Any], str, bool], Told]] = {
    "activity-result": _result,
    "survey-closed": _survey,
    "ballot-counted": _ballot,
}
"""Kind → what writes its sentence."""
