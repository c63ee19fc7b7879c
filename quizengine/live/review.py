"""People who lose their right while their page is open have to go, not only when they come back."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from quizengine.domain.text import Refused
from quizengine.live.gate import Gate
from quizengine.live.hub import Hub

log = logging.getLogger("quizengine.live")

# How long somebody can still act after the right is gone.
_EVERY_S = 2.0


async def review(hub: Hub, gate: Gate) -> None:
    """Look the rights of hosts and judges up again and again, until it is cancelled."""
    while True:
        await asyncio.sleep(_EVERY_S)
        for screen in [one for one in hub.screens.values() if one.ticket.personal]:
            try:
                await gate.recheck(screen.ticket)
            except Refused as refusal:
                hub.dismiss(screen, refusal)
            except SQLAlchemyError:
                log.warning("rights could not be looked up", exc_info=True)
