"""Rules that no contest can be played by are told, each at its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scripted import rules_of

from quizengine.bank.contests import read_contest
from quizengine.domain.contest.rulecheck import check_rules
from quizengine.domain.contest.rules import ContestRules

BUZZER = {"kind": "buzzer"}
TIE = {"kind": "tie_break", "when": "any"}
WAGER = {"kind": "wager", "values": [10, 20]}
PRIZE = {"title": {"zh": "一等奖", "en": "First"}, "count": 9}
NO_TIES: dict[str, Any] = {"ties": []}


def found(rules: ContestRules) -> list[tuple[str, str, str]]:
    """Code, place and severity of each finding, whose message has to render."""
    findings = check_rules(rules)
    assert all(finding.text.render() for finding in findings)
    return [(f.code, "/".join(map(str, f.path)), f.severity) for f in findings]


def test_sound_rules_have_no_findings() -> None:
    assert found(rules_of({"kind": "compulsory"}, BUZZER, WAGER, TIE)) == []


@pytest.mark.parametrize(
    ("rounds", "changes", "expected"),
    [
        ([BUZZER], {**NO_TIES, "teams": {"min": 5, "max": 4}}, ("teams-range", "teams/min")),
        ([BUZZER], {}, ("tie-break-missing", "ties/0")),
        ([TIE], NO_TIES, ("tie-break-unused", "rounds/0/kind")),
        ([{"kind": "tie_break"}], {}, ("tie-break-prizes", "rounds/0/when")),
        ([BUZZER], {"ties": ["more_right", "more_right"]}, ("duplicate-tie", "ties")),
        (
            [{**BUZZER, "id": "a"}, {**BUZZER, "id": "a"}],
            NO_TIES,
            ("duplicate-round", "rounds/1/id"),
        ),
        ([{**BUZZER, "times": {"answer_s": 0}}], NO_TIES, ("no-time", "rounds/0/times/answer_s")),
        (
            [{"kind": "audience", "times": {"answer_s": 0}}],
            NO_TIES,
            ("no-time", "rounds/0/times/answer_s"),
        ),
        ([{**BUZZER, "times": {"buzz_s": 0}}], NO_TIES, ("no-time", "rounds/0/times/buzz_s")),
        (
            [{**WAGER, "steal": {}, "times": {"buzz_s": 0}}],
            NO_TIES,
            ("no-time", "rounds/0/times/buzz_s"),
        ),
        ([{**WAGER, "times": {"choose_s": 0}}], NO_TIES, ("no-time", "rounds/0/times/choose_s")),
        ([{**WAGER, "values": [10, 10]}], NO_TIES, ("duplicate-value", "rounds/0/values/1/points")),
        (
            [{**WAGER, "eliminates": 2}, WAGER],
            NO_TIES,
            ("eliminates-all", "rounds/0/eliminates"),
        ),
        ([{**WAGER, "eliminates": 1}, BUZZER], NO_TIES, ("too-few-teams", "rounds/1/kind")),
        ([BUZZER], {**NO_TIES, "teams": {"min": 1}}, ("too-few-teams", "rounds/0/kind")),
    ],
)
def test_what_cannot_be_played_is_an_error(
    rounds: list[dict[str, Any]], changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert found(rules_of(*rounds, **changes)) == [(*expected, "error")]


@pytest.mark.parametrize(
    ("one", "changes", "expected"),
    [
        (BUZZER, {"prizes": [PRIZE]}, ("prizes-unused", "prizes")),
        ({**BUZZER, "tries": 3}, {}, ("tries-unused", "rounds/0/tries")),
        ({**WAGER, "steal": {"tries": 2}}, {}, ("tries-unused", "rounds/0/steal/tries")),
        ({**BUZZER, "right": 0}, {}, ("no-points", "rounds/0/right")),
        ({**WAGER, "eliminates": 1}, {}, ("eliminates-last", "rounds/0/eliminates")),
        ({**WAGER, "times": {"start_s": 9}}, {}, ("time-unused", "rounds/0/times/start_s")),
        ({**BUZZER, "times": {"discuss_s": 9}}, {}, ("time-unused", "rounds/0/times/discuss_s")),
        (
            {**BUZZER, "early": {"first": {"effect": "legal", "penalty": 10}}},
            {},
            ("legal-penalty", "rounds/0/early/first/penalty"),
        ),
        (
            {**TIE, "early": {"first": {"penalty": 10}}},
            {"ties": ["tie_break"]},
            ("tie-break-penalty", "rounds/0/early"),
        ),
    ],
)
def test_what_has_no_effect_is_a_warning(
    one: dict[str, Any], changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert found(rules_of(one, **{**NO_TIES, **changes})) == [(*expected, "warning")]


@pytest.mark.parametrize("path", sorted(Path("question_bank/contests").glob("*.yaml")))
def test_the_presets_can_be_played(path: Path) -> None:
    rules, problems = read_contest(path)
    assert rules, problems
    assert [one for one in found(rules) if one[2] == "error"] == []
