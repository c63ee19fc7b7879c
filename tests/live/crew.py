"""The people of a contest at their pages, who play it as they would in a hall."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from livehall import Hall
from livepage import Page


@dataclass
class Crew:
    """Host, judge, teams, big screen, audience; the team `winner` is right, others are wrong."""

    hall: Hall
    tickets: dict[str, str]
    pages: dict[str, Page] = field(default_factory=dict)
    winner: int = 1
    # Questions (by key) that nobody buzzes for.
    unwanted: set[str] = field(default_factory=set)

    @classmethod
    async def come(cls, hall: Hall, audience: int = 2) -> Crew:
        """Everybody has opened a page."""
        tickets = {
            "host": hall.host(),
            "judge": hall.by_code("judge"),
            "screen": hall.by_code("screen"),
            **{f"team{n}": hall.seat(n) for n in (1, 2, 3)},
            **{f"phone{n}": hall.join(f"观众{n}") for n in range(1, audience + 1)},
        }
        crew = cls(hall, tickets)
        await crew.connect()
        return crew

    async def connect(self) -> None:
        """Open the pages anew, with the tickets that they have."""
        names = list(self.tickets)
        pages = [Page.open(self.hall.port, self.tickets[name]) for name in names]
        self.pages = dict(zip(names, await asyncio.gather(*pages), strict=True))

    async def leave(self) -> None:
        """Close all pages."""
        await asyncio.gather(*(page.close() for page in self.pages.values()))

    @property
    def host(self) -> Page:
        """The host's page."""
        return self.pages["host"]

    @property
    def public(self) -> dict[str, Any]:
        """What everybody sees, by the host's page."""
        return self.host.public

    def team(self, team: int) -> Page:
        """The page of the team with this id."""
        number = next(t["number"] for t in self.public["teams"] if t["id"] == team)
        return self.pages[f"team{number}"]

    def id_of(self, number: int) -> int:
        """The id of the team with this number."""
        return int(next(t["id"] for t in self.public["teams"] if t["number"] == number))

    async def settled(self) -> None:
        """All pages have been shown the newest state."""
        seq = max(page.seq for page in self.pages.values())
        for page in self.pages.values():
            await page.until(lambda page=page: page.seq >= seq)
        for name in ("host", "judge"):
            page = self.pages[name]
            await page.until(lambda page=page: page.own_seq >= seq)

    async def step(self) -> None:
        """What comes next."""
        await self.settled()
        public = self.public
        match public["phase"]:
            case "lobby":
                await self.host.ok("begin")
            case "choosing":
                turn = public["choices"]
                points = min(value["points"] for value in turn["values"])
                await self.team(turn["team"]).ok("choose", points=points)
            case "buzzing" if self._wanted():
                await self.buzz(self.winner)
            case "buzzing":
                await self.host.ok("void", reason="nobody wants it")
            case "settling":
                await self.host.until(lambda: self.public["phase"] != "settling")
            case "answering" if public["round"]["answers"] == "device":
                await self._answer()
            case "judging":
                await self._judge()
            case _:
                await self.primary()

    async def primary(self) -> None:
        """What the host's page offers first."""
        actions = self.host.own["actions"]
        first = next((a for a in actions if a["primary"]), actions[0])
        if first["type"] == "judge":
            await self._judge()
        else:
            await self.host.ok(first["type"])

    async def buzz(self, number: int, reaction_ms: float = 200.0) -> dict[str, Any]:
        """The team presses, that long after its screen was unlocked; the reply.

        The state that an accepted buzz leads to is shown: who looked at the one before would give
        the next command for it.
        """
        page = self.pages[f"team{number}"]
        reply = await page.do("buzz", reaction_ms=reaction_ms, early=not page.own["unlocked"])
        if reply["t"] == "ok":
            await page.until(lambda: page.seq >= reply["seq"])
        return reply

    async def play(self, *phases: str, round: str | None = None) -> None:
        """On until one of these phases is reached, in this round if one is named."""
        while True:
            await self.step()
            await self.settled()
            here = self.public["round"]["id"] if self.public["round"] else None
            if self.public["phase"] in phases and round in (None, here):
                return

    def _wanted(self) -> bool:
        page = self.pages[f"team{self.winner}"]
        return bool(page.own["can"]["buzz"]) and self.public["question"]["key"] not in self.unwanted

    async def _answer(self) -> None:
        for number in (1, 2, 3):
            page = self.pages[f"team{number}"]
            if page.own["can"]["answer"]:
                await page.ok("answer", answer=self.answer(right=number == self.winner))
                await self.settled()
                return
        await self.host.until(lambda: self.public["phase"] != "answering")

    async def _judge(self) -> None:
        team = next(a["team"] for a in self.host.own["actions"] if a["type"] == "judge")
        right = team == self.id_of(self.winner)
        await self.pages["judge"].ok("judge", team=team, verdict="right" if right else "wrong")

    def answer(self, *, right: bool) -> list[str]:
        """An answer to the question that is on."""
        solution = self.host.own["solution"]["answer"]
        others = [o["key"] for o in self.public["question"]["options"] if o["key"] not in solution]
        return list(solution) if right else others[:1]
