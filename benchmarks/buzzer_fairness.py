"""How often the buzzer's order is the order in which people pressed, over lines of unequal length.

Races are simulated: no clock, no network, so that the figures are the same on any machine. A line
has a base latency one way, unequal both ways, and jitter on every message; the server knows of it
only what it measures itself, the shortest of some round trips.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean
from typing import Any

from quizengine.domain.contest.buzz import Claim, Placed, order
from quizengine.domain.contest.rules import Fairness

PINGS = 10
DEFAULTS = Fairness.model_validate({})
HALL = Fairness.model_validate({"window_ms": 100, "cap_ms": 40})
SETTINGS = (("defaults", DEFAULTS), ("one hall: window 100 ms, cap 40 ms", HALL))
LINES_MS = ((1, 10), (5, 40), (5, 75), (5, 150))


@dataclass(frozen=True)
class Line:
    """A device's way through the network: milliseconds there and back without jitter."""

    there: float
    back: float
    jitter: float

    @classmethod
    def drawn(cls, rng: Random, shortest: float, longest: float) -> Line:
        """One way takes between the two on average; up to a fifth more in one direction."""
        base, skew = rng.uniform(shortest, longest), rng.uniform(-0.2, 0.2)
        return cls(base * (1 + skew), base * (1 - skew), 1 + base / 20)

    def send(self, rng: Random, base: float) -> float:
        """How long one message takes."""
        return base + rng.expovariate(1 / self.jitter)

    def round_trip(self, rng: Random) -> float:
        """What the server knows: the shortest of its pings."""
        return min(self.send(rng, self.there) + self.send(rng, self.back) for _ in range(PINGS))


@dataclass(frozen=True)
class Press:
    """What happened (`reaction`, `way`: ms) and what the server got of it."""

    reaction: float
    way: float
    claim: Claim


Lie = Callable[[float], tuple[float, float]]
"""From the true reaction in ms: the claimed one, and what is added to each round trip."""


def press(rng: Random, team: int, line: Line, lie: Lie | None = None) -> Press:
    """One team hears the unlocking, reacts (300 ms on average) and buzzes."""
    reaction = max(120.0, rng.gauss(300, 60))
    there, back = line.send(rng, line.there), line.send(rng, line.back)
    claimed, feigned = lie(reaction) if lie else (round(reaction, 1), 0.0)
    claim = Claim(
        team=team,
        seq=team,
        arrived_us=round((there + reaction + back) * 1000),
        sent_us=0,
        reaction_us=round(claimed * 1000),
        rtt_us=round((line.round_trip(rng) + feigned) * 1000),
    )
    return Press(reaction, there + back, claim)


@dataclass(frozen=True)
class Agreement:
    """Shares of races in which an order is the true one; `stolen_ms`: how much slower the placed
    first was than the really fastest, on average."""

    winner: float
    full_order: float
    stolen_ms: float


def simulate(
    seed: int,
    races: int,
    *,
    teams: int = 4,
    lines_ms: tuple[float, float] = (5, 150),
    fairness: Fairness = DEFAULTS,
) -> dict[str, Agreement]:
    """Honest teams race; what the order by evidence and the order of arrival agree with.

    Keys: `compensated`, `arrival`.
    """
    rng = Random(seed)
    run = [
        [press(rng, team, Line.drawn(rng, *lines_ms)) for team in range(1, teams + 1)]
        for _ in range(races)
    ]
    by_arrival = fairness.model_copy(update={"window_ms": 0})
    return {
        "compensated": _agreement(run, fairness),
        "arrival": _agreement(run, by_arrival),
    }


def _agreement(run: Sequence[list[Press]], fairness: Fairness) -> Agreement:
    winners = full = 0
    stolen = []
    for presses in run:
        reaction = {one.claim.team: one.reaction for one in presses}
        true = sorted(reaction, key=reaction.__getitem__)
        shown = [placed.team for placed in order([one.claim for one in presses], fairness)]
        winners += shown[0] == true[0]
        full += shown == true
        stolen.append(reaction[shown[0]] - reaction[true[0]])
    races = len(run)
    return Agreement(winners / races, full / races, fmean(stolen))


