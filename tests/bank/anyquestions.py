"""Questions of all types as hypothesis makes them, and drafts turned back into questions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from quizengine.bank.exchange.drafts import Draft
from quizengine.domain.questions import Question, question_from_data, question_to_data

# Chinese, English, and what has a meaning of its own in GIFT, Moodle, QTI or Aiken.
_PIECES = (
    *(
        "保密",
        "国家秘密",
        "《保密法》第二十条",
        "不得：泄露",
        "，",
        "。",
        "（",
        "）",
        "　",
        "“",
        "”",
    ),
    *("a", "B.", "C)", "ANSWER: A", "1", "50", "%", "%50%", "=", "~", "#", "####", "{", "}", ":"),
    *("\\", "\\n", "*", "->", "//", "[html]", "[", "]", "$CATEGORY:", "::", "<b>", "</p>", "&lt;"),
    *("&nbsp;", "&", "<![CDATA[", "]]>", '"', "'", "<math>", "<!--", "\u00a0", " ", "  ", "\n"),
    *("\n\n", "x²", "😀", "_", "{1:SHORTANSWER:=a}", "[[1]]"),
)
KEYS = ("a", "b", "c", "d", "l1", "r2", "x9", "zz")


def texts(most: int = 4) -> st.SearchStrategy[str]:
    """Texts without white space at their ends and without a blank."""
    joined = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=most).map("".join)
    return joined.map(str.strip).filter(lambda text: bool(text) and "___" not in text)


def _stems(blanks: int) -> st.SearchStrategy[str]:
    def join(drawn: tuple[list[str], list[int]]) -> str:
        pieces, lengths = drawn
        tail = zip(lengths, pieces[1:], strict=True)
        # Blanks that touch an underscore or each other would be one.
        rest = ("_" * n + (piece.strip("_") or "、") for n, piece in tail)
        return pieces[0].strip("_") + "".join(rest)

    pieces = st.lists(texts(2), min_size=blanks + 1, max_size=blanks + 1)
    lengths = st.lists(st.sampled_from((4, 4, 3, 8)), min_size=blanks, max_size=blanks)
    return st.tuples(pieces, lengths).map(join).map(str.strip).filter(bool)


def _options(least: int = 2, most: int = 5) -> st.SearchStrategy[dict[str, str]]:
    keys = st.lists(st.sampled_from(KEYS), min_size=least, max_size=most, unique=True)
    values = st.lists(texts(3), min_size=most, max_size=most, unique=True)
    return st.tuples(keys, values).map(lambda drawn: dict(zip(drawn[0], drawn[1], strict=False)))


_numbers = st.decimals(-(10**6), 10**6, places=3, allow_nan=False, allow_infinity=False)


@st.composite
def _asked(draw: st.DrawFn, kind: str, one_blank: bool) -> dict[str, Any]:
    data: dict[str, Any] = {"type": kind, "stem": draw(texts())}
    explanation = draw(st.none() | texts())
    if explanation:
        data["explanation"] = explanation
    data.update(draw(_BODIES[kind](one_blank)))
    return data


def _single(_: bool) -> st.SearchStrategy[dict[str, Any]]:
    return _options().flatmap(
        lambda options: st.sampled_from(list(options)).map(
            lambda key: {"options": options, "answer": [key]}
        )
    )


def _multiple(_: bool) -> st.SearchStrategy[dict[str, Any]]:
    return _options().flatmap(
        lambda options: st.sets(st.sampled_from(list(options)), min_size=2).map(
            lambda right: {"options": options, "answer": [k for k in options if k in right]}
        )
    )


def _true_false(_: bool) -> st.SearchStrategy[dict[str, Any]]:
    return st.booleans().map(lambda value: {"answer": value})


def _blank_count(one: bool) -> st.SearchStrategy[int]:
    return st.just(0) if one else st.integers(0, 3)


def _fill(one_blank: bool) -> st.SearchStrategy[dict[str, Any]]:
    def fields(blanks: int) -> st.SearchStrategy[dict[str, Any]]:
        count = max(blanks, 1)
        variants = st.lists(texts(2), min_size=1, max_size=3, unique=True)
        answer = st.lists(variants, min_size=count, max_size=count)
        fixed = {"stem": _stems(blanks), "answer": answer}
        return st.fixed_dictionaries(fixed, optional={"any_order": st.just(True)})

    return _blank_count(one_blank).flatmap(fields)


def _numeric(one_blank: bool) -> st.SearchStrategy[dict[str, Any]]:
    quantity = st.fixed_dictionaries(
        {"value": _numbers.map(str)},
        optional={"tolerance": _numbers.map(abs).map(str), "unit": st.sampled_from(("年", "%"))},
    )

    def fields(blanks: int) -> st.SearchStrategy[dict[str, Any]]:
        count = max(blanks, 1)
        answer = st.lists(quantity, min_size=count, max_size=count)
        return st.fixed_dictionaries({"stem": _stems(blanks), "answer": answer})

    return _blank_count(one_blank).flatmap(fields)


def _short(_: bool) -> st.SearchStrategy[dict[str, Any]]:
    point = st.fixed_dictionaries(
        {"text": texts()},
        optional={
            "points": st.sampled_from(("1", "2.5", "10")),
            "keywords": st.lists(texts(1), max_size=2),
        },
    )
    points = st.lists(point, min_size=1, max_size=3)
    return st.fixed_dictionaries({"key_points": points}, optional={"answer": texts()})


def _order(_: bool) -> st.SearchStrategy[dict[str, Any]]:
    return _options().flatmap(
        lambda options: st.permutations(list(options)).map(
            lambda order: {"options": options, "answer": order}
        )
    )


def _match(_: bool) -> st.SearchStrategy[dict[str, Any]]:
    def fields(sides: tuple[dict[str, str], dict[str, str]]) -> st.SearchStrategy[dict[str, Any]]:
        left, right = sides
        partners = st.lists(st.sampled_from(list(right)), min_size=len(left), max_size=len(left))
        return partners.map(
            lambda keys: {
                "left": left,
                "right": right,
                "answer": dict(zip(left, keys, strict=True)),
            }
        )

    return st.tuples(_options(), _options()).flatmap(fields)


_BODIES = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "fill": _fill,
    "numeric": _numeric,
    "short": _short,
    "order": _order,
    "match": _match,
}


@st.composite
def questions(draw: st.DrawFn, number: int = 1, *, one_blank: bool = False) -> Question:
    """A question of any type; `one_blank` leaves out those with several blanks."""
    kind = draw(st.sampled_from((*_BODIES, "case")))
    if kind == "case":
        data = {"type": kind, "stem": draw(texts())}
        kinds = draw(st.lists(st.sampled_from(list(_BODIES)), min_size=1, max_size=3))
        parts = [draw(_asked(each, one_blank)) for each in kinds]
        points = st.sampled_from(("1", "0.5", "3"))
        data["parts"] = [
            {**part, "id": f"p{place}", "points": draw(points)} for place, part in enumerate(parts)
        ]
        if draw(st.booleans()):
            data["explanation"] = draw(texts())
    else:
        data = draw(_asked(kind, one_blank))
    basis = {"law": "bmf-2024", "article": "20", "paragraph": "2", "item": "1"}
    return question_from_data(
        {
            **data,
            "id": f"made-{number}",
            "revision": draw(st.integers(1, 3)),
            "pool": draw(st.sampled_from(("practice", "exam"))),
            "tiers": draw(st.sampled_from((["new_member"], ["leader", "graduate"]))),
            "topics": ["basics.scope"],
            "difficulty": draw(st.integers(1, 5)),
            "cognitive_level": draw(st.sampled_from(("remember", "apply"))),
            "basis": draw(st.sampled_from(([], [basis], [{"law": "x y", "article": "3"}]))),
            "valid": draw(st.sampled_from(({}, {"from": date(2024, 5, 1)}))),
        }
    )


def question_of(draft: Draft, **fields: Any) -> Question:
    """The question that a draft stands for; `fields` where the draft has none."""
    return question_from_data({"id": "made-0", **fields, **draft_data(draft)})


def draft_data(draft: Draft) -> dict[str, Any]:
    """A draft as the data of a bank file."""
    data: dict[str, Any] = {**draft.more, "type": draft.type, "stem": draft.stem}
    for name in ("options", "left", "right"):
        if getattr(draft, name):
            data[name] = dict(getattr(draft, name))
    for name in ("answer", "explanation", "difficulty"):
        if getattr(draft, name):
            data[name] = getattr(draft, name)
    if draft.basis:
        data["basis"] = list(draft.basis)
    if draft.parts:
        data["parts"] = [draft_data(part) for part in draft.parts]
    return data


def plain(question: Question) -> dict[str, Any]:
    """What two equal questions have in common: numbers by value, keywords that are none."""
    return _plain(question_to_data(question))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        numbers = ("value", "tolerance", "points")
        return {
            key: Decimal(inner) if key in numbers else _plain(inner) for key, inner in value.items()
        }
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
