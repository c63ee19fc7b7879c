"""Lists of questions, and one question with everything about it."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from quizengine.domain.registry import Registry
from quizengine.services.bank import served_registry
from quizengine.services.bank_browse import Filter, list_questions, question_page
from quizengine.services.bank_files import require_editor
from quizengine.web.bankroom import words
from quizengine.web.clock import today
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.member.answers import place_in_law
from quizengine.web.member.texts import sitting_texts, type_names
from quizengine.web.paging import PER_PAGE, paging

# Fields of `Filter` by the names they have in an address.
_ARGUMENTS = ("text", "tier", "topic", "type", "pool", "difficulty", "level", "law", "article")


@roles_required("admin")
def questions() -> ResponseReturnValue:
    """The questions that fit the filter of the address."""
    actor = current_actor()
    require_editor(actor)
    given = {name: request.args.get(name, "").strip() for name in _ARGUMENTS}
    asked = request.args.get("page", 1, type=int)
    wanted = _filter(given)
    offset = (max(asked, 1) - 1) * PER_PAGE
    lines, total = list_questions(db.session, actor, wanted, offset=offset, size=PER_PAGE)
    page = paging(total)
    if page.number != asked:
        lines, total = list_questions(db.session, actor, wanted, offset=page.offset, size=PER_PAGE)
    registry = served_registry(db.session)
    return render_template(
        "bankroom/questions.html",
        lines=lines,
        paging=page,
        given=given,
        args={name: value for name, value in given.items() if value},
        choices=_choices(registry),
        depth={topic: words.depth(registry, topic) for topic in registry.topics},
    )


def _filter(given: dict[str, str]) -> Filter:
    level = given["difficulty"]
    return Filter(
        text=given["text"],
        tier=given["tier"],
        topic=given["topic"],
        type=given["type"],
        pool=given["pool"],
        difficulty=int(level) if level in {"1", "2", "3", "4", "5"} else None,
        cognitive_level=given["level"],
        law=given["law"],
        article=given["article"],
    )


def _choices(registry: Registry) -> dict[str, dict[str, str]]:
    return {
        "tier": words.tier_names(registry),
        "topic": words.topic_names(registry),
        "type": type_names(),
        "pool": words.pool_names(),
        "difficulty": {str(level): str(level) for level in range(1, 6)},
        "level": words.level_names(),
        "law": words.law_names(registry),
    }


@roles_required("admin")
def question(question_id: str) -> ResponseReturnValue:
    """A question as a member sees it, its answer, where it rests and where it stands."""
    page = question_page(db.session, today(), current_actor(), question_id)
    return render_template(
        "bankroom/question.html",
        page=page,
        question=page.question,
        choices=_choices(page.registry),
        cited=place_in_law,
        texts=sitting_texts(),
    )
