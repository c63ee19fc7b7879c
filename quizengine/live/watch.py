"""What other processes and the site's pages have changed in a contest that this one runs."""

from __future__ import annotations

from dataclasses import replace

from quizengine.domain.text import N_, Refused
from quizengine.live.audience import book
from quizengine.live.outputs import Batch, Ended
from quizengine.live.room import Room
from quizengine.live.store import Look, Store
from quizengine.live.turn import Held
from quizengine.services.stage_access import unknown_contest

# Who may have come by a code.
_BY_CODE = ("judge", "screen", "audience")


def gone(look: Look | None) -> Refused | None:
    """Why a contest's screens have to be closed, or None."""
    if look is None:
        return unknown_contest()
    if look.state == "cancelled":
        return Refused("contest-cancelled", N_("The contest has been cancelled."))
    return None


def compare(store: Store, held: Held, look: Look, batch: Batch) -> bool:
    """Note what is new; true if there are events that this process has not taken over."""
    room, before = held.room, held.look
    held.look = look
    batch.ended += _outdated(room.about.id, before, look)
    if held.prepared != look.prepared and room.play.seq == 0:
        room = _start_anew(store, held)
    about = look.about or replace(room.about, join_code=look.join_code)
    if about != room.about:
        room.about = about
        held.figures = True
    if room.joined != look.joined:
        room.joined = look.joined
        held.figures = True
    _count_answers(store, held)
    return look.seq > room.play.seq


def _start_anew(store: Store, held: Held) -> Room:
    """The contest has been given other rules or questions."""
    loaded = store.load(held.room.about.id)
    room = Room.start(loaded.about, loaded.rules, loaded.questions, loaded.log)
    room.joined = held.room.joined
    held.room, held.prepared, held.figures = room, loaded.prepared, True
    return room


def _outdated(contest: int, before: Look | None, look: Look) -> list[Ended]:
    """Screens whose code was made anew, and devices whose seat another one has taken.

    At the first look too: that may have happened since they were let in.
    """
    ended = []
    if before is None or before.codes_version != look.codes_version:
        ended.append(Ended(contest, _old_page(), _BY_CODE, look.codes_version))
    for team, seat in (before.seats if before else dict.fromkeys(look.seats, 0)).items():
        new = look.seats.get(team)
        if new is None:
            ended.append(Ended(contest, _old_page(), ("team",), None, team))
        elif new != seat:
            ended.append(Ended(contest, seat_taken(), ("team",), new, team))
    return ended


def _count_answers(store: Store, held: Held) -> None:
    """Answers that other processes have taken."""
    room = held.room
    asking = room.play.state.question
    if asking is None or not room.audience_open:
        return
    if store.answered(room.about.id, asking.key) != len(book(room, store, asking.key)):
        del room.books[asking.key]
    answered = len(book(room, store, asking.key))
    if answered != room.answered:
        room.answered = answered
        held.figures = True


def seat_taken() -> Refused:
    """The refusal for the device that was there before."""
    return Refused("seat-taken", N_("Another device has taken this team's seat."))


def _old_page() -> Refused:
    return Refused("ticket", N_("This page is no longer valid. Open it again."), status=401)
