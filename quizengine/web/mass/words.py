"""Contests in words: states, rules, durations."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from quizengine.domain.mass_attempts import Limits
from quizengine.domain.mass_units import AwardRule
from quizengine.domain.text import N_
from quizengine.services.mass_lookup import award_of, limits_of
from quizengine.services.mass_member import MemberContest
from quizengine.web.i18n import localtime, points

STATES = {
    "coming": (N_("Not open yet"), "neutral", "clock"),
    "open": (N_("Open"), "success", "play-circle"),
    "closing": (N_("Closing"), "warning", "hourglass-split"),
    "unpublished": (N_("Result not published yet"), "warning", "snow"),
    "over": (N_("Over"), "info", "flag"),
    "cancelled": (N_("Cancelled"), "danger", "slash-circle"),
}
RELEASES = {
    "at_once": N_("After handing in"),
    "after_close": N_("When the contest is over"),
    "manual": N_("Never"),
}
ENDINGS = {
    "all": N_("All questions right!"),
    "mistake": N_("The first mistake ends the run."),
    "late": N_("The time for this question was up."),
    "time": N_("Time is up."),
    "stopped": N_("You have ended the run."),
}
ORDERS = {
    "overall": N_("Average of all members"),
    "average": N_("Average of participants"),
    "participation": N_("Participation"),
}
LEVELS = {1: N_("Whole organization"), 2: N_("Secondary units"), 3: N_("Branches")}


def score_text(hundredths: int) -> str:
    """Points without needless zeros."""
    return points(Decimal(hundredths).scaleb(-2))


def duration_text(milliseconds: int) -> str:
    """Minutes, seconds and tenths: '3:07.4'."""
    tenths = milliseconds // 100
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"


def span_text(seconds: int) -> str:
    """A span in minutes, or in seconds where it is no whole number of them."""
    if seconds % 60:
        return str(_("%(count)s seconds", count=seconds))
    return str(_("%(count)s minutes", count=seconds // 60))


def limits_text(limits: Limits) -> str:
    """How often one may try."""
    parts = []
    if limits.per_day is not None:
        parts.append(ngettext("%(num)s a day", "%(num)s a day", limits.per_day))
    if limits.per_week is not None:
        parts.append(ngettext("%(num)s a week", "%(num)s a week", limits.per_week))
    if limits.in_all is not None:
        parts.append(ngettext("%(num)s in all", "%(num)s in all", limits.in_all))
    return str(_(", ")).join(parts) or str(_("as often as you like"))


def award_text(rule: AwardRule) -> str:
    """Which units earn the organisation award."""
    text = _(
        "Organization award (%(level)s): at least %(rate)s %% of the members take part, with an"
        " average of at least %(average)s %% of the points.",
        level=_(LEVELS[rule.level]),
        rate=rule.participation,
        average=rule.average,
    )
    if rule.top is not None:
        order = _(ORDERS[rule.by])
        text += " " + _("The first %(top)s by: %(order)s.", top=rule.top, order=order)
    return str(text)


def rules_text(case: MemberContest) -> list[str]:
    """The rules of a contest, a sentence each."""
    contest, blueprint = case.contest, case.blueprint
    lines = [_challenge_rules(case) if case.challenge else _paper_rules(case)]
    if case.challenge and contest.question_s is not None:
        lines.append(_("%(count)s seconds for each question.", count=contest.question_s))
    lines.append(_("Attempts: %(limits)s.", limits=limits_text(limits_of(contest))))
    if case.challenge:
        lines.append(
            _(
                "Your best run counts. Places go by right answers, then by the time used for"
                " answering, then by the time of the end."
            )
        )
    else:
        lines.append(
            _(
                "Each attempt has a fresh paper; your best one counts. Places go by score, then by"
                " time used, then by time of handing in."
            )
        )
        lines.append(_RELEASES[blueprint.release.answers]())
    if contest.freeze_at is not None:
        lines.append(
            _(
                "From %(time)s on, the boards stand still until the result is published. Your own"
                " results you see at once.",
                time=localtime(contest.freeze_at),
            )
        )
    rule = award_of(contest)
    return [str(line) for line in (*lines, *([award_text(rule)] if rule else []))]


def _paper_rules(case: MemberContest) -> str:
    blueprint = case.blueprint
    return str(
        ngettext(
            "%(num)s question, %(points)s points, %(span)s. The time begins when you press the"
            " button.",
            "%(num)s questions, %(points)s points, %(span)s. The time begins when you press the"
            " button.",
            blueprint.questions,
            points=points(blueprint.total),
            span=span_text(case.exam.duration_s),
        )
    )


def _challenge_rules(case: MemberContest) -> str:
    return str(
        _(
            "One question after the other, %(count)s at most, until the first mistake. Each answer"
            " is final and judged at once; then you see the right answer and why. %(span)s in all.",
            count=case.blueprint.questions,
            span=span_text(case.exam.duration_s),
        )
    )


_RELEASES = {
    "at_once": lambda: _("Right answers are shown after handing in."),
    "after_close": lambda: _("Right answers are shown when the contest is over."),
    "manual": lambda: _("Right answers are not shown."),
}
