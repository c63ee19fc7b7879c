"""Lists of certificates, issuing them, and the paper."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from quizengine.domain.text import N_, Refused
from quizengine.services.certificate_check import state_of
from quizengine.services.certificate_pdf import TITLES, certificate_pdf
from quizengine.services.certificate_revoking import REASONS, revoke_by_office
from quizengine.services.certificates import (
    certificates_of,
    facts_of,
    issue,
    offers,
    printable,
    refuse_stranger,
)
from quizengine.storage.models import Certificate, Person
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import language, localdate, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id


def mine() -> ResponseReturnValue:
    """One's own results with their certificates; sent, one more."""
    person_id = current_actor().person_id
    if request.method == "POST":
        return _issue(person_id)
    return _page(
        person_id, [(_("My records"), url_for("ledger.mine"))], url_for("certificates.mine")
    )


@roles_required("organizer")
def of_person(person_id: int) -> ResponseReturnValue:
    """The same of a person whom the office looks after."""
    refuse_stranger(db.session, current_actor(), person_id)
    if request.method == "POST":
        return _issue(person_id)
    name = db.session.get_one(Person, person_id).name
    crumbs = [
        (_("People"), url_for("admin.index")),
        (name, url_for("admin.person", person_id=person_id)),
    ]
    return _page(person_id, crumbs, url_for("certificates.of", person_id=person_id))


@roles_required("organizer")
def revoke(number: str) -> ResponseReturnValue:
    """Revoke a certificate, with a reason; then the list of the person's certificates."""
    reason = request.form.get("reason", "")
    try:
        revoke_by_office(db.session, now(), current_actor(), number, reason)
    except Refused as refused:
        if refused.status == 404:
            raise
        flash(translated(refused.text), "danger")
    else:
        flash(_("The certificate is revoked. The check page says so at once."), "success")
    query = select(Certificate.person_id).where(Certificate.number == number)
    return redirect(url_for("certificates.of", person_id=db.session.scalar(query)))


def _issue(person_id: int) -> ResponseReturnValue:
    seq = request.form.get("result", type=row_id)
    if seq is None:
        raise Refused("no-certificate", N_("There is no such result."), status=404)
    settings = site_settings()
    made = issue(
        db.session, now(), settings.zone, settings.instance, current_actor(), person_id, seq
    )
    return redirect(url_for("certificates.paper", number=made.number))


def _page(person_id: int, crumbs: list[tuple[str, str]], action: str) -> str:
    zone = site_settings().zone
    issued = certificates_of(db.session, person_id)
    return render_template(
        "certificates/index.html",
        offers=offers(db.session, zone, person_id),
        issued=[(one, facts_of(one), _state(one)) for one in issued],
        kinds=TITLES,
        key="en" if language() == "en" else "zh",
        crumbs=crumbs,
        action=action,
        own=request.endpoint == "certificates.mine",
        reasons=REASONS,
    )


def _state(certificate: Certificate) -> str:
    return state_of(db.session, site_settings().zone, certificate, today())


def paper(number: str) -> ResponseReturnValue:
    """The certificate as a page to print."""
    found = printable(db.session, current_actor(), number)
    settings = site_settings()
    data = certificate_pdf(
        found,
        check_address(found),
        settings.site_name or _("Confidentiality Education"),
        language(),
        _,
        localdate,
    )
    headers = {"Content-Disposition": f'inline; filename="certificate-{found.number}.pdf"'}
    return Response(data, content_type="application/pdf", headers=headers)


def check_address(found: Certificate) -> str:
    """Where everybody can check it: at the site's public address, else where this page is."""
    path = url_for("certificates.check", number=found.number, code=found.code)
    return (site_settings().site_url or request.host_url).rstrip("/") + path
