"""Entries about training classes in plain words. Touches no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from quizengine.domain.text import N_, Text
from quizengine.services.ledger_told import Told, plain, points_of, whole


def _held(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {
        "class": whole(data["class"]),
        "batch": whole(data["batch"]),
        "hours": plain(points_of(data["hours"])),
        "participants": whole(data["participants"]),
        "invited": whole(data["invited"]),
    }
    template = N_(
        "Training class no. %(class)s, batch no. %(batch)s was held: %(hours)s hours, attended by "
        "%(participants)s of %(invited)s."
    )
    remarks = [_topic(part) for part in data["programme"]]
    return Told(Text(template, values), (*remarks, *_on(data)), "signed")


def _topic(part: Mapping[str, Any]) -> Text:
    values = {
        "topic": str(part["topic"]),
        "day": date.fromisoformat(str(part["on"])).isoformat(),
        "hours": plain(points_of(part["hours"])),
    }
    return Text(N_("%(day)s: %(topic)s (%(hours)s hours)"), values)


def _attended(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values: dict[str, object] = {"class": whole(data["class"])}
    if data.get("void") is True:
        template = N_("That training class no. %(class)s was attended does not hold any more.")
        return Told(Text(template, values), _on(data), "warning")
    template = N_("Attended training class no. %(class)s: %(hours)s hours.")
    values["hours"] = plain(points_of(data["hours"]))
    return Told(Text(template, values), (*_topics(data), *_on(data)), "success")


def _missed(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {"class": whole(data["class"])}
    if data.get("void") is True:
        template = N_("That training class no. %(class)s was missed does not hold any more.")
        return Told(Text(template, values), _on(data), "success")
    if data["excused"] is True:
        template = N_("Did not attend training class no. %(class)s, but was excused.")
        return Told(Text(template, values), (*_topics(data), *_on(data)))
    template = N_("Missed training class no. %(class)s.")
    return Told(Text(template, values), (*_topics(data), *_on(data)), "warning")


def _feedback(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values: dict[str, object] = {
        "class": whole(data["class"]),
        "answers": whole(data["answers"]),
        "participants": whole(data["participants"]),
    }
    if data["mean"] is None:
        template = N_(
            "Feedback on training class no. %(class)s: %(answers)s of %(participants)s answered, "
            "too few for a mean."
        )
        return Told(Text(template, values))
    values["mean"] = plain(points_of(data["mean"]))
    template = N_(
        "Feedback on training class no. %(class)s: %(answers)s of %(participants)s answered, "
        "mean %(mean)s of 5."
    )
    return Told(Text(template, values))


def _topics(data: Mapping[str, Any]) -> tuple[Text, ...]:
    topics = "; ".join(str(topic) for topic in data["topics"])
    return (Text(N_("Topics: %(topics)s"), {"topics": topics}),) if topics else ()


def _on(data: Mapping[str, Any]) -> tuple[Text, ...]:
    if "on" not in data:
        return ()
    day = date.fromisoformat(str(data["on"])).isoformat()
    return (Text(N_("It happened on %(day)s and was entered later."), {"day": day}),)


TRAINING_WRITERS: dict[str, Callable[[Mapping[str, Any], str, bool], Told]] = {
    "training-held": _held,
    "training-attended": _attended,
    "training-missed": _missed,
    "training-feedback": _feedback,
}
"""Kind → what writes its sentence."""
