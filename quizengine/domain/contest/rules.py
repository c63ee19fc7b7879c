"""竞赛规则 (rules of a stage contest), as a file of `question_bank/contests/` states them.

Each class is frozen and forbids unknown fields; the field descriptions are the reference manual
and the JSON Schema for editors. What one class can't know (can the rounds be played at all, does
the blueprint exist) is checked in `quizengine.domain.contest.rulecheck`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from quizengine.domain.asked import Content
from quizengine.domain.registry import Title

RoundId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Seconds = Annotated[int, Field(ge=0, le=1800)]
Points = Annotated[int, Field(ge=0, le=1000)]
Loss = Annotated[int, Field(ge=-1000, le=0)]
How = Literal["device", "spoken"]
Tie = Literal["tie_break", "more_right", "fewer_wrong", "fewer_fouls"]


class Teams(Content):
    """Who takes part."""

    min: int = Field(2, ge=1, le=24, description="Fewest teams.")
    max: int = Field(6, ge=1, le=24, description="Most teams.")
    members: int = Field(3, ge=1, le=10, description="Seats of a team.")


class Prize(Content):
    """A prize, and how many teams get it; in order, the best one first."""

    title: Title = Field(description="Its name.")
    count: int = Field(1, ge=1, le=24, description="How many teams get it.")


class Fairness(Content):
    """How the order of buzzes is decided, see docs/buzzer.md."""

    window_ms: int = Field(
        320,
        ge=0,
        le=500,
        description="How long after the first buzz others may still be placed before it by their "
        "own reaction time; 0: the order of arrival decides.",
    )
    cap_ms: int = Field(
        320,
        ge=0,
        le=500,
        description="The most that the way through the network, there and back, is made good, "
        "whatever a device says.",
    )
    tolerance_ms: int = Field(
        8, ge=0, le=100, description="Added to the measured round trip: a way is never constant."
    )
    near_tie_ms: int = Field(
        15,
        ge=0,
        le=200,
        description="Buzzes closer than this are shown to the judge as a near tie.",
    )


class Early(Content):
    """What happens to a team that buzzes before the buzzers are open (抢跑)."""

    effect: Literal["legal", "others_go_on", "void"] = Field(
        "others_go_on",
        description="`legal`: the question may be interrupted, the buzz counts; `others_go_on`: "
        "the team is out of this question; `void`: the question is void.",
    )
    penalty: Points = Field(0, description="Points taken from the team.")


class EarlyPolicy(Content):
    """Early buzzes of one team, counted within the round."""

    first: Early = Field(
        default_factory=lambda: Early.model_validate({}), description="The first one."
    )
    later: Early | None = Field(None, description="Further ones; as the first one if left out.")


class Prompting(Content):
    """What a team loses when a team-mate helps the member whose turn it is (提示)."""

    loses_question: bool = Field(True, description="The question counts as wrong.")
    penalty: Points = Field(0, description="Points taken besides.")


class Times(Content):
    """Seconds; 0 leaves the step to the host, except where an answer needs time."""

    read_s: Seconds = Field(0, description="Reading the question aloud; then the next step begins.")
    discuss_s: Seconds = Field(
        0, description="Talking within the team before the answer (`compulsory`, `wager`)."
    )
    choose_s: Seconds = Field(30, description="Choosing a value (`wager`).")
    buzz_s: Seconds = Field(15, description="How long the buzzers stay open.")
    start_s: Seconds = Field(
        0, description="Within which a team that buzzed begins to speak (`spoken`)."
    )
    answer_s: Seconds = Field(30, description="Answering.")


class _Round(Content):
    id: RoundId = Field(description="Unique within the contest.")
    title: Title = Field(description="What the hall reads.")
    times: Times = Field(
        default_factory=lambda: Times.model_validate({}), description="Seconds of each step."
    )
    answers: How = Field(
        "device",
        description="`device`: the team answers at its device and the program proposes a verdict; "
        "`spoken`: the judge hears and decides.",
    )
    confirm: bool = Field(
        False, description="A verdict on a `device` answer waits until the judge confirms it."
    )
    partial: bool = Field(True, description="The judge may give a part of the points.")
    spares: int = Field(2, ge=0, le=20, description="Further questions drawn, to swap one.")
    eliminates: int = Field(
        0, ge=0, le=23, description="Teams with the fewest points that leave after this round."
    )


class CompulsoryRound(_Round):
    """必答."""

    kind: Literal["compulsory"]
    blueprint: str = Field(description="Which questions: the id of a blueprint of pool `contest`.")
    questions: int = Field(1, ge=1, le=30, description="How many for each team.")
    turns: Literal["teams", "members", "together"] = Field(
        "members",
        description="`teams`: teams in turn, anybody answers; `members`: the same, and the "
        "members of a team in turn, each alone; `together`: all teams answer the same question.",
    )
    right: Points = Field(10, description="Points for a right answer.")
    wrong: Loss = Field(0, description="Points for a wrong or late one, 0 or less.")
    prompting: Prompting = Field(
        default_factory=lambda: Prompting.model_validate({}), description="Help by a team-mate."
    )


class BuzzerRound(_Round):
    """抢答."""

    kind: Literal["buzzer"]
    blueprint: str = Field(description="Which questions: the id of a blueprint of pool `contest`.")
    questions: int = Field(8, ge=1, le=60, description="How many in all.")
    right: Points = Field(10, description="Points for a right answer.")
    wrong: Loss = Field(-10, description="Points for a wrong or late one, 0 or less.")
    early: EarlyPolicy = Field(
        default_factory=lambda: EarlyPolicy.model_validate({}),
        description="Buzzing before the buzzers are open.",
    )
    tries: int = Field(
        1, ge=1, le=24, description="How many teams may try a question, one after the other."
    )
    unanswered: Literal["close", "audience"] = Field(
        "close",
        description="When nobody buzzes, or all tries were wrong: `close` shows the answer, "
        "`audience` asks the audience.",
    )


class WagerValue(Content):
    """A value that a team may choose in a `wager` round."""

    points: int = Field(ge=1, le=1000, description="Won if right, and at stake.")
    blueprint: str = Field(description="Which questions: the id of a blueprint of pool `contest`.")


class Steal(Content):
    """Others may buzz for a question that its team got wrong."""

    tries: int = Field(1, ge=1, le=23, description="How many teams may try.")
    wrong: Literal["lose", "keep"] = Field("lose", description="Whether a wrong try costs it.")
    early: EarlyPolicy = Field(
        default_factory=lambda: EarlyPolicy.model_validate({}),
        description="Buzzing before the buzzers are open.",
    )


class WagerRound(_Round):
    """风险."""

    kind: Literal["wager"]
    questions: int = Field(1, ge=1, le=10, description="How many for each team.")
    values: list[WagerValue] = Field(description="What may be chosen.", min_length=1, max_length=8)
    order: Literal["lowest_first", "highest_first", "seats"] = Field(
        "lowest_first", description="Which team chooses first, by points as the turn begins."
    )
    wrong: Literal["lose", "keep"] = Field(
        "lose", description="Whether a wrong or late answer costs the value."
    )
    steal: Steal | None = Field(None, description="Whether others may have a try afterwards.")


class TieBreakRound(_Round):
    """加赛: sudden death by buzzer. It decides places and gives no points."""

    kind: Literal["tie_break"]
    blueprint: str = Field(description="Which questions: the id of a blueprint of pool `contest`.")
    questions: int = Field(5, ge=1, le=30, description="The most that are asked for one tie.")
    when: Literal["prize", "any"] = Field(
        "prize", description="`prize`: only ties that decide a prize; `any`: all ties."
    )
    wrong: Literal["loses", "goes_on"] = Field(
        "loses",
        description="A wrong answer: `loses` places the team behind the others of its tie; "
        "`goes_on` asks the next question to all of them.",
    )
    early: EarlyPolicy = Field(
        default_factory=lambda: EarlyPolicy.model_validate({}),
        description="Buzzing before the buzzers are open.",
    )


class AudienceRound(_Round):
    """观众: questions to the audience; teams earn nothing."""

    kind: Literal["audience"]
    blueprint: str = Field(description="Which questions: the id of a blueprint of pool `contest`.")
    questions: int = Field(1, ge=1, le=20, description="How many.")


Round = Annotated[
    CompulsoryRound | BuzzerRound | WagerRound | TieBreakRound | AudienceRound,
    Field(discriminator="kind"),
]


class ContestRules(Content):
    """A contest file."""

    schema_: Literal[1] = Field(1, alias="schema", description="Version of this format.")
    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,59}$", description="Unique among the contests.")
    title: Title = Field(description="Name of the rules.")
    description: Title | None = Field(None, description="When to choose them.")
    base_score: int = Field(100, ge=0, le=10000, description="Points that every team begins with.")
    teams: Teams = Field(
        default_factory=lambda: Teams.model_validate({}), description="Who takes part."
    )
    prizes: list[Prize] = Field(default_factory=list, description="The best one first.")
    ties: list[Tie] = Field(
        ["tie_break"],
        description="What places teams of equal points, in this order; what is equal after that "
        "shares the place.",
    )
    fairness: Fairness = Field(
        default_factory=lambda: Fairness.model_validate({}), description="Order of buzzes."
    )
    rounds: list[Round] = Field(description="In this order.", min_length=1, max_length=20)
