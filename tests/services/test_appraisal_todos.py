"""Whoever decides about a closed year finds what waits at home; nobody finds their own case."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from yearroom import NEW_YEAR, YearRoom

from quizengine.services.appraisal_cases import decide, object_to_number
from quizengine.services.appraisal_todos import appraisal_todos

ZONE = ZoneInfo("Asia/Shanghai")
LATER = NEW_YEAR + timedelta(days=3)


def waiting(year: YearRoom, login: str) -> list[str]:
    found = appraisal_todos(year.session, LATER, ZONE, year.school.persons[login])
    return [f"{todo.endpoint} {todo.args['case_id']}: {todo.text}" for todo in found]


def test_a_case_waits_for_those_above_until_it_is_decided(year: YearRoom) -> None:
    year.ordinary()
    year.close()
    assert waiting(year, "admin") == []
    actor = year.actor("organizer")
    case = object_to_number(year.session, LATER, actor, 2026, "CS", "total", "请核对。")
    text = "Decide about an objection to the appraisal 2026: 计算机学院"
    assert waiting(year, "admin") == [f"appraisal.case {case}: {text}"]
    # Neither who brought it, nor somebody of the same unit, nor a member.
    assert [waiting(year, login) for login in ("organizer", "cs-admin", "li")] == [[], [], []]
    decide(year.session, LATER, year.actor("admin"), case, "rejected", "核对无误。")
    assert waiting(year, "admin") == []
