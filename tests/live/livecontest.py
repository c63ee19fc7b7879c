"""Contests of all kinds of rounds for the live server, in the small school."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from examroom import ZONE
from livehall import Hall, LiveSite
from stageroom import StageRoom

from quizengine.services.stage import create_contest
from quizengine.services.stage_draw import draw_questions

CAP_MS = 100
TOLERANCE_MS = 8
# All kinds of rounds and all steps that a question can have.
RULES = f"""
schema: 1
id: hall
title: {{zh: 全部环节, en: All rounds}}
teams: {{min: 2, max: 4, members: 3}}
prizes: [{{title: {{zh: 一等奖, en: First prize}}, count: 1}}]
fairness: {{window_ms: 150, cap_ms: {CAP_MS}, tolerance_ms: {TOLERANCE_MS}}}
rounds:
  - {{kind: compulsory, id: must, title: {{zh: 必答, en: In turn}}, blueprint: stage, questions: 1,
     times: {{discuss_s: 60, answer_s: 60}}}}
  - {{kind: compulsory, id: both, title: {{zh: 共答, en: Together}}, blueprint: stage, questions: 1,
     turns: together, times: {{answer_s: 60}}}}
  - {{kind: buzzer, id: buzz, title: {{zh: 抢答, en: Buzzer}}, blueprint: stage, questions: 3,
     answers: spoken, times: {{buzz_s: 60, start_s: 60, answer_s: 60}}, unanswered: audience,
     early: {{first: {{effect: others_go_on, penalty: 10}}}}}}
  - {{kind: wager, id: risk, title: {{zh: 风险, en: Wager}}, questions: 1, confirm: true,
     values: [{{points: 10, blueprint: stage}}, {{points: 20, blueprint: stage}}],
     times: {{choose_s: 60, answer_s: 60}}, steal: {{tries: 1}}}}
  - {{kind: audience, id: crowd, title: {{zh: 观众, en: Audience}}, blueprint: stage, questions: 1,
     times: {{answer_s: 60}}}}
  - {{kind: tie_break, id: tie, title: {{zh: 加赛, en: Tie-break}}, blueprint: stage, questions: 3}}
"""


def new_hall(site: LiveSite, number: int, rules: str = "hall") -> Hall:
    """A contest of three teams, ready to begin."""
    now = datetime.now(UTC)
    with site.session() as session:
        room = StageRoom(session, site.school, now, site.folder / "bank")
        plan = replace(room.plan(f"Contest {number}"), rules_id=rules)
        contest = create_contest(session, now, room.actor(), plan)
        draw_questions(session, now, ZONE, room.actor(), contest.id)
        return Hall(site, contest.id, site.school.persons["organizer"])
