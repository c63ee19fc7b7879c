"""Results of judges, the count of a ballot with its proof, and what survey answers come to."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from statistics import pstdev
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizengine.domain.activities import judged, ranks
from quizengine.domain.ballots import (
    OPTION_KEYS,
    Vote,
    approving,
    clean_receipt,
    count,
    needed_votes,
    new_receipt,
    proof_of,
    receipt_hash,
    vote_list,
)
from quizengine.domain.surveys import Question, fits, outcomes

points = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)
totals = st.lists(points, min_size=1, max_size=12)
MOST = Decimal(100)


@settings(max_examples=40)
@given(totals, st.sampled_from(["mean", "trimmed"]), st.randoms())
def test_the_result_lies_within_what_counts_and_no_order_of_judges_changes_it(
    given_totals: list[Decimal], rule: str, rng: Any
) -> None:
    found = judged(given_totals, MOST, rule)
    kept = sorted(given_totals)
    if rule == "trimmed" and len(kept) >= 5:
        kept = kept[1:-1]
        assert len(found.left_out) == 2
        low, high = sorted(given_totals[place] for place in found.left_out)
        assert (low, high) == (found.lowest, found.highest)
    else:
        assert found.left_out == ()
    exact = sum(map(Fraction, kept)) / len(kept)
    assert kept[0] <= found.score <= kept[-1]
    # Rounded once, and a half goes up.
    assert -Fraction(1, 200) <= exact - Fraction(found.score) < Fraction(1, 200)
    assert found.score.as_tuple().exponent == -2
    assert found.spread == max(given_totals) - min(given_totals)
    assert float(found.deviation) == pytest.approx(pstdev(map(float, given_totals)), abs=0.0051)
    shuffled = rng.sample(given_totals, len(given_totals))
    again = judged(shuffled, MOST, rule)
    assert (again.score, again.deviation, again.spread) == (
        found.score,
        found.deviation,
        found.spread,
    )
    assert Counter(shuffled[place] for place in again.outliers) == Counter(
        given_totals[place] for place in found.outliers
    )


@given(totals, points)
def test_more_points_of_a_judge_never_lower_a_result(
    given_totals: list[Decimal], more: Decimal
) -> None:
    for rule in ("mean", "trimmed"):
        raised = [given_totals[0] + more, *given_totals[1:]]
        assert judged(raised, MOST, rule).score >= judged(given_totals, MOST, rule).score


def test_results_computed_by_hand() -> None:
    five = [Decimal(text) for text in ("80", "81.5", "83", "84", "40")]
    mean, trimmed = judged(five, MOST, "mean"), judged(five, MOST, "trimmed")
    assert (mean.score, trimmed.score) == (Decimal("73.70"), Decimal("81.50"))
    assert trimmed.left_out == (3, 4)
    # The one at 40 is far from the median, the others are not.
    assert mean.outliers == (4,)
    assert (mean.lowest, mean.highest, mean.spread) == (Decimal(40), Decimal(84), Decimal(44))
    assert judged(five[:4], MOST, "trimmed").left_out == ()
    # 80.005 exactly: a half goes up.
    halves = [Decimal("80"), Decimal("80.01")]
    assert judged(halves, MOST, "mean").score == Decimal("80.01")
    with pytest.raises(ValueError, match="nobody"):
        judged([], MOST, "mean")


@given(st.lists(points, max_size=20))
def test_equal_scores_share_a_rank_and_the_next_ones_are_left_out(scores: list[Decimal]) -> None:
    found = ranks(scores)
    for score, rank in zip(scores, found, strict=True):
        assert rank == 1 + sum(other > score for other in scores)


choices = st.sampled_from(OPTION_KEYS)
ballots = st.lists(st.lists(choices, min_size=3, max_size=3), max_size=6)


def votes_of(filled: list[list[str]]) -> tuple[list[Vote], list[str]]:
    receipts = [clean_receipt(new_receipt()) or "" for _ in filled]
    votes = [
        Vote(number, receipt_hash(7, number, receipt), choice)
        for receipt, row in zip(receipts, filled, strict=True)
        for number, choice in enumerate(row, start=1)
    ]
    return votes, receipts


@settings(max_examples=40)
@given(ballots, st.randoms())
def test_a_count_finds_each_vote_once_and_its_order_tells_nothing(
    filled: list[list[str]], rng: Any
) -> None:
    votes, receipts = votes_of(filled)
    published = vote_list(7, OPTION_KEYS, votes)
    tally = count(published, (1, 2, 3))
    for number in (1, 2, 3):
        expected = Counter(row[number - 1] for row in filled)
        assert tally[number] == {option: expected[option] for option in OPTION_KEYS}
        assert approving(tally[number]) == expected["excellent"] + expected["competent"]
    # Whoever holds a receipt finds the own votes, and nobody else's.
    lines = {line["receipt"]: line["choice"] for line in published["votes"]}
    for receipt, row in zip(receipts, filled, strict=True):
        assert [lines[receipt_hash(7, number, receipt)] for number in (1, 2, 3)] == row
    # The same votes in any order make the same list, and so the same proof.
    again = vote_list(7, OPTION_KEYS, rng.sample(votes, len(votes)))
    assert proof_of(again) == proof_of(published)
    # The proof is what any program makes of the file as it is downloaded.
    written = json.dumps(published, sort_keys=True, separators=(",", ":"))
    assert proof_of(published) == hashlib.sha256(written.encode()).hexdigest()


@settings(max_examples=40)
@given(ballots.filter(bool), st.data())
def test_whatever_is_changed_in_the_list_the_proof_shows_it(
    filled: list[list[str]], data: st.DataObject
) -> None:
    votes, _ = votes_of(filled)
    published = vote_list(7, OPTION_KEYS, votes)
    place = data.draw(st.integers(0, len(votes) - 1))
    changed = json.loads(json.dumps(published))
    how = data.draw(st.sampled_from(["dropped", "doubled", "other"]))
    if how == "dropped":
        del changed["votes"][place]
    elif how == "doubled":
        changed["votes"].append(changed["votes"][place])
        with pytest.raises(ValueError, match="stands twice"):
            count(changed, (1, 2, 3))
    else:
        before = changed["votes"][place]["choice"]
        other = data.draw(choices.filter(lambda choice: choice != before))
        changed["votes"][place]["choice"] = other
    assert proof_of(changed) != proof_of(published)


def test_what_no_ballot_gives_is_not_counted() -> None:
    votes, _ = votes_of([["excellent"] * 3])
    published = vote_list(7, OPTION_KEYS, votes)
    for change in ({"choice": "splendid"}, {"number": 4}):
        changed = {**published, "votes": [{**published["votes"][0], **change}]}
        with pytest.raises(ValueError, match="no vote of this ballot"):
            count(changed, (1, 2, 3))


def test_receipts_are_read_however_they_are_typed() -> None:
    receipt = new_receipt()
    plain = receipt.replace("-", "")
    for typed in (receipt, plain.lower(), f" {receipt.replace('-', ' ')} "):
        assert clean_receipt(typed) == plain
    assert clean_receipt("O" * 24 + "l") == "0" * 24 + "1"
    assert clean_receipt(plain[:-1]) is None
    assert clean_receipt("U" * 25) is None


@given(st.integers(1, 5000), st.integers(1, 100))
def test_a_quorum_is_reached_by_the_least_whole_number(eligible: int, quorum: int) -> None:
    needed = needed_votes(eligible, quorum)
    assert needed * 100 >= eligible * quorum > (needed - 1) * 100


def test_what_answers_come_to() -> None:
    questions = [
        Question(kind="choice", text="?", options=("a", "b")),
        Question(kind="several", text="?", options=("a", "b", "c")),
        Question(kind="rating", text="?"),
        Question(kind="text", text="?"),
    ]
    answers: list[dict[str, Any]] = [
        {"0": 1, "1": [0, 2], "2": 4, "3": "z"},
        {"0": 1, "1": [2], "2": 5, "3": "a"},
        {"2": 4},
    ]
    choice, several, rating, text = outcomes(questions, answers)
    assert (choice.answers, choice.counts) == (2, [0, 2])
    assert (several.answers, several.counts) == (2, [1, 0, 2])
    assert (rating.counts, rating.mean) == ([0, 0, 0, 2, 1], Decimal("4.33"))
    assert text.texts == ["a", "z"]
    assert all(fits(q, answers[0][str(n)]) for n, q in enumerate(questions))
    wrong: list[Any] = [2, [0, 0], 6, ""]
    assert not any(fits(q, wrong[n]) for n, q in enumerate(questions))
    assert not fits(questions[1], [])
    assert not fits(questions[0], True)
