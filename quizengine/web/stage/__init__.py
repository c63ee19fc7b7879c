"""Stage contests: prepare them, host and judge them, see what came of them."""

from flask import Blueprint

from quizengine.web.stage import (
    acts,
    console,
    index,
    links,
    overview,
    plans,
    questions,
    replay,
    results,
    teams,
)

bp = Blueprint("stage", __name__, url_prefix="/stage")
_contest = "/<int:contest_id>"

bp.add_url_rule("/", view_func=index.index)
bp.add_url_rule("/new", view_func=plans.new)
bp.add_url_rule("/new", view_func=plans.create, methods=["POST"])
bp.add_url_rule(_contest, view_func=overview.overview)
bp.add_url_rule(f"{_contest}/settings", view_func=plans.settings)
bp.add_url_rule(f"{_contest}/settings", view_func=plans.change, methods=["POST"])
bp.add_url_rule(f"{_contest}/teams", view_func=teams.teams)
bp.add_url_rule(f"{_contest}/teams", view_func=teams.save, methods=["POST"])
bp.add_url_rule(f"{_contest}/questions", view_func=questions.questions)
bp.add_url_rule(f"{_contest}/draw", view_func=acts.draw, methods=["POST"])
bp.add_url_rule(f"{_contest}/cancellation", view_func=acts.cancel, methods=["POST"])
bp.add_url_rule(f"{_contest}/rehearsal", view_func=acts.rehearse, methods=["POST"])
bp.add_url_rule(f"{_contest}/links", view_func=links.links)
bp.add_url_rule(f"{_contest}/codes", view_func=links.renew, methods=["POST"])
bp.add_url_rule(f"{_contest}/console", view_func=console.console)
bp.add_url_rule(f"{_contest}/judge", view_func=console.judge)
bp.add_url_rule(f"{_contest}/results", view_func=results.results)
bp.add_url_rule(f"{_contest}/sheet", view_func=results.sheet)
bp.add_url_rule(f"{_contest}/log.jsonl", view_func=results.log)
bp.add_url_rule(f"{_contest}/replay", view_func=replay.replay)
bp.add_url_rule(f"{_contest}/replay.json", view_func=replay.states)
