"""What the screens of a contest are shown, from its state: made once for all of them."""

from __future__ import annotations

from quizengine.domain.contest.due import microseconds
from quizengine.domain.contest.staffview import staff_view
from quizengine.domain.contest.state import State
from quizengine.domain.contest.views import public_view, team_view
from quizengine.live.outputs import AudienceView, Published
from quizengine.live.room import Room
from quizengine.live.words import packed

# In these a device may buzz within seconds.
_TENSE = ("reading", "buzzing", "settling")
_REVEALED = ("revealed", "round_over", "finished")


def published(room: Room) -> Published:
    """The contest as it is on disk."""
    play, state = room.play, room.play.state
    public = public_view(play, room.about, room.questions)
    public["audience"]["joined"] = room.joined
    public["audience"]["answered"] = room.answered
    staff = {
        role: staff_view(play, room.about, room.questions, role, room.events)
        for role in ("host", "judge")
    }
    return Published(
        contest=room.about.id,
        seq=play.seq,
        public=packed(public),
        teams={team.id: team_view(play, team.id) for team in state.teams or room.about.teams},
        staff=staff,
        audience=_audience(room),
        opened_us=_opened_us(state),
        tense=state.phase in _TENSE,
        brief=state.phase == "settling",
    )


def _opened_us(state: State) -> int | None:
    buzz = state.question.buzz if state.question else None
    opened_at = buzz.opened_at if buzz else None
    return None if opened_at is None else microseconds(opened_at)


def _audience(room: Room) -> AudienceView:
    state = room.play.state
    asking = state.question
    if asking is None:
        return AudienceView()
    return AudienceView(
        question=asking.key,
        open=room.audience_open,
        revealed=state.phase in _REVEALED,
        answers=room.books.get(asking.key, {}),
    )
