"""The page on which everybody checks a certificate, without signing in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizengine.domain.text import Refused
from quizengine.services.certificate_check import (
    GUESSES,
    Checked,
    check,
    proof_file,
    tidy,
)
from quizengine.services.certificate_pdf import TITLES, result_text
from quizengine.services.checkpoints import verifier_key
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import public

_PROGRAM = files("quizengine.auditor") / "verify_ledger.py"


@public
def ask() -> ResponseReturnValue:
    """Type the number and the code that stand on the paper."""
    number, code = (tidy(request.args.get(name, "")) for name in ("number", "code"))
    if number and code:
        return redirect(url_for("certificates.check", number=number, code=code))
    return render_template("certificates/ask.html", number=number, code=code, fault="")


@public
def show(number: str, code: str) -> ResponseReturnValue:
    """Whether the certificate holds, what its paper must say, and the proof."""
    try:
        checked = _checked(number, code)
    except Refused as refused:
        page = render_template(
            "certificates/ask.html", number=tidy(number), code="", fault=translated(refused.text)
        )
        return page, refused.status
    key = "en" if language() == "en" else "zh"
    facts = checked.facts
    return render_template(
        "certificates/check.html",
        checked=checked,
        certificate=checked.certificate,
        facts=facts,
        days=_days(facts),
        kinds=TITLES,
        key=key,
        result=translated(result_text(facts, key)) if facts else "",
        verifier_key=verifier_key(site_settings().instance),
    )


def _days(facts: Mapping[str, Any]) -> dict[str, date]:
    """The days of the facts, to be shown as the paper shows them."""
    named = {name: facts.get(name) for name in ("on", "issued", "valid_until")}
    return {name: date.fromisoformat(day) for name, day in named.items() if day}


@public
def proof(number: str, code: str) -> ResponseReturnValue:
    """The proof as a file for the auditor's program."""
    found = _checked(number, code)
    text = json.dumps(proof_file(found), ensure_ascii=False, indent=1)
    name = f"proof-{found.certificate.number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


@public
def program() -> ResponseReturnValue:
    """The program by which a proof is checked elsewhere."""
    headers = {"Content-Disposition": 'attachment; filename="verify_ledger.py"'}
    return Response(
        _PROGRAM.read_bytes(), content_type="text/x-python; charset=utf-8", headers=headers
    )


def _checked(number: str, code: str) -> Checked:
    settings = site_settings()
    source = GUESSES.source(settings.secret_key, request.remote_addr or "")
    return check(db.session, now(), settings.zone, source, number, code)
