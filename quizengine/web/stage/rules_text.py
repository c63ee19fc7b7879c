"""A rule file in words: what an organizer reads before choosing it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from quizengine.domain.contest.rules import (
    AudienceRound,
    BuzzerRound,
    CompulsoryRound,
    ContestRules,
    Early,
    EarlyPolicy,
    Round,
    Steal,
    TieBreakRound,
    Times,
    WagerRound,
)
from quizengine.web.i18n import language
from quizengine.web.stage.words import ORDERS, ROUND_ICONS, ROUND_KINDS, TIES, TURNS


@dataclass(frozen=True)
class RoundText:
    """A round: its title and kind, and what holds in it, a line each."""

    title: str
    kind: str
    icon: str
    lines: list[str]


def rounds_text(rules: ContestRules) -> list[RoundText]:
    """All rounds, in order."""
    return [
        RoundText(
            part.title.in_language(language()),
            _(ROUND_KINDS[part.kind]),
            ROUND_ICONS[part.kind],
            [line for line in (*_what(part), _clocks(part), *_also(part)) if line],
        )
        for part in rules.rounds
    ]


def teams_text(rules: ContestRules) -> str:
    """How many teams of how many members, and what they begin with."""
    teams = rules.teams
    count = str(teams.min) if teams.min == teams.max else f"{teams.min}–{teams.max}"
    return str(
        _(
            "%(teams)s teams of %(members)s, each begins with %(points)s points",
            teams=count,
            members=teams.members,
            points=rules.base_score,
        )
    )


def prizes_text(rules: ContestRules) -> str:
    """The prizes with their numbers; '' if there are none."""
    return _list(f"{prize.title.in_language(language())} × {prize.count}" for prize in rules.prizes)


def ties_text(rules: ContestRules) -> str:
    """What places teams of equal points."""
    return _list(_(TIES[tie]) for tie in rules.ties) or _("they share the place")


def signed(points: int) -> str:
    """'+10', '−10', '0'."""
    return f"+{points}" if points > 0 else str(points).replace("-", "\u2212")


def _list(parts: Iterable[str]) -> str:
    separator: str = _(", ")
    return separator.join(parts)


def _what(part: Round) -> list[str]:
    """How many questions, to whom, and for how much."""
    if isinstance(part, CompulsoryRound):
        return [_compulsory_count(part), _(TURNS[part.turns]), _points(part.right, part.wrong)]
    if isinstance(part, BuzzerRound):
        return [_in_all(part.questions), _points(part.right, part.wrong)]
    if isinstance(part, WagerRound):
        values = " / ".join(str(value.points) for value in part.values)
        return [
            _each(part.questions),
            _("values: %(values)s", values=values),
            _(ORDERS[part.order]),
            _wager_wrong(part),
        ]
    if isinstance(part, TieBreakRound):
        return [_tie_when(part), _at_most(part.questions), _tie_wrong(part)]
    return [_in_all(part.questions), _("no points for the teams")]


def _compulsory_count(part: CompulsoryRound) -> str:
    return _in_all(part.questions) if part.turns == "together" else _each(part.questions)


def _each(number: int) -> str:
    return str(ngettext("%(num)s question a team", "%(num)s questions a team", number))


def _in_all(number: int) -> str:
    return str(ngettext("%(num)s question", "%(num)s questions", number))


def _at_most(number: int) -> str:
    return str(ngettext("at most %(num)s question", "at most %(num)s questions", number))


def _points(right: int, wrong: int) -> str:
    return str(_("right %(right)s, wrong %(wrong)s", right=signed(right), wrong=signed(wrong)))


def _wager_wrong(part: WagerRound) -> str:
    if part.wrong == "lose":
        return str(_("a wrong answer costs the value"))
    return str(_("a wrong answer costs nothing"))


def _tie_when(part: TieBreakRound) -> str:
    if part.when == "prize":
        return str(_("only for ties that decide a prize"))
    return str(_("for all ties"))


def _tie_wrong(part: TieBreakRound) -> str:
    if part.wrong == "loses":
        return str(_("a wrong answer loses"))
    return str(_("after a wrong answer the next question decides"))


def _clocks(part: Round) -> str:
    """The seconds of each step that this kind of round has."""
    steps = [
        (_("reading"), part.times.read_s),
        (_("discussion"), part.times.discuss_s),
        *_own_clocks(part, part.times),
        (_("answering"), part.times.answer_s),
    ]
    return _list(f"{name} {_seconds(value)}" for name, value in steps if value)


def _own_clocks(part: Round, times: Times) -> list[tuple[str, int]]:
    buzzing = [(_("buzzing"), times.buzz_s), (_("beginning to answer"), times.start_s)]
    if isinstance(part, WagerRound):
        return [(_("choosing"), times.choose_s), *(buzzing if part.steal else [])]
    return buzzing if isinstance(part, BuzzerRound | TieBreakRound) else []


def _seconds(value: int) -> str:
    return str(_("%(count)s s", count=value))


def _also(part: Round) -> list[str]:
    """Fouls, further tries, who leaves."""
    lines = [] if isinstance(part, AudienceRound) else [_how(part)]
    if isinstance(part, CompulsoryRound) and part.prompting.penalty:
        lines.append(_("prompting costs %(points)s points", points=part.prompting.penalty))
    if isinstance(part, BuzzerRound):
        lines += [_tries(part.tries), _unanswered(part), *_early(part.early)]
    if isinstance(part, TieBreakRound):
        lines += _early(part.early)
    if isinstance(part, WagerRound) and part.steal:
        lines += [_steal(part.steal), *_early(part.steal.early)]
    if part.eliminates:
        lines.append(
            ngettext("the last team leaves", "the last %(num)s teams leave", part.eliminates)
        )
    return lines


def _how(part: Round) -> str:
    if part.answers == "spoken":
        return str(_("spoken answers, the judge decides"))
    if part.confirm:
        return str(_("answers at the device, the judge confirms"))
    return str(_("answers at the device"))


def _tries(number: int) -> str:
    return str(ngettext("one team may answer", "up to %(num)s teams may try", number))


def _unanswered(part: BuzzerRound) -> str:
    if part.unanswered == "audience":
        return str(_("questions that nobody got go to the audience"))
    return ""


def _steal(steal: Steal) -> str:
    if steal.wrong == "lose":
        return str(_("others may buzz for it; a wrong try costs the value"))
    return str(_("others may buzz for it at no risk"))


def _early(policy: EarlyPolicy) -> list[str]:
    first = _("buzzing early: %(effect)s", effect=_effect(policy.first))
    if policy.later is None:
        return [first]
    return [first, _("again: %(effect)s", effect=_effect(policy.later))]


def _effect(early: Early) -> str:
    effects: dict[str, str] = {
        "legal": _("allowed, the question is interrupted"),
        "others_go_on": _("out of this question, the others go on"),
        "void": _("the question is void"),
    }
    effect = effects[early.effect]
    if early.penalty:
        return str(_("%(effect)s, −%(points)s", effect=effect, points=early.penalty))
    return effect
