"""出国（境）: cleared → left → returned → talk and refresher → closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from quizengine.domain.text import N_, Refused, Text
from quizengine.services.details import clean_text
from quizengine.services.evidence import attach
from quizengine.services.history import note
from quizengine.services.office_access import Act, refuse_future, refuse_own_case, told_on
from quizengine.services.office_terms import Terms, terms_at
from quizengine.services.outbound import BEFORE, end_tier, enter, managed_file, record_of
from quizengine.services.outbound_pass import Pass, covering, passes_of
from quizengine.services.uploads import Upload
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import OutboundFile, PostHolder

NEED_TEXTS = {
    "pass": N_("No outbound exam has been passed."),
    "pass-old": N_("The outbound exam passed on %(day)s was good until %(until)s."),
    "approval": N_("Holders of classified posts need an approval: authority and number."),
}


@dataclass(frozen=True)
class Need:
    """What is missing before a journey can be cleared."""

    code: str
    text: Text


def needs_of(
    file: OutboundFile, passes: Sequence[Pass], terms: Terms, classified: bool
) -> list[Need]:
    """What is missing before the person may leave; `classified`: holds, or left, a secret post."""
    needs = []
    if covering(passes, file.departs_on, terms.pass_days) is None:
        code, values = "pass", {}
        if passes:
            until = passes[0].good_until(terms.pass_days)
            code, values = "pass-old", {"day": passes[0].day, "until": until}
        needs.append(Need(code, Text(NEED_TEXTS[code], values)))
    if classified and not file.approval:
        needs.append(Need("approval", Text(NEED_TEXTS["approval"])))
    return needs


def classified_people(
    session: SessionLike, person_ids: Sequence[int], today: date
) -> frozenset[int]:
    """Those who hold a classified post, or whose 脱密期 still runs."""
    holders = session.scalars(select(PostHolder).where(PostHolder.person_id.in_(person_ids)))
    return frozenset(
        holder.person_id
        for holder in holders
        if holder.stage == "in_post"
        or (holder.control_until is not None and holder.control_until >= today)
    )


def clear(act: Act, file_id: int) -> None:
    """The person may leave: a passed exam is good on the day of departure.

    Refused: `outbound-unknown` (404), `forbidden`, `own-case` (403), `outbound-state`,
    `outbound-blocked` (409) with what is missing.
    """
    with writing(act.session, REGISTERS):
        file = managed_file(act, file_id, "filed")
        refuse_own_case(act.actor, file.person_id)
        terms = terms_at(act.session, file.unit.path)
        passes = passes_of(act.session, act.zone, [file.person_id]).get(file.person_id, [])
        classified = classified_people(act.session, [file.person_id], act.today)
        needs = needs_of(file, passes, terms, file.person_id in classified)
        if needs:
            raise Refused("outbound-blocked", N_("Not yet: %(need)s"), need=needs[0].text)
        given = covering(passes, file.departs_on, terms.pass_days)
        assert given is not None, "without a pass something is missing"
        file.state, file.sitting_id = "cleared", given.sitting_id
        until = given.good_until(terms.pass_days).isoformat()
        _note(act, file, "outbound-cleared", until=until)
        enter(act, file, "outbound-cleared", exam=given.exam_id, good_until=until)


def leave(act: Act, file_id: int, left_on: date, reason: str = "") -> None:
    """The person has left; who was not cleared left against the rules, and `reason` says why.

    Refused as `clear`, and `day-future` (400), `outbound-not-cleared` (409) without a reason.
    """
    reason = clean_text(reason)[:500]
    with writing(act.session, REGISTERS):
        file = managed_file(act, file_id, *BEFORE)
        refuse_future(left_on, act.today)
        cleared = file.state == "cleared"
        if not cleared and not reason:
            raise Refused(
                "outbound-not-cleared",
                N_("The journey is not cleared. If the person has left all the same, say why."),
            )
        file.state, file.left_on = "left", left_on
        _note(act, file, "outbound-left", on=left_on.isoformat(), reason=reason)
        enter(act, file, "outbound-left", on=told_on(left_on, act.today), cleared=cleared)


def come_back(act: Act, file_id: int, returned_on: date) -> None:
    """The person is back. Refused as `clear`; `day-future`, `day-order` (400)."""
    with writing(act.session, REGISTERS):
        file = managed_file(act, file_id, "left")
        refuse_future(returned_on, act.today)
        _refuse_order(file.left_on, returned_on)
        file.state, file.returned_on = "returned", returned_on
        _note(act, file, "outbound-returned", on=returned_on.isoformat())
        on_time = returned_on <= file.returns_on
        enter(
            act,
            file,
            "outbound-returned",
            on=told_on(returned_on, act.today),
            on_time=on_time,
        )


def hold_talk(
    act: Act, file_id: int, talk_on: date, text: str, files: Sequence[Upload] = ()
) -> None:
    """The talk after the return was held. Refused as `come_back`, and faults of files (400)."""
    with writing(act.session, REGISTERS):
        file = managed_file(act, file_id, "returned")
        refuse_own_case(act.actor, file.person_id)
        refuse_future(talk_on, act.today)
        _refuse_order(file.returned_on, talk_on)
        file.talk_on, file.talk_note = talk_on, text.strip()[:1000]
        attach(act.session, act.now, act.actor.person_id, record_of(file), files)
        _note(act, file, "outbound-talk", on=talk_on.isoformat())


def refresh(act: Act, file_id: int, refresher_on: date) -> None:
    """The refresher after the return was attended. Refused as `come_back`."""
    with writing(act.session, REGISTERS):
        file = managed_file(act, file_id, "returned")
        refuse_own_case(act.actor, file.person_id)
        refuse_future(refresher_on, act.today)
        _refuse_order(file.returned_on, refresher_on)
        file.refresher_on = refresher_on
        _note(act, file, "outbound-refresher", on=refresher_on.isoformat())


def close_file(act: Act, file_id: int) -> None:
    """All is done. Refused as `clear`; `outbound-open` (409) while a step is missing."""
    with writing(act.session, REGISTERS):
        file = managed_file(act, file_id, "returned")
        refuse_own_case(act.actor, file.person_id)
        terms = terms_at(act.session, file.unit.path)
        if file.talk_on is None:
            raise Refused("outbound-open", N_("The talk after the return has not been held yet."))
        if terms.refresher_days and file.refresher_on is None:
            raise Refused("outbound-open", N_("The refresher has not been attended yet."))
        file.state, file.closed_at = "closed", act.now
        end_tier(act.session, file, act.today)
        _note(act, file, "outbound-closed")
        refresher = file.refresher_on.isoformat() if file.refresher_on else None
        enter(
            act,
            file,
            "outbound-closed",
            cancelled=False,
            talk=file.talk_on.isoformat(),
            refresher=refresher,
        )


def talk_due(file: OutboundFile, terms: Terms) -> date | None:
    """The last day for the talk; None before the return, or once it was held."""
    if file.state != "returned" or file.returned_on is None or file.talk_on is not None:
        return None
    return file.returned_on + timedelta(days=terms.talk_days)


def refresher_due(file: OutboundFile, terms: Terms) -> date | None:
    """The last day for the refresher; None if none is due."""
    if file.state != "returned" or file.returned_on is None or file.refresher_on is not None:
        return None
    return file.returned_on + timedelta(days=terms.refresher_days) if terms.refresher_days else None


def _refuse_order(first: date | None, then: date) -> None:
    if first is not None and then < first:
        raise Refused(
            "day-order", N_("%(then)s is before %(first)s."), status=400, then=then, first=first
        )


def _note(act: Act, file: OutboundFile, what: str, **detail: str) -> None:
    note(act.session, act.now, act.actor.person_id, record_of(file), what, **detail)
