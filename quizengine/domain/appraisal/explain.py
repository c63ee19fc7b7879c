"""A sentence for each number: what was counted, what it came to, and what followed from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from quizengine.domain.appraisal.measures import ONE, ZERO, rounded
from quizengine.domain.appraisal.phrases import joined, named_field, of_source
from quizengine.domain.appraisal.rules import (
    AppraisalRules,
    Count,
    Leaf,
    Least,
    Mean,
    Measure,
    Members,
    Most,
    Number,
    OfTask,
    Persons,
    Scale,
    Share,
    Steps,
    Sum,
    Total,
)
from quizengine.domain.text import N_, Text

PLACES = 2
Value = Callable[[Measure], Fraction]


def figure(value: Fraction | Decimal | int, places: int = PLACES) -> str:
    """A number for people, rounded half up, without needless zeros."""
    shown = rounded(abs(Fraction(value)), places)
    text = f"{shown:f}".rstrip("0").rstrip(".") if places else f"{shown:f}"
    return f"-{text}" if value < 0 and shown else text


def percent(value: Fraction) -> str:
    """A share in per cent."""
    return figure(value * 100)


@dataclass(frozen=True)
class Explainer:
    """Puts measures into words; `value` gives what a measure comes to for the unit or person."""

    rules: AppraisalRules
    value: Value
    language: str

    def sentences(self, measure: Measure) -> list[Text]:
        """What a measure comes to, from the inside out."""
        match measure:
            case Share():
                return self._share(measure)
            case Scale():
                return [*self.sentences(measure.of), self._scaled(measure)]
            case Steps():
                return [*self.sentences(measure.of), self._stepped(measure)]
            case Least() | Most() | Total():
                inner = [text for part in measure.of for text in self.sentences(part)]
                return [*inner, self._chosen(measure)]
        return [Text(N_("%(what)s."), {"what": self.phrase(measure)})]

    def compares_nothing(self, measure: Measure) -> bool:
        """Whether a measure is a share of nothing, so that the rules alone say what it is."""
        match measure:
            case Share():
                return self.value(measure.among) == ZERO
            case Scale() | Steps():
                return self.compares_nothing(measure.of)
        return False

    def phrase(self, measure: Measure) -> Text:
        """A measure that is made of no others, with its value, as a part of a sentence."""
        value = self.value(measure)
        values: dict[str, object] = {"number": figure(value), "percent": percent(value)}
        if isinstance(measure, Leaf):
            return _leaf(measure, value, values)
        match measure:
            case Members():
                one = N_("%(number)s member at the end of the stage")
                return Text(
                    _counted(value, one, N_("%(number)s members at the end of the stage")), values
                )
            case OfTask(task=name):
                values["task"] = self._task(name)
                return Text(N_("task “%(task)s” reached %(percent)s %%"), values)
        return Text(N_("%(number)s"), values)

    def _share(self, share: Share) -> list[Text]:
        inner = [
            text
            for part in (share.of, share.among)
            if not _is_plain(part)
            for text in self.sentences(part)
        ]
        values = {
            "part": self._quantity(share.of),
            "whole": self._quantity(share.among),
            "percent": percent(self.value(share)),
        }
        if self.value(share.among) == ZERO:
            text = N_(
                "There is nothing to compare with (%(whole)s): that counts as %(percent)s %%."
            )
            return [*inner, Text(text, values)]
        return [*inner, Text(N_("%(part)s, out of %(whole)s: %(percent)s %%."), values)]

    def _quantity(self, part: Measure) -> Text:
        if _is_plain(part):
            return self.phrase(part)
        return Text(N_("%(number)s"), {"number": figure(self.value(part))})

    def _scaled(self, scale: Scale) -> Text:
        template = N_(
            "%(zero)s gives nothing and %(full)s gives full marks: %(number)s gives %(percent)s %%."
        )
        values = {
            "zero": figure(Fraction(scale.zero_at), 4),
            "full": figure(Fraction(scale.full_at), 4),
            "number": figure(self.value(scale.of), 4),
            "percent": percent(self.value(scale)),
        }
        return Text(template, values)

    def _stepped(self, steps: Steps) -> Text:
        number = self.value(steps.of)
        reached = [step for step in steps.steps if number >= Fraction(step.from_)]
        values = {
            "number": figure(number, 4),
            "percent": percent(self.value(steps)),
            "from": figure(Fraction((reached or steps.steps)[-1 if reached else 0].from_), 4),
        }
        if reached:
            template = N_("%(number)s reaches the step from %(from)s, which gives %(percent)s %%.")
            return Text(template, values)
        return Text(
            N_("%(number)s lies below the first step, %(from)s, and gives nothing."), values
        )

    def _chosen(self, measure: Least | Most | Total) -> Text:
        values = {
            "numbers": joined([figure(self.value(part), 4) for part in measure.of]),
            "number": figure(self.value(measure), 4),
        }
        match measure:
            case Least():
                return Text(N_("The smallest of %(numbers)s counts: %(number)s."), values)
            case Most():
                return Text(N_("The largest of %(numbers)s counts: %(number)s."), values)
        return Text(N_("%(numbers)s add up to %(number)s."), values)

    def _task(self, name: str) -> str:
        found = next(task for task in self.rules.tasks if task.id == name)
        return found.title.in_language(self.language)


def _is_plain(measure: Measure) -> bool:
    return isinstance(measure, Leaf | Members | OfTask | Number)


def _leaf(leaf: Leaf, value: Fraction, values: dict[str, object]) -> Text:
    values["source"] = of_source(leaf)
    match leaf:
        case Count():
            one = N_("%(number)s entry %(source)s")
            return Text(_counted(value, one, N_("%(number)s entries %(source)s")), values)
        case Persons():
            one = N_("%(number)s person with %(source)s")
            return Text(_counted(value, one, N_("%(number)s people with %(source)s")), values)
        case Sum(field=name):
            values["field"] = named_field(name)
            return Text(N_("%(field)s of %(source)s adds up to %(number)s"), values)
    return _mean(leaf, values)


def _counted(value: Fraction, one: str, several: str) -> str:
    return one if value == 1 else several


def _mean(mean: Mean, values: dict[str, object]) -> Text:
    values["field"] = named_field(mean.field)
    share = {"percent": values["percent"]}
    as_share = mean.out_of is not None
    values["mean"] = Text(N_("%(percent)s %%"), share) if as_share else values["number"]
    match mean.each:
        case "best":
            template = N_("mean %(field)s of %(source)s, each person's best one: %(mean)s")
        case "last":
            template = N_("mean %(field)s of %(source)s, each person's last one: %(mean)s")
        case _:
            template = N_("mean %(field)s of %(source)s: %(mean)s")
    return Text(template, values)


def stage_sentence(full: Fraction, value: Fraction, points: Fraction) -> Text:
    """What a share of a stage's full marks comes to."""
    template = N_("%(percent)s %% of %(full)s full marks: %(points)s.")
    values = {"percent": percent(value), "full": figure(full), "points": figure(points)}
    return Text(template, values)


