"""What the form of a rule file can't tell: whether the contest can be played by it to an end.

Blueprints and questions are looked at where the bank is loaded; here are the rules alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quizengine.domain.contest.rules import (
    BuzzerRound,
    CompulsoryRound,
    ContestRules,
    EarlyPolicy,
    Round,
    Teams,
    TieBreakRound,
    WagerRound,
)
from quizengine.domain.problems import Finding, Path
from quizengine.domain.text import N_, Text


def check_rules(rules: ContestRules) -> list[Finding]:
    """All faults of the rules, in the order of the file; `path` leads to the value to change."""
    found = [*_teams(rules.teams), *_prizes(rules), *_ties(rules)]
    fewest = rules.teams.min
    seen: set[str] = set()
    for index, current in enumerate(rules.rounds):
        place = _Place(("rounds", index), current, fewest, last=index == len(rules.rounds) - 1)
        if current.id in seen:
            text = N_("The round id %(id)s appears twice: give each round its own.")
            found.append(_finding("duplicate-round", (*place.path, "id"), text, id=current.id))
        seen.add(current.id)
        found += _round(place)
        fewest = max(1, fewest - current.eliminates)
    return found


@dataclass(frozen=True)
class _Place:
    """A round, where it stands, and the fewest teams that can come to it."""

    path: Path
    current: Round
    fewest: int
    last: bool


def _finding(code: str, path: Path, template: str, **params: object) -> Finding:
    return Finding(code, path, Text(template, params))


def _warning(code: str, path: Path, template: str, **params: object) -> Finding:
    return Finding(code, path, Text(template, params), "warning")


def _teams(teams: Teams) -> Iterator[Finding]:
    if teams.min > teams.max:
        yield _finding(
            "teams-range",
            ("teams", "min"),
            N_("At least %(min)s teams, but at most %(max)s: no number of teams fits."),
            min=teams.min,
            max=teams.max,
        )


def _prizes(rules: ContestRules) -> Iterator[Finding]:
    prizes = sum(prize.count for prize in rules.prizes)
    if prizes > rules.teams.max:
        yield _warning(
            "prizes-unused",
            ("prizes",),
            N_("There are %(prizes)s prizes, but at most %(teams)s teams."),
            prizes=prizes,
            teams=rules.teams.max,
        )


def _ties(rules: ContestRules) -> Iterator[Finding]:
    breakers = [one for one in rules.rounds if isinstance(one, TieBreakRound)]
    wanted = "tie_break" in rules.ties
    if wanted and not breakers:
        yield _finding(
            "tie-break-missing",
            ("ties", rules.ties.index("tie_break")),
            N_("Ties are to be broken by a round of kind tie_break, but there is none: add one."),
        )
    if len(set(rules.ties)) < len(rules.ties):
        text = N_("A criterion that is named twice decides nothing the second time: leave it out.")
        yield _finding("duplicate-tie", ("ties",), text)
    for index, current in enumerate(rules.rounds):
        if isinstance(current, TieBreakRound):
            yield from _breaker(rules, current, ("rounds", index), wanted=wanted)


def _breaker(
    rules: ContestRules, breaker: TieBreakRound, path: Path, *, wanted: bool
) -> Iterator[Finding]:
    if not wanted:
        yield _finding(
            "tie-break-unused",
            (*path, "kind"),
            N_("This tie-break decides nothing: name tie_break in `ties`, or leave the round out."),
        )
    if breaker.when == "prize" and not rules.prizes:
        yield _finding(
            "tie-break-prizes",
            (*path, "when"),
            N_("No tie decides a prize, as there are none: add prizes, or say `when: any`."),
        )
    policy = breaker.early
    penalties = [policy.first.penalty, policy.later.penalty if policy.later else 0]
    if any(penalties):
        yield _warning(
            "tie-break-penalty",
            (*path, "early"),
            N_("A tie-break takes no points: this penalty has no effect."),
        )


def _round(place: _Place) -> Iterator[Finding]:
    yield from _times(place)
    yield from _leaving(place)
    match place.current:
        case WagerRound(steal=steal) as wager:
            yield from _values(place.path, wager)
            if steal is not None:
                yield from _tries(place, steal.tries, place.fewest - 1, "steal", "tries")
                yield from _early(place, steal.early, "steal", "early")
        case BuzzerRound() as buzzer:
            yield from _tries(place, buzzer.tries, place.fewest, "tries")
            yield from _early(place, buzzer.early, "early")
            yield from _worthless(place.path, buzzer.right)
        case CompulsoryRound(right=right):
            yield from _worthless(place.path, right)
    yield from _needs_rivals(place)


def _times(place: _Place) -> Iterator[Finding]:
    """Steps that would have no time, and times that no step uses."""
    current = place.current
    times = current.times
    path = (*place.path, "times")
    asks_teams = current.kind != "audience"
    if times.answer_s == 0 and (current.answers == "device" or not asks_teams):
        text = N_("There is no time to answer: give `answer_s` at least 1 second.")
        yield _finding("no-time", (*path, "answer_s"), text)
    if times.buzz_s == 0 and _buzzes(current):
        text = N_("There is no time to buzz: give `buzz_s` at least 1 second.")
        yield _finding("no-time", (*path, "buzz_s"), text)
    if times.choose_s == 0 and isinstance(current, WagerRound):
        text = N_("There is no time to choose: give `choose_s` at least 1 second.")
        yield _finding("no-time", (*path, "choose_s"), text)
    if times.start_s > 0 and not (_buzzes(current) and current.answers == "spoken"):
        yield _warning(
            "time-unused",
            (*path, "start_s"),
            N_("`start_s` has no effect here: it is for spoken answers after a buzz."),
        )
    if times.discuss_s > 0 and not isinstance(current, CompulsoryRound | WagerRound):
        yield _warning(
            "time-unused",
            (*path, "discuss_s"),
            N_("`discuss_s` has no effect here: teams talk in compulsory and wager rounds."),
        )


def _buzzes(current: Round) -> bool:
    if isinstance(current, WagerRound):
        return current.steal is not None
    return isinstance(current, BuzzerRound | TieBreakRound)


def _leaving(place: _Place) -> Iterator[Finding]:
    current, fewest = place.current, place.fewest
    path = (*place.path, "eliminates")
    if current.eliminates >= fewest:
        yield _finding(
            "eliminates-all",
            path,
            N_("%(out)s teams would leave, but as few as %(teams)s may have come so far."),
            out=current.eliminates,
            teams=fewest,
        )
    elif current.eliminates and place.last:
        yield _warning(
            "eliminates-last",
            path,
            N_("No round follows: teams that leave now are only placed behind the others."),
        )


def _needs_rivals(place: _Place) -> Iterator[Finding]:
    """A race needs two."""
    if place.fewest >= 2 or not _buzzes(place.current) or place.current.kind == "tie_break":
        return
    yield _finding(
        "too-few-teams",
        (*place.path, "kind"),
        N_(
            "Teams race here, but one team alone may be left by then: raise `teams: min`, or let "
            "fewer leave before."
        ),
    )


def _tries(place: _Place, tries: int, teams: int, *path: str) -> Iterator[Finding]:
    if tries > max(1, teams):
        yield _warning(
            "tries-unused",
            (*place.path, *path),
            N_("%(tries)s tries, but there may be only %(teams)s teams to try."),
            tries=tries,
            teams=max(1, teams),
        )


def _values(path: Path, wager: WagerRound) -> Iterator[Finding]:
    seen: set[int] = set()
    for index, value in enumerate(wager.values):
        if value.points in seen:
            yield _finding(
                "duplicate-value",
                (*path, "values", index, "points"),
                N_("The value %(points)s appears twice: give each value once."),
                points=value.points,
            )
        seen.add(value.points)


def _early(place: _Place, policy: EarlyPolicy, *path: str) -> Iterator[Finding]:
    for name, early in (("first", policy.first), ("later", policy.later)):
        if early is not None and early.effect == "legal" and early.penalty:
            yield _warning(
                "legal-penalty",
                (*place.path, *path, name, "penalty"),
                N_("Buzzing early is legal here: this penalty has no effect."),
            )


def _worthless(path: Path, right: int) -> Iterator[Finding]:
    if right == 0:
        text = N_("A right answer earns nothing here: give `right` at least 1 point.")
        yield _warning("no-points", (*path, "right"), text)
