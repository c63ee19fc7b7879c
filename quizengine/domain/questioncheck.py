"""What must hold of a question beyond its schema: keys that exist, law in force, no give-aways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from quizengine.domain.leaks import check_leaks
from quizengine.domain.problems import Finding, Path
from quizengine.domain.questions import (
    Asked,
    Basis,
    CaseQuestion,
    Fill,
    Match,
    Multiple,
    Numeric,
    Order,
    Question,
    Single,
    TrueFalse,
)
from quizengine.domain.registry import Law, Registry
from quizengine.domain.text import N_, Text
from quizengine.domain.textcheck import check_clearances, check_texts, unwritten
from quizengine.domain.translations import check_translation

BLANK = re.compile(r"_{3,}")


def check_question(
    question: Question, registry: Registry, today: date, *, by_file: bool = True
) -> Iterator[Finding]:
    """Everything wrong with `question` on `today`; paths are relative to the question.

    `by_file`: as in `check_texts`.
    """
    yield from _check_tags(question, registry)
    yield from _check_basis(question, registry, today)
    if isinstance(question, CaseQuestion):
        yield from _check_parts(question)
    else:
        yield from check_asked(question, ())
    yield from check_texts(question, by_file=by_file)
    if by_file:
        yield from check_clearances(question)
    yield from check_translation(question)
    yield from check_leaks(question)
    if not question.explanation:
        yield Finding("explanation-missing", (), Text(N_("No explanation.")), "warning")


def _check_parts(question: CaseQuestion) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, part in enumerate(question.parts):
        if part.id in seen:
            yield Finding(
                "duplicate-id",
                ("parts", index, "id"),
                Text(N_("Part id %(id)s appears twice."), {"id": part.id}),
            )
        seen.add(part.id)
        yield from check_asked(part, ("parts", index))


def check_asked(asked: Asked, at: Path) -> Iterator[Finding]:
    """Faults between stem, options and answer of one question or part."""
    for kind, check in _CHECKS.items():
        if isinstance(asked, kind):
            yield from check(asked, at)


def _unknown_keys(keys: list[str], known: dict[str, str], at: Path) -> Iterator[Finding]:
    for index, key in enumerate(keys):
        if key not in known:
            yield Finding(
                "answer-unknown",
                (*at, index),
                Text(
                    N_("The answer names %(key)s, but the options are %(known)s."),
                    {"key": key, "known": ", ".join(known)},
                ),
            )
    if len(set(keys)) < len(keys):
        yield Finding("answer-duplicate", at, Text(N_("The answer names a key twice.")))


def _same_texts(options: dict[str, str], at: Path) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for key, text in options.items():
        if unwritten(text):
            continue
        twin = first.setdefault(" ".join(text.split()), key)
        if twin != key:
            yield Finding(
                "option-duplicate",
                (*at, key),
                Text(N_("Same text as option %(key)s."), {"key": twin}),
            )


def _check_choice(asked: Single | Multiple | TrueFalse, at: Path) -> Iterator[Finding]:
    yield from _unknown_keys(asked.answer, asked.options, (*at, "answer"))
    yield from _same_texts(asked.options, (*at, "options"))
    if isinstance(asked, Multiple) and len(asked.answer) < 2:
        yield Finding(
            "answer-count",
            (*at, "answer"),
            Text(N_("Only one right option: make it a single, or add the others.")),
        )


def _check_order(asked: Order, at: Path) -> Iterator[Finding]:
    yield from _unknown_keys(asked.answer, asked.options, (*at, "answer"))
    yield from _same_texts(asked.options, (*at, "options"))
    missing = sorted(set(asked.options) - set(asked.answer))
    if missing:
        yield Finding(
            "answer-count",
            (*at, "answer"),
            Text(N_("The answer leaves out %(keys)s."), {"keys": ", ".join(missing)}),
        )


def _check_match(asked: Match, at: Path) -> Iterator[Finding]:
    for left, right in asked.answer.items():
        for key, known in ((left, asked.left), (right, asked.right)):
            if key not in known:
                yield Finding(
                    "answer-unknown",
                    (*at, "answer", left),
                    Text(
                        N_("The answer names %(key)s, but the options are %(known)s."),
                        {"key": key, "known": ", ".join(known)},
                    ),
                )
    missing = sorted(set(asked.left) - set(asked.answer))
    if missing:
        yield Finding(
            "answer-count",
            (*at, "answer"),
            Text(N_("The answer leaves out %(keys)s."), {"keys": ", ".join(missing)}),
        )
    yield from _same_texts(asked.left, (*at, "left"))
    yield from _same_texts(asked.right, (*at, "right"))


def _check_blanks(asked: Fill | Numeric, at: Path) -> Iterator[Finding]:
    blanks = len(BLANK.findall(asked.stem))
    # A stem without any mark asks for one value behind it: "保密期限是多少年?"
    if blanks != len(asked.answer) and not (blanks == 0 and len(asked.answer) == 1):
        yield Finding(
            "blank-count",
            (*at, "answer"),
            Text(
                N_("%(blanks)s blanks (____) in the stem, but %(answers)s answers."),
                {"blanks": blanks, "answers": len(asked.answer)},
            ),
        )


_CHECKS: dict[type[Asked] | tuple[type[Asked], ...], Callable[..., Iterator[Finding]]] = {
    (Single, Multiple, TrueFalse): _check_choice,
    Order: _check_order,
    Match: _check_match,
    (Fill, Numeric): _check_blanks,
}


def _check_tags(question: Question, registry: Registry) -> Iterator[Finding]:
    for field, code, known, names in (
        ("tiers", "unknown-tier", registry.tiers, question.tiers),
        ("topics", "unknown-topic", registry.topics, question.topics),
    ):
        for index, name in enumerate(names):
            if name not in known:
                yield Finding(
                    code,
                    (field, index),
                    Text(
                        N_("%(name)s is not in the registry %(file)s."),
                        {"name": name, "file": f"_registry/{field}.yaml"},
                    ),
                )


def _check_basis(question: Question, registry: Registry, today: date) -> Iterator[Finding]:
    if not question.basis:
        yield Finding("basis-missing", (), Text(N_("No legal basis.")), "warning")
    retired = question.valid.to is not None and question.valid.to < today
    for index, basis in enumerate(question.basis):
        law = registry.laws.get(basis.law)
        if law is None:
            yield Finding(
                "unknown-law",
                ("basis", index, "law"),
                Text(
                    N_("%(name)s is not in the registry %(file)s."),
                    {"name": basis.law, "file": "_registry/laws.yaml"},
                ),
            )
            continue
        yield from _check_article(basis, law, ("basis", index))
        if not retired:
            yield from _check_in_force(basis, law, today, ("basis", index))


def cited(basis: Basis) -> str:
    """The citation as text, as in `bmf-2024 20(2)[1]`."""
    text = f"{basis.law} {basis.article}"
    text += f"({basis.paragraph})" if basis.paragraph else ""
    return text + (f"[{basis.item}]" if basis.item else "")


def _check_article(basis: Basis, law: Law, at: Path) -> Iterator[Finding]:
    if law.holds(basis):
        return
    if law.articles is None:
        text = Text(N_("No article of %(law)s may be cited: its text is not registered."))
    else:
        text = Text(N_("%(cited)s does not exist: %(law)s has %(articles)s articles."))
        if int(basis.article) <= law.articles:
            text = Text(N_("%(cited)s does not exist: the article has no such paragraph or item."))
    params = {"law": law.id, "cited": cited(basis), "articles": law.articles}
    yield Finding("article-missing", (*at, "article"), Text(text.template, params))


def _check_in_force(basis: Basis, law: Law, today: date, at: Path) -> Iterator[Finding]:
    if law.in_force_on(today):
        return
    if law.in_force.to is None or today < law.in_force.from_:
        yield Finding(
            "law-not-in-force",
            (*at, "law"),
            Text(
                N_("%(law)s comes into force on %(day)s."),
                {"law": law.id, "day": law.in_force.from_.isoformat()},
            ),
        )
        return
    since = law.in_force.to + timedelta(days=1)
    places = ", ".join(f"{law.replaced_by} {place}" for place in law.successors(basis))
    template = (
        N_("%(law)s has been repealed since %(day)s; the rule is now in %(places)s.")
        if places
        else N_(
            "%(law)s has been repealed since %(day)s, and no newer article has taken the rule over."
        )
    )
    params = {"law": law.id, "day": since.isoformat(), "places": places}
    yield Finding("law-repealed", (*at, "law"), Text(template, params))
