"""Rules of all kinds, small enough to be played to the end often."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from scripted import rules_of

from quizengine.domain.contest.rules import ContestRules

EARLY = st.fixed_dictionaries(
    {
        "effect": st.sampled_from(["legal", "others_go_on", "void"]),
        "penalty": st.sampled_from([0, 10]),
    }
)
POLICY = st.fixed_dictionaries({"first": EARLY}, optional={"later": EARLY})
TIMES = st.fixed_dictionaries(
    {
        "read_s": st.sampled_from([0, 5]),
        "discuss_s": st.sampled_from([0, 30]),
        "choose_s": st.sampled_from([0, 30]),
        "buzz_s": st.sampled_from([0, 10]),
        "start_s": st.sampled_from([0, 10]),
        "answer_s": st.sampled_from([0, 30]),
    }
)
COMMON: dict[str, st.SearchStrategy[Any]] = {
    "times": TIMES,
    "answers": st.sampled_from(["device", "spoken"]),
    "confirm": st.booleans(),
    "partial": st.booleans(),
    "spares": st.integers(0, 2),
    "eliminates": st.sampled_from([0, 0, 1, 2]),
}


def _round(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(kind), **COMMON, **fields})


COMPULSORY = _round(
    "compulsory",
    questions=st.integers(1, 2),
    turns=st.sampled_from(["teams", "members", "together"]),
    wrong=st.sampled_from([0, -10]),
    prompting=st.fixed_dictionaries(
        {"loses_question": st.booleans(), "penalty": st.sampled_from([0, 10])}
    ),
)
BUZZER = _round(
    "buzzer",
    questions=st.integers(2, 5),
    early=POLICY,
    tries=st.integers(1, 3),
    unanswered=st.sampled_from(["close", "audience"]),
)
WAGER = _round(
    "wager",
    values=st.sampled_from([[10, 20], [20], [10, 30, 50]]),
    order=st.sampled_from(["lowest_first", "highest_first", "seats"]),
    wrong=st.sampled_from(["lose", "keep"]),
    steal=st.none()
    | st.fixed_dictionaries(
        {"tries": st.integers(1, 2), "wrong": st.sampled_from(["lose", "keep"]), "early": POLICY}
    ),
)
TIE_BREAK = _round(
    "tie_break",
    questions=st.integers(1, 3),
    when=st.sampled_from(["prize", "any"]),
    wrong=st.sampled_from(["loses", "goes_on"]),
    early=POLICY,
)
AUDIENCE = _round("audience", questions=st.integers(1, 2))
PRIZES = [
    {"title": {"zh": "一等奖", "en": "First"}, "count": 1},
    {"title": {"zh": "二等奖", "en": "Second"}, "count": 2},
]
CRITERIA = ["tie_break", "more_right", "fewer_wrong", "fewer_fouls"]


@st.composite
def any_rules(draw: st.DrawFn) -> ContestRules:
    """Some rounds of any kind, often with a tie-break at the end."""
    kinds = st.one_of(BUZZER, COMPULSORY, WAGER, BUZZER, WAGER, AUDIENCE, TIE_BREAK)
    rounds = draw(st.lists(kinds, min_size=1, max_size=4))
    rounds += draw(st.lists(TIE_BREAK, max_size=1))
    return rules_of(
        *rounds,
        prizes=draw(st.sampled_from([[], PRIZES[:1], PRIZES])),
        ties=draw(st.lists(st.sampled_from(CRITERIA), unique=True)),
        fairness={"window_ms": draw(st.sampled_from([0, 150]))},
    )
