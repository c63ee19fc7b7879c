"""Who a new connection is: its ticket is read, and looked up whether it still holds."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy.orm import Session, sessionmaker

from quizengine.domain.text import Refused
from quizengine.live.clock import now_us
from quizengine.services.stage_tickets import check_ticket
from quizengine.services.tickets import Ticket, read_ticket

# When a whole hall comes back at once, what is the same for all of it is looked up this often.
_FRESH_US = 500_000
_SHARED_ROLES = ("screen", "audience")


@dataclass
class Gate:
    """Looks tickets up in a thread of its own: neither messages nor the engine wait for it."""

    secret: str
    sessions: sessionmaker[Session]
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="gate")
    )
    # (contest, role, version) of codes that were good, and when they were.
    _good: dict[tuple[int, str, int], int] = field(default_factory=dict)

    async def admit(self, text: str) -> Ticket:
        """The ticket in `text`; Refused if it is forged or does not hold any more."""
        ticket = read_ticket(self.secret, text)
        if not self._known(ticket):
            await asyncio.get_running_loop().run_in_executor(self._pool, self._check, ticket)
        return ticket

    async def recheck(self, ticket: Ticket) -> None:
        """Refused if a ticket that was good does not hold any more."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self._check, ticket)

    def close(self) -> None:
        """Nobody is let in any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _known(self, ticket: Ticket) -> bool:
        since = self._good.get((ticket.contest, ticket.role, ticket.version))
        return since is not None and now_us() - since < _FRESH_US

    def _check(self, ticket: Ticket) -> None:
        # Those that waited while the first one of them was looked up.
        if self._known(ticket):
            return
        with self.sessions() as session:
            check_ticket(session, ticket)
        if ticket.role in _SHARED_ROLES:
            self._good[ticket.contest, ticket.role, ticket.version] = now_us()


def is_final(refusal: Refused) -> bool:
    """Whether the page has no hope of being let in with what it has."""
    return refusal.status in (401, 403, 404, 409)