LIES: dict[str, Lie] = {
    "none, for comparison": lambda reaction: (reaction, 0.0),
    "claims 0 ms": lambda reaction: (0.0, 0.0),
    "claims half": lambda reaction: (reaction / 2, 0.0),
    "claims a negative time": lambda reaction: (-reaction, 0.0),
    "claims 0 ms and answers pings 300 ms late": lambda reaction: (0.0, 300.0),
}


def hostile(
    seed: int,
    races: int,
    lie: Lie,
    *,
    teams: int = 4,
    lines_ms: tuple[float, float] = (5, 150),
    fairness: Fairness = DEFAULTS,
) -> dict[str, float]:
    """Team 1 lies in each race. Gains are its true reaction less the time that was used.

    `over_bound_ms` is the most that any gain exceeded the bound less the true way: 0 or less as
    long as nobody gains more than the bound lets through.
    """
    rng = Random(seed)
    gains, over, wins = [], [], 0
    for _ in range(races):
        liar = press(rng, 1, Line.drawn(rng, *lines_ms), lie)
        others = [press(rng, n, Line.drawn(rng, *lines_ms)) for n in range(2, teams + 1)]
        placed = order([one.claim for one in [liar, *others]], fairness)
        own = _of_team(placed, 1)
        gains.append(liar.reaction - own.used_us / 1000)
        over.append(gains[-1] - (own.bound_us / 1000 - liar.way))
        wins += placed[0].team == 1
    return {
        "mean_gain_ms": round(fmean(gains), 1),
        "max_gain_ms": round(max(gains), 1),
        "over_bound_ms": round(max(over), 2),
        "wins": wins / races,
    }


def _of_team(placed: list[Placed], team: int) -> Placed:
    return next(one for one in placed if one.team == team)


def report(seed: int, races: int) -> dict[str, Any]:
    """All scenarios, as the benchmarks print them."""
    rows = [_honest_row(seed, races, lines, *setting) for lines in LINES_MS for setting in SETTINGS]
    lies = [_hostile_row(seed, races, lie, *setting) for lie in LIES for setting in SETTINGS]
    ratios = {
        f"winner_{row['lines_ms'][1]}ms_{row['cap_ms']}": round(
            row["compensated_winner"] / row["arrival_winner"], 2
        )
        for row in rows
    }
    return {
        "bench": "buzzer_fairness",
        "baseline": {"name": "order of arrival", "teams": 4, "races": races, "seed": seed},
        "rows": rows,
        "hostile": lies,
        "ratios": ratios,
    }


def _honest_row(
    seed: int, races: int, lines: tuple[int, int], name: str, fairness: Fairness
) -> dict[str, Any]:
    result = simulate(seed, races, lines_ms=lines, fairness=fairness)
    row: dict[str, Any] = {
        "lines_ms": list(lines),
        "setting": name,
        "window_ms": fairness.window_ms,
        "cap_ms": fairness.cap_ms,
    }
    for kind, agreement in result.items():
        row[f"{kind}_winner"] = round(agreement.winner, 3)
        row[f"{kind}_full_order"] = round(agreement.full_order, 3)
        row[f"{kind}_stolen_ms"] = round(agreement.stolen_ms, 1)
    return row


def _hostile_row(
    seed: int, races: int, lie: str, setting: str, fairness: Fairness
) -> dict[str, Any]:
    """In one hall, where the lines are short and a feigned way pays most."""
    lines = LINES_MS[0]
    gains = hostile(seed, races, LIES[lie], lines_ms=lines, fairness=fairness)
    return {"lie": lie, "lines_ms": list(lines), "setting": setting, **gains}


def main() -> None:
    """Print the report: JSON with `--json`, else one line a scenario."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--races", type=int, default=2000)
    chosen = parser.parse_args()
    result = report(chosen.seed, chosen.races)
    if chosen.json:
        print(json.dumps(result, indent=1))
        return
    for row in [*result["rows"], *result["hostile"]]:
        print("  ".join(f"{key}={value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
