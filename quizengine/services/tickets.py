"""Tickets for live contests: who a screen is, signed, as the page that shows it was told.

A page is opened with a sign-in or a code; the WebSocket that it then opens carries a ticket
instead. Whether the ticket still holds (a seat may be taken by another device, codes may be made
anew) is looked up with each connection.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from itsdangerous import BadSignature, URLSafeTimedSerializer

from quizengine.domain.text import N_, Refused

TicketRole = Literal["host", "judge", "team", "screen", "audience"]

# A contest and its rehearsals are over within a day.
LASTS_S = 24 * 3600


@dataclass(frozen=True)
class Ticket:
    """`id`: person (host, judge by sign-in), team, or player; 0 for a judge or screen by code.

    `version`: the seat of a team, the codes' version of the contest for those who came by a code.
    """

    contest: int
    role: TicketRole
    id: int = 0
    version: int = 0
    name: str = ""

    @property
    def personal(self) -> bool:
        """Whether it stands for the rights of somebody who has signed in."""
        return self.role == "host" or (self.role == "judge" and self.id != 0)


def issue_ticket(secret: str, ticket: Ticket) -> str:
    """The ticket as text for the page."""
    return str(_signer(secret).dumps(asdict(ticket)))


def read_ticket(secret: str, text: str) -> Ticket:
    """The inverse; Refused `ticket` (401) if it is forged, damaged or older than a day."""
    try:
        data: dict[str, Any] = _signer(secret).loads(text, max_age=LASTS_S)
        ticket = Ticket(**data)
    except (BadSignature, TypeError) as error:
        raise _no_ticket() from error
    if ticket.role not in get_args(TicketRole):
        raise _no_ticket()
    return ticket


def _no_ticket() -> Refused:
    return Refused("ticket", N_("This page is no longer valid. Open it again."), status=401)


def _signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="quizengine.live")
