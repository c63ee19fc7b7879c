"""The first step on an empty site."""

from __future__ import annotations

from datetime import datetime

import pytest
from school import School
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.access import load_actor
from quizengine.services.auth import sign_in
from quizengine.services.codes import IssuedCode
from quizengine.services.setup import set_up
from quizengine.services.units import create_unit
from quizengine.settings import Settings
from quizengine.storage.models import Unit

SETTINGS = Settings()


def _set_up(session: Session, now: datetime, **changes: str) -> IssuedCode:
    given = {"unit_code": "HQ", "unit_name": "学校保密委员会", "login": "Admin", "name": "周敏"}
    return set_up(session, now, SETTINGS, **{**given, **changes})


def test_the_first_admin_signs_in_and_builds_the_tree(session: Session, now: datetime) -> None:
    issued = _set_up(session, now)
    person = sign_in(session, now, SETTINGS, "admin", issued.code)
    actor = load_actor(session, person.id)
    create_unit(session, actor, code="CS", name="计算机学院", parent_id=actor.unit_id)
    assert actor.can("admin", actor.unit_path)


@pytest.mark.parametrize("changes", [{"login": ""}, {"name": "=1"}, {"unit_name": " "}])
def test_after_a_fault_it_can_be_tried_again(
    session: Session, now: datetime, changes: dict[str, str]
) -> None:
    with pytest.raises(Refused) as refusal:
        _set_up(session, now, **changes)
    assert refusal.value.status == 400
    assert session.scalar(select(func.count()).select_from(Unit)) == 0


def test_a_site_in_use_is_left_alone(session: Session, now: datetime, school: School) -> None:
    with pytest.raises(Refused) as refusal:
        _set_up(session, now)
    assert refusal.value.code == "site-in-use"