def task_sentence(points: Sequence[Fraction], weight: Fraction) -> Text:
    """What a task's stage scores come to in the total."""
    whole = sum(points, ZERO)
    values = {
        "scores": Text(N_("%(number)s"), {"number": " + ".join(map(figure, points))}),
        "sum": figure(whole),
        "weight": figure(weight),
        "points": figure(whole * weight / 100, 4),
    }
    if len(points) == 1:
        return Text(N_("%(sum)s × %(weight)s %% = %(points)s of the total."), values)
    template = N_("%(scores)s = %(sum)s; %(sum)s × %(weight)s %% = %(points)s of the total.")
    return Text(template, values)


def adjustment_sentence(each: Fraction, count: Fraction, cap: Fraction, points: Fraction) -> Text:
    """What a bonus or deduction comes to."""
    values = {
        "each": figure(each),
        "count": figure(count),
        "cap": figure(cap),
        "points": figure(points),
    }
    if count * each > cap:
        template = N_("%(count)s × %(each)s, but at most %(cap)s: %(points)s.")
    else:
        template = N_("%(count)s × %(each)s = %(points)s.")
    return Text(template, values)


def total_sentence(
    tasks: Sequence[Fraction], adjustments: Sequence[Fraction], most: Fraction, total: str
) -> Text:
    """How the parts come to the total."""
    parts = [figure(part, 4) for part in tasks]
    exact = sum((*tasks, *adjustments), ZERO)
    signed = [f"{'+' if part > 0 else '−'} {figure(abs(part), 4)}" for part in adjustments if part]
    values = {
        "parts": " ".join([" + ".join(parts), *signed]),
        "sum": figure(exact, 4),
        "most": figure(most),
        "total": total,
    }
    if exact > most:
        template = N_("%(parts)s = %(sum)s; more than %(most)s does not count: %(total)s.")
    else:
        template = N_("%(parts)s = %(sum)s, rounded once at the end: %(total)s.")
    return Text(template, values)


def condition_sentence(value: Fraction, least: Fraction | None, most: Fraction | None) -> Text:
    """Whether a condition on a person asks for this value."""
    as_share = any(bound is not None and ZERO < bound < ONE for bound in (least, most))
    show = (lambda number: f"{percent(number)} %") if as_share else figure
    values: dict[str, object] = {"value": show(value)}
    if least is not None:
        values["least"] = show(least)
    if most is not None:
        values["most"] = show(most)
    if least is not None and most is not None:
        return Text(N_("Asked for: %(least)s to %(most)s. It is %(value)s."), values)
    if least is not None:
        return Text(N_("Asked for: at least %(least)s. It is %(value)s."), values)
    if most is not None:
        return Text(N_("Asked for: at most %(most)s. It is %(value)s."), values)
    return Text(N_("It is %(value)s."), values)
