"""Every fault of a contest's rule file is reported, at its place, with its code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from stageroom import BLUEPRINT, POOL_SIZE, RULES, write_bank

from quizengine.bank.contests import read_contest
from quizengine.bank.loaded import LoadedBank
from quizengine.bank.loader import load_bank

BANK = Path(__file__).parents[2] / "question_bank"
TODAY = date(2026, 3, 2)
# Rules begin after the empty first line that the raw string has.
TEXT = RULES.lstrip()

Found = list[tuple[str, int, int]]
Lint = Callable[[str], Found]


def place(text: str, at: str, inside: str = "") -> tuple[int, int]:
    """Line and column, from 1, of `at` in the rules as they are, or of `inside` within it."""
    start = text.index(at) + (at.index(inside) if inside else 0)
    before = text[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bank(tmp_path_factory.mktemp("contests") / "bank")


@pytest.fixture
def lint(folder: Path) -> Lint:
    """Codes with line and column for a bank with this rule file."""

    def _lint(text: str) -> Found:
        (folder / "contests/short.yaml").write_text(text, encoding="utf-8")
        return [(p.code, p.line, p.column) for p in load_bank(folder, TODAY).problems]

    return _lint


def test_good_rules_have_no_problems(lint: Lint, folder: Path) -> None:
    assert lint(TEXT) == []
    bank = load_bank(folder, TODAY)
    assert list(bank.contests) == ["short"]
    assert bank.contest_sources["short"].file == "contests/short.yaml"


# What is put in place of what, the code, and what stands at the place of the fault afterwards.
FORM = [
    ("base_score: 100", "base_score: -1", "bad-value", "-1\n"),
    ("base_score: 100", "base_scor: 100", "unknown-field", "base_scor"),
    ("min: 2, max: 4", "min: 0, max: 4", "bad-value", "0, max"),
    ("kind: buzzer", "kind: buzz", "bad-value", "kind: buzz"),
    ("kind: buzzer\n    id", "id", "missing-field", "id: buzz"),
    ("points: 20", "points: -20", "bad-value", "-20"),
    ("points: 20", "points: many", "bad-value", "many"),
    ("ties: [tie_break, more_right]", "ties: [luck]", "bad-value", "luck"),
    ("effect: others_go_on", "effect: maybe", "bad-value", "maybe"),
    ("penalty: 10", "penalty: -10", "bad-value", "-10"),
    ("id: buzz\n", "id: 抢答\n", "bad-value", "抢答"),
    ("en: Buzzer}", "cn: Buzzer}", "unknown-field", "cn: Buzzer"),
]


@pytest.mark.parametrize(("old", "new", "code", "at"), FORM)
def test_a_fault_of_form_has_its_place(lint: Lint, old: str, new: str, code: str, at: str) -> None:
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    found = lint(text)
    assert (code, *place(text, at)) in found
    assert {c for c, _, _ in found} <= {code, "missing-field"}


# Rules that have a form and can still not be played to an end.
UNPLAYABLE = [
    ("min: 2, max: 4", "min: 4, max: 2", "teams-range", "4, max: 2"),
    ("id: buzz\n", "id: must\n", "duplicate-round", "must\n    title: {zh: 抢答"),
    ("spares: 1\n    early", "spares: 1\n    times: {buzz_s: 0}\n    early", "no-time", "0}\n"),
    ("questions: 1\n", "questions: 1\n    times: {answer_s: 0}\n", "no-time", "0}\n"),
    ("values: [{", "times: {choose_s: 0}\n    values: [{", "no-time", "0}\n"),
    ("questions: 1\n", "questions: 1\n    eliminates: 2\n", "eliminates-all", "2\n    spares"),
    ("min: 2, max: 4", "min: 1, max: 4", "too-few-teams", "buzzer\n"),
    ("points: 20", "points: 10", "duplicate-value", "10, blueprint: stage}]"),
    ("tie_break, more_right", "more_right", "tie-break-unused", "tie_break\n"),
]


@pytest.mark.parametrize(("old", "new", "code", "at"), UNPLAYABLE)
def test_rules_that_no_contest_can_be_played_by_are_errors(
    lint: Lint, folder: Path, old: str, new: str, code: str, at: str
) -> None:
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    assert (code, *place(text, at)) in lint(text)
    assert not load_bank(folder, TODAY).ok


def test_a_blueprint_that_is_not_there_is_named(lint: Lint) -> None:
    text = TEXT.replace("{points: 20, blueprint: stage}", "{points: 20, blueprint: none}")
    assert lint(text) == [("unknown-blueprint", *place(text, "none"))]


TALK = """
schema: 1
defaults: {pool: contest, tiers: [new_member], topics: [basics.scope]}
questions:
"""


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ("", True),
        ("answers: spoken\n    ", False),
        ("answers: spoken\n    unanswered: audience\n    ", True),
    ],
)
def test_what_no_device_has_a_field_for_is_not_asked_there(
    tmp_path: Path, changes: str, refused: bool
) -> None:
    folder = write_bank(tmp_path / "bank")
    talk = BLUEPRINT.replace("id: stage", "id: talk").split("  - ")[0] + "  - {type: short, "
    (folder / "blueprints/talk.yaml").write_text(f"{talk}count: 1, points: 10}}\n", "utf-8")
    asked = "".join(
        f"  - {{id: talk-{n}, type: short, stem: 说说第{n}条。, explanation: 说明, difficulty: 1, "
        f"basis: [{{law: bmf-2024, article: '5'}}], key_points: [{{text: 要点{n}, points: 1}}]}}\n"
        for n in range(1, 9)
    )
    (folder / "stage/talk.yaml").write_text(TALK + asked, "utf-8")
    text = TEXT.replace("id: buzz\n", f"id: buzz\n    {changes}".rstrip() + "\n", 1)
    head, tail = text.split("id: buzz", 1)
    text = f"{head}id: buzz{tail.replace('blueprint: stage', 'blueprint: talk', 1)}"
    (folder / "contests/short.yaml").write_text(text, encoding="utf-8")
    found = [(p.code, p.line, p.column) for p in load_bank(folder, TODAY).problems]
    assert found == ([("device-type", *place(text, "talk\n"))] if refused else [])


def test_a_blueprint_of_exams_is_refused(lint: Lint) -> None:
    text = TEXT.replace("blueprint: stage", "blueprint: quick", 1)
    assert lint(text) == [("blueprint-pool", *place(text, "quick"))]


def test_more_questions_than_the_pool_has_are_an_error(lint: Lint, folder: Path) -> None:
    text = TEXT.replace("questions: 2\n    spares: 1", "questions: 60\n    spares: 1")
    # Every round but one can be fed: that one is named, at its number of questions.
    assert lint(text) == [("contest-short", *place(text, "60"))]
    (problem,) = load_bank(folder, TODAY).problems
    assert problem.severity == "error"
    # Two teams: 60 and a spare here, 2 + 1, 2 × (2 + 1) and 2 elsewhere.
    assert f"{61 + 3 + 6 + 2 - POOL_SIZE} short" in str(problem.text)


def test_enough_for_few_teams_is_a_warning(lint: Lint, folder: Path) -> None:
    text = TEXT.replace("questions: 1\n", "questions: 9\n")
    found = lint(text)
    assert {code for code, _, _ in found} == {"contest-short"}
    bank = load_bank(folder, TODAY)
    assert {p.severity for p in bank.problems} == {"warning"}
    assert bank.ok
    assert all("With 4 teams" in str(p.text) for p in bank.problems)


def test_faults_of_form_hide_no_others(lint: Lint) -> None:
    text = TEXT.replace("base_score: 100", "base_score: x").replace(
        "id: buzz\n    title: {zh: 抢答, en: Buzzer}\n    blueprint: stage",
        "id: must\n    title: {zh: 抢答, en: Buzzer}\n    blueprint: none",
    )
    assert sorted(code for code, _, _ in lint(text)) == [
        "bad-value",
        "duplicate-round",
        "unknown-blueprint",
    ]


def test_an_id_stands_for_one_file(folder: Path, lint: Lint) -> None:
    twin = folder / "contests/twin.yaml"
    twin.write_text(TEXT, encoding="utf-8")
    try:
        assert lint(TEXT) == [("duplicate-id", *place(TEXT, "short"))]
    finally:
        twin.unlink()


@pytest.mark.parametrize("text", ["", "# nothing\n", "[1, 2]\n", "rounds: {}\n", "a: [\n", "7\n"])
def test_what_is_no_rule_file_is_told_and_raises_nothing(lint: Lint, text: str) -> None:
    assert lint(text)


def test_a_file_outside_of_a_bank_is_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(TEXT, encoding="utf-8")
    rules, problems = read_contest(path)
    assert rules is not None
    assert (rules.id, problems) == ("short", [])
    path.write_text(TEXT.replace("points: 20", "points: 10"), encoding="utf-8")
    _, problems = read_contest(path)
    assert [p.code for p in problems] == ["duplicate-value"]


@pytest.fixture(scope="module")
def shipped() -> LoadedBank:
    return load_bank(BANK, TODAY)


def test_the_presets_have_no_fault(shipped: LoadedBank) -> None:
    ours = [p for p in shipped.problems if p.file.startswith(("contests/", "blueprints/contest"))]
    assert [f"{p.file}:{p.line} {p.text}" for p in ours] == []
    assert len(shipped.contests) >= 6
    for rules in shipped.contests.values():
        assert rules.description is not None, "says when to choose it"


def test_the_presets_hold_every_variant(shipped: LoadedBank) -> None:
    """What contests in practice do differently, each in some preset."""
    rounds = [r for rules in shipped.contests.values() for r in rules.rounds]
    kinds = {kind: [r for r in rounds if r.kind == kind] for kind in {r.kind for r in rounds}}
    assert kinds.keys() == {"compulsory", "buzzer", "wager", "tie_break", "audience"}
    assert {r.turns for r in kinds["compulsory"]} == {"teams", "members", "together"}
    assert {r.times.answer_s for r in kinds["compulsory"]} >= {30, 60}
    assert {(r.prompting.loses_question, r.prompting.penalty) for r in kinds["compulsory"]} >= {
        (True, 0),
        (True, 10),
    }
    assert {(r.right, r.wrong) for r in kinds["buzzer"]} >= {(10, -10), (20, -20), (10, 0)}
    early = {(r.early.first.effect, r.early.first.penalty) for r in kinds["buzzer"]}
    assert early >= {("void", 10), ("others_go_on", 10), ("others_go_on", 0), ("legal", 0)}
    later = [r.early.later.penalty for r in kinds["buzzer"] if r.early.later]
    assert later == [20]
    assert ("audience", 2) in {(r.unanswered, r.tries) for r in kinds["buzzer"]}
    values = {tuple(v.points for v in r.values) for r in kinds["wager"]}
    assert values >= {(10, 20, 30), (20, 40, 60), (10, 30, 50)}
    assert {r.order for r in kinds["wager"]} >= {"lowest_first", "highest_first"}
    assert any(r.steal for r in kinds["wager"])
    assert any(r.times.discuss_s == 30 for r in kinds["wager"])
    assert {r.when for r in kinds["tie_break"]} == {"prize", "any"}
    assert any(r.eliminates for r in rounds)
    assert {r.answers for r in rounds} == {"device", "spoken"}


def test_the_blueprint_that_rules_name_is_read_before_them(folder: Path, lint: Lint) -> None:
    path = folder / "blueprints/stage.yaml"
    path.write_text(BLUEPRINT.replace("id: stage", "id: other"), encoding="utf-8")
    try:
        codes = {code for code, _, _ in lint(TEXT)}
    finally:
        path.write_text(BLUEPRINT, encoding="utf-8")
    assert codes == {"unknown-blueprint"}
