"""The tree of units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from quizengine.domain.text import N_, Refused
from quizengine.services import units as service
from quizengine.services.details import clean_login
from quizengine.services.directory import Filter, list_people
from quizengine.services.people import get_person
from quizengine.services.units import LOWEST_LEVEL, UnitRow
from quizengine.web.admin.common import (
    administered_units,
    administrator,
    find_unit,
    visible_units,
)
from quizengine.web.admin.forms import HeadForm, MoveForm, UnitForm
from quizengine.web.choices import steps, unit_choices
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id

# A tree with more units begins with its branches folded in.
_OPEN_AT_FIRST = 40
_SUGGESTED = 200


@dataclass(frozen=True)
class Node:
    """A unit in the tree; `total` counts the people of the whole subtree."""

    unit: UnitRow
    total: int
    manages: bool
    children: list[Node]


def tree(units: Sequence[UnitRow]) -> list[Node]:
    """The units as nested nodes; the highest ones in sight come first."""
    actor = current_actor()
    totals: Counter[int] = Counter()
    for unit in units:
        for step in steps(unit.path):
            totals[step] += unit.people
    nodes: dict[int, Node] = {}
    roots: list[Node] = []
    for unit in units:
        node = Node(unit, totals[unit.id], actor.can("admin", unit.path), [])
        nodes[unit.id] = node
        above = nodes.get(unit.parent_id or 0)
        (above.children if above else roots).append(node)
    return roots


@roles_required("organizer")
def index() -> ResponseReturnValue:
    """The tree with responsible persons and numbers of people."""
    units = visible_units()
    return render_template(
        "people/units.html",
        roots=tree(units),
        folded=len(units) > _OPEN_AT_FIRST,
        lowest=LOWEST_LEVEL,
    )


@roles_required("admin")
def new() -> ResponseReturnValue:
    """A unit below another one."""
    above = find_unit(administered_units(), request.args.get("parent", 0, type=row_id))
    form = UnitForm()
    status = 200
    if form.validate_on_submit():
        values = {"code": form.code.data, "name": form.name.data}
        try:
            service.create_unit(db.session, administrator(), parent_id=above.id, **values)
        except Refused as refused:
            status = _refuse(form, refused)
        else:
            flash(_("The unit is added."), "success")
            return redirect(url_for("admin.units"))
    elif form.is_submitted():
        status = 400
    return render_template("people/unit_new.html", form=form, above=above), status


@roles_required("admin")
def unit(unit_id: int) -> ResponseReturnValue:
    """Change a unit: name, responsible person, place in the tree."""
    units = administered_units()
    chosen = find_unit(units, unit_id)
    rename = UnitForm(prefix="name", data={"name": chosen.name, "code": chosen.code})
    head = HeadForm(prefix="head", data={"head": _login_of(chosen)})
    move = MoveForm(prefix="move", data={"parent": chosen.parent_id})
    move.parent.choices = unit_choices(_new_parents(units, chosen))
    status = 200
    if request.method == "POST":
        done, status = _change(unit_id, rename, head, move)
        if done:
            flash(_("The unit is changed."), "success")
            return redirect(url_for("admin.unit", unit_id=unit_id))
    page = render_template(
        "people/unit.html",
        unit=chosen,
        rename=rename,
        head=head,
        move=move if _may_move(chosen) else None,
        people=_people_of(chosen),
    )
    return page, status


@roles_required("admin")
def delete(unit_id: int) -> ResponseReturnValue:
    """Remove a unit that nothing refers to."""
    service.delete_unit(db.session, administrator(), unit_id)
    flash(_("The unit is removed."), "success")
    return redirect(url_for("admin.units"))


def _change(unit_id: int, rename: UnitForm, head: HeadForm, move: MoveForm) -> tuple[bool, int]:
    """Do what the form that was sent asks for; whether it was done, and the HTTP status."""
    actor = administrator()
    form: FlaskForm
    try:
        if rename.submit.data:
            form = rename
            if form.validate():
                values = {"code": form.code.data, "name": form.name.data}
                service.rename_unit(db.session, actor, unit_id, **values)
                return True, 200
        elif move.submit.data:
            form = move
            if form.validate():
                service.move_unit(db.session, actor, unit_id, form.parent.data)
                return True, 200
        else:
            form = head
            if form.validate():
                service.set_head(db.session, actor, unit_id, _person_id(form.head.data or ""))
                return True, 200
    except Refused as refused:
        return False, _refuse(form, refused)
    return False, 400


def _refuse(form: FlaskForm, refused: Refused) -> int:
    form.form_errors.append(translated(refused.text))
    return refused.status


def _person_id(login: str) -> int | None:
    login = clean_login(login)
    if not login:
        return None
    found = list_people(db.session, administrator(), Filter(text=login), size=_SUGGESTED)
    for row in found.rows:
        if row.login == login:
            return row.id
    raise Refused("person-unknown", N_("There is no such person."), status=404)


def _login_of(chosen: UnitRow) -> str:
    """The login of the responsible person; "" for nobody, or somebody out of sight."""
    if chosen.head_id is None:
        return ""
    try:
        return get_person(db.session, administrator(), chosen.head_id).details.login
    except Refused:
        return ""


def _people_of(chosen: UnitRow) -> list[tuple[str, str]]:
    """Logins and names to suggest."""
    wanted = Filter(unit_id=chosen.id)
    found = list_people(db.session, administrator(), wanted, size=_SUGGESTED)
    return [(row.login, f"{row.name} · {row.unit}") for row in found.rows]


def _may_move(chosen: UnitRow) -> bool:
    return current_actor().can("admin", chosen.path.removesuffix(f"{chosen.id}/"))


def _new_parents(units: Sequence[UnitRow], chosen: UnitRow) -> list[UnitRow]:
    """Units that could take it, by level; the service has the last word."""
    depth = max(u.level for u in units if u.path.startswith(chosen.path)) - chosen.level
    return [
        u
        for u in units
        if not u.path.startswith(chosen.path) and u.level + 1 + depth <= LOWEST_LEVEL
    ]
