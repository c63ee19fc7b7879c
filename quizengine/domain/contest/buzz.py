"""Who buzzed first, from evidence: docs/buzzer.md.

The server sees when it unlocked a device and when the buzz arrived. In between lie the way there,
the person's reaction and the way back; only the device can tell the reaction from the ways. It is
believed as far as the round trip goes that the server itself measured, and no further.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from quizengine.domain.contest.rules import Fairness

Note = Literal[
    "early", "not_unlocked", "no_claim", "no_round_trip", "impossible", "clocks", "beyond_window"
]


@dataclass(frozen=True, slots=True)
class Claim:
    """A buzz with its evidence, in microseconds; `seq` is its event's place in the log.

    `arrived_us`, `sent_us`, `unlocked_us` and `pressed_us` are moments by the server's clock,
    `reaction_us`, `rtt_us` and `offset_us` lengths. None: not known.
    """

    team: int
    seq: int
    arrived_us: int
    sent_us: int | None = None
    reaction_us: int | None = None
    rtt_us: int | None = None
    offset_us: int | None = None
    unlocked_us: int | None = None
    pressed_us: int | None = None
    early: bool = False

    @classmethod
    def from_data(cls, team: int, seq: int, evidence: Any) -> Claim:
        """The claim in a logged `evidence`; what is no finite number counts as not known.

        ValueError without a time of arrival: the server writes it, so the log is damaged.
        """
        evidence = evidence if isinstance(evidence, Mapping) else {}
        arrived = _whole(evidence.get("arrived_us"))
        if arrived is None:
            raise ValueError("evidence of a buzz without `arrived_us`")
        return cls(
            team=team,
            seq=seq,
            arrived_us=arrived,
            sent_us=_whole(evidence.get("sent_us")),
            reaction_us=_whole(evidence.get("reaction_us")),
            rtt_us=_whole(evidence.get("rtt_us")),
            offset_us=_whole(evidence.get("offset_us")),
            unlocked_us=_whole(evidence.get("unlocked_us")),
            pressed_us=_whole(evidence.get("pressed_us")),
            early=evidence.get("early") is True,
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """A buzz in its place.

    `elapsed_us` is what the server measured, from unlocking to arrival; `claimed_us` what the
    device says; `bound_us` the most that could be taken off; `used_us` what decides. `bounded`:
    the device claimed more than the bound lets through. `near_tie`: the next one is as near as
    the rules call near. `notes` say why a claim did not count.
    """

    team: int
    seq: int
    arrived_us: int
    elapsed_us: int
    claimed_us: int | None
    bound_us: int
    used_us: int
    bounded: bool
    notes: tuple[Note, ...]
    near_tie: bool = False


class Waiting(NamedTuple):
    """A device that may still buzz: when the server unlocked it, and the shortest round trip."""

    sent_us: int | None
    rtt_us: int | None


def order(claims: Iterable[Claim], fairness: Fairness) -> list[Placed]:
    """The claims from first to last; the same for any order of `claims`.

    Equal times go by arrival, then by team. Whoever arrives after the window is placed behind
    all within it, by arrival.
    """
    claims = list(claims)
    if not claims:
        return []
    ends = _window_ends(claims, fairness)
    begun = _begun(claims)
    placed = [_placed(claim, begun, ends, fairness) for claim in claims]
    placed.sort(key=lambda one: _key(one, ends, fairness))
    near = [_near(one, other, ends, fairness) for one, other in pairwise(placed)]
    return [replace(one, near_tie=tie) for one, tie in zip(placed, [*near, False], strict=True)]


def settle_at(claims: Iterable[Claim], waiting: Mapping[int, Waiting], fairness: Fairness) -> int:
    """The earliest moment, in microseconds by the server's clock, after which a buzz of a
    `waiting` team can't be placed first any more; at most the window after the first arrival.

    ValueError without a claim.
    """
    claims = list(claims)
    if not claims:
        raise ValueError("nobody has buzzed")
    ends = _window_ends(claims, fairness)
    first = order(claims, fairness)[0]
    if "not_unlocked" in first.notes:
        return ends
    beaten = [_beaten_at(device, first.used_us, ends, fairness) for device in waiting.values()]
    return min(ends, max([first.arrived_us, *beaten]))


def bound_us(rtt_us: int | None, fairness: Fairness) -> int:
    """The most that a device with this round trip can have taken off its time."""
    if rtt_us is None or rtt_us < 0 or fairness.window_ms == 0:
        return 0
    return min(fairness.cap_ms * 1000, rtt_us + fairness.tolerance_ms * 1000)


def _window_ends(claims: list[Claim], fairness: Fairness) -> int:
    return min(claim.arrived_us for claim in claims) + fairness.window_ms * 1000


def _beaten_at(device: Waiting, used_us: int, ends: int, fairness: Fairness) -> int:
    """From when on the device is slower than `used_us`, even at its bound."""
    if device.sent_us is None:
        return ends
    return device.sent_us + used_us + bound_us(device.rtt_us, fairness)


def _begun(claims: list[Claim]) -> int:
    """From when a device is timed that the server had not unlocked: nothing can be taken off."""
    sent = [claim.sent_us for claim in claims if claim.sent_us is not None]
    return min(sent) if sent else min(claim.arrived_us for claim in claims)


def _placed(claim: Claim, begun: int, ends: int, fairness: Fairness) -> Placed:
    sent = begun if claim.sent_us is None else claim.sent_us
    elapsed = max(0, claim.arrived_us - sent)
    doubt = _doubt(claim, elapsed, fairness)
    bound = 0 if doubt else bound_us(claim.rtt_us, fairness)
    least = max(0, elapsed - bound)
    claimed = elapsed if doubt or claim.reaction_us is None else claim.reaction_us
    notes: list[Note] = [doubt] if doubt else []
    if fairness.window_ms > 0 and claim.arrived_us > ends:
        notes.append("beyond_window")
    return Placed(
        team=claim.team,
        seq=claim.seq,
        arrived_us=claim.arrived_us,
        elapsed_us=elapsed,
        claimed_us=claim.reaction_us,
        bound_us=bound,
        used_us=max(least, claimed),
        bounded=claimed < least,
        notes=tuple(notes),
    )


def _doubt(claim: Claim, elapsed: int, fairness: Fairness) -> Note | None:
    """Why the device's own time can't be used, or None."""
    if claim.sent_us is None:
        return "not_unlocked"
    if claim.early:
        return "early"
    if claim.reaction_us is None:
        return "no_claim"
    if claim.rtt_us is None or claim.rtt_us < 0:
        return "no_round_trip"
    if not 0 <= claim.reaction_us <= elapsed:
        return "impossible"
    return None if _clocks_agree(claim, fairness) else "clocks"


def _clocks_agree(claim: Claim, fairness: Fairness) -> bool:
    """Whether the device's moments fit its own length and lie between sending and arrival.

    The offset is known to half a round trip; clocks drift between two measurements, so that as
    much again is let through.
    """
    if claim.offset_us is None or claim.unlocked_us is None or claim.pressed_us is None:
        return True
    tolerance = fairness.tolerance_ms * 1000
    slack = (claim.rtt_us or 0) + tolerance
    length = claim.pressed_us - claim.unlocked_us
    return (
        abs(length - (claim.reaction_us or 0)) <= tolerance
        and claim.unlocked_us >= (claim.sent_us or 0) - slack
        and claim.pressed_us <= claim.arrived_us + slack
    )


def _key(one: Placed, ends: int, fairness: Fairness) -> tuple[bool, int, int, int, int]:
    beyond = fairness.window_ms == 0 or one.arrived_us > ends
    decides = one.arrived_us if beyond else one.used_us
    return beyond, decides, one.arrived_us, one.team, one.seq


def _near(one: Placed, other: Placed, ends: int, fairness: Fairness) -> bool:
    """Whether what decides between the two is less than the rules call near."""
    by_arrival = fairness.window_ms == 0 or other.arrived_us > ends
    apart = other.arrived_us - one.arrived_us if by_arrival else other.used_us - one.used_us
    return apart < fairness.near_tie_ms * 1000


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round(value)
