"""One page with all addresses of a contest: to click, to scan, to print."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

import segno
from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from quizengine.services.stage_codes import renew_codes, renew_team_code
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id
from quizengine.web.stage.common import contest_page, own_contest, to_contest


@dataclass(frozen=True)
class Address:
    """A page of the contest as others open it; `code` is what one may type instead."""

    url: str
    code: str

    @property
    def picture(self) -> Markup:
        """The address as a QR code, inline SVG as wide as its frame."""
        made = segno.make(self.url, error="m", micro=False)
        # segno writes what it was given as a path of numbers: nothing of the address is markup.
        return Markup(made.svg_inline(omitsize=True, border=2))


def address(endpoint: str, code: str) -> Address:
    """The address of a public page of the hall, with the host by which this page was asked."""
    return Address(url_for(endpoint, code=code, _external=True), code)


@roles_required("organizer")
def links(contest_id: int) -> ResponseReturnValue:
    """All of them; whoever sees this page may hand out any seat."""
    contest = own_contest(contest_id)
    return contest_page(
        "stage/links.html",
        contest,
        "links",
        judge=address("hall.judge", contest.judge_code),
        screen=address("hall.screen", contest.screen_code),
        audience=address("hall.audience", contest.join_code),
        seats=[(team, address("hall.team", team.code)) for team in contest.teams],
        own_machine=_own_machine(request.host),
        codes_open=contest.state in ("preparing", "running"),
    )


def _own_machine(host: str) -> bool:
    """Whether only this computer can reach the site by the address in use."""
    name = host.rsplit(":", 1)[0].strip("[]") if not host.endswith("]") else host.strip("[]")
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


@roles_required("organizer")
def renew(contest_id: int) -> ResponseReturnValue:
    """New codes: of one team, or of the screens, the judge and the audience."""
    contest = own_contest(contest_id)
    team_id = request.form.get("team", type=row_id)
    if team_id is None:
        renew_codes(db.session, current_actor(), contest_id)
        flash(_("There are new codes; what was opened with the old ones is closed."), "success")
    else:
        team = renew_team_code(db.session, current_actor(), contest_id, team_id)
        flash(_("There is a new code for %(team)s.", team=team.name), "success")
    return to_contest(contest, "links")
