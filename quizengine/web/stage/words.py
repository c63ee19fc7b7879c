"""Names of states, rounds and choices of stage contests, marked for translation."""

from __future__ import annotations

from quizengine.domain.text import N_

CONTEST_STATES = {
    "preparing": (N_("Being prepared"), "neutral", "pencil"),
    "running": (N_("Under way"), "success", "broadcast"),
    "finished": (N_("Finished"), "info", "trophy"),
    "cancelled": (N_("Cancelled"), "danger", "slash-circle"),
}
ROUND_KINDS = {
    "compulsory": N_("Compulsory questions"),
    "buzzer": N_("Buzzer questions"),
    "wager": N_("Wager questions"),
    "tie_break": N_("Tie-break"),
    "audience": N_("Audience questions"),
}
ROUND_ICONS = {
    "compulsory": "check2-square",
    "buzzer": "lightning-charge",
    "wager": "graph-up-arrow",
    "tie_break": "arrow-left-right",
    "audience": "people",
}
PHASES = {
    "lobby": N_("Waiting for the start"),
    "round": N_("Introduction of the round"),
    "turn": N_("Whose turn it is"),
    "choosing": N_("Choosing a value"),
    "reading": N_("Reading the question"),
    "discussing": N_("Discussion"),
    "buzzing": N_("Buzzers are open"),
    "settling": N_("Who was first?"),
    "starting": N_("The team begins to answer"),
    "answering": N_("Answering"),
    "judging": N_("Verdict"),
    "audience": N_("The audience answers"),
    "revealed": N_("The answer is shown"),
    "round_over": N_("End of the round"),
    "finished": N_("The contest is over"),
}
VERDICTS = {
    "right": N_("Right"),
    "partial": N_("Partly right"),
    "wrong": N_("Wrong"),
    "late": N_("Too late"),
}
FOULS = {"early": N_("buzzed early"), "prompting": N_("prompting"), "conduct": N_("conduct")}
FATES = {"closed": "", "void": N_("void"), "swapped": N_("swapped")}
TIES = {
    "tie_break": N_("tie-break"),
    "more_right": N_("more right answers"),
    "fewer_wrong": N_("fewer wrong answers"),
    "fewer_fouls": N_("fewer fouls"),
}
TURNS = {
    "teams": N_("teams in turn, anybody answers"),
    "members": N_("teams in turn, each member alone"),
    "together": N_("all teams answer the same question"),
}
ORDERS = {
    "lowest_first": N_("the team with the fewest points first"),
    "highest_first": N_("the team with the most points first"),
    "seats": N_("in the order of seats"),
}
