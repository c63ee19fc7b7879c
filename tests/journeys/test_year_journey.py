"""A year's records in a browser: class, activity, ballot, finding, plan, appraisal, checkpoint."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from desk import ZONE, Desk, Member
from playwright.sync_api import Locator, Page, expect
from visitor import Visitor

from quizengine.domain.ballots import new_receipt
from quizengine.services.activity_judging import send_points, tasks_of
from quizengine.services.ballot_votes import vote
from quizengine.services.demo_people import PASSWORD
from quizengine.storage.engine import writing
from quizengine.storage.models import Activity, Person

OFFICE, SECRETARY, AUDITOR = "organizer", "organizer2", "auditor"


def _office(visit: Any, login: str, language: str = "zh_CN") -> tuple[Visitor, Page]:
    visitor = visit("desktop", language)
    return visitor, visitor.sign_in(login, PASSWORD)


def _branch(desk: Desk, count: int) -> list[Member]:
    """Members of one branch that nobody else is in."""
    first, *others = [desk.member() for _ in range(count)]
    with desk.session() as session, writing(session):
        for other in others:
            session.get_one(Person, other.id).unit_id = first.unit_id
    return [first, *(Member(o.id, o.login, o.name, first.unit_id) for o in others)]


def _at(**ago: float) -> str:
    """A time as its field takes it."""
    return f"{datetime.now(UTC).astimezone(ZONE) + timedelta(**ago):%Y-%m-%dT%H:%M}"


def _fill(within: Page | Locator, values: dict[str, str]) -> None:
    """Fill fields by their names: labels may stand in several forms of a page."""
    for name, value in values.items():
        field = within.locator(f"[name='{name}']").filter(visible=True).first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def _press(visitor: Visitor, within: Page | Locator, text: str) -> None:
    button = within.get_by_role("button", name=visitor.words(text), exact=True)
    visitor.press(button.filter(visible=True).first)


def test_class_with_check_in_and_feedback(visit, desk: Desk):
    (member,) = _branch(desk, 1)
    secretary, page = _office(visit, SECRETARY)
    words = secretary.words
    page.goto("/office/training/new")
    _fill(page, {"title": "旅程保密培训班", "unit": str(member.unit_id), "aims": "学法"})
    _press(secretary, page, "Save, and on to the first batch")
    programme = {"topic-0": "保密法概论", "start-0": _at(minutes=-3)}
    _fill(page, {**programme, "named": member.login})
    _press(secretary, page, "Save")
    batch = page.url
    secretary.press(page.get_by_role("link", name=words("Show the code")))
    code = page.locator(".qe-sign-code")
    expect(code).to_have_text(re.compile(r"\w{4} \w{4}"))

    own = visit("phone", "en")
    phone = own.sign_in(member.login)
    phone.goto("/my/training/")
    own.press(phone.get_by_role("link", name=re.compile("旅程保密培训班")).first)
    _fill(phone, {"code": code.inner_text()})
    _press(own, phone, "Check in")
    expect(phone.get_by_text(own.words("Present"), exact=True).first).to_be_visible()

    page.goto(batch)
    _press(secretary, page, "Close the batch")
    expect(page.get_by_text(words("Attended"), exact=True).first).to_be_visible()
    assert ("training-attended", "2") in [
        (kind, data.get("hours")) for kind, data in desk.entries(member)
    ]
    phone.reload()
    own.press(phone.get_by_role("link", name=own.words("Give feedback")))
    expect(phone.locator(".qe-rate").first).to_be_visible()
    for row in phone.locator(".qe-rate").all():
        own.press(row.locator("label").last)
    _press(own, phone, "Send without name")
    expect(phone.get_by_text(own.words("You have given your feedback. Thank you."))).to_be_visible()


def test_activity_judged_by_two(visit, desk: Desk):
    entrant, first, second = desk.member(), desk.member(), desk.member()
    secretary, page = _office(visit, SECRETARY)
    page.goto("/office/activities/new")
    _fill(page, {"title": "旅程标语征集", "unit": str(entrant.unit_id), "task": "写一条标语"})
    _fill(page, {"entrants": "person", "closes_at": _at(hours=1), "judged_by": _at(days=1)})
    _fill(page, {"criterion-0": "立意", "most-0": "10"})
    _fill(page, {"judge-0": first.login, "judge-1": second.login})
    _press(secretary, page, "Save")
    activity = page.url

    own = visit("phone", "en")
    phone = own.sign_in(entrant.login)
    phone.goto(activity.replace("/office/", "/my/"))
    _fill(phone, {"title": "保密标语", "text": "保守秘密，人人有责"})
    _press(own, phone, "Hand in the entry")
    expect(phone.get_by_role("button", name=own.words("Withdraw the entry"))).to_be_visible()

    with desk.session() as session, writing(session):
        found = session.get_one(Activity, int(activity.rsplit("/", 1)[1]))
        found.closes_at = datetime.now(UTC) - timedelta(minutes=1)
    page.reload()
    _press(secretary, page, "Begin the judging")
    judge = visit("phone", "en")
    device = judge.sign_in(first.login)
    device.goto("/my/activities/judging")
    judge.press(device.get_by_role("link", name=re.compile("保密标语")))
    device.get_by_label("立意", exact=True).fill("8")
    _press(judge, device, "Send the points")
    expect(device.get_by_role("status")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name=secretary.words("Publish the results"))).to_have_count(0)
    with desk.session() as session:
        (task,) = tasks_of(session, second.id)
        send_points(session, datetime.now(UTC), second.id, task.entry.id, [Decimal(9)])
    page.reload()
    _press(secretary, page, "Publish the results")
    expect(page.locator(".qe-step-end").first).to_have_text("8.5 / 10")
    phone.reload()
    expect(phone.get_by_role("main")).to_contain_text("8.5")
    assert [
        (d["score"], d["rank"]) for k, d in desk.entries(entrant) if k == "activity-result"
    ] == [("8.50", 1)]


def test_ballot_that_an_elector_counts_again(visit, desk: Desk):
    members = _branch(desk, 3)
    secretary, page = _office(visit, SECRETARY)
    page.goto("/office/ballots/new")
    unit = str(members[0].unit_id)
    _fill(page, {"title": "旅程民主评议", "unit": unit, "closes_at": _at(days=1)})
    _press(secretary, page, "Save")
    _press(secretary, page, "Open the vote")
    dialog = page.get_by_role("dialog", name=secretary.words("Open the vote?"))
    _press(secretary, dialog, "Open the vote")
    expect(dialog).to_be_hidden()
    ballot = page.url
    with desk.session() as session:
        for member in members[1:]:
            number = int(ballot.rsplit("/", 1)[1])
            vote(session, datetime.now(UTC), member.id, number, {1: "competent"}, new_receipt())
    own = visit("phone", "en")
    phone = own.sign_in(members[0].login)
    phone.goto(ballot.replace("/office/", "/my/"))
    own.press(phone.locator(".qe-options label").first)
    _press(own, phone, "Vote")
    receipt = phone.locator(".qe-receipt code").inner_text()
    page.reload()
    _press(secretary, page, "Count the votes")
    expect(page.get_by_role("link", name=secretary.words("Count again"))).to_be_visible()
    phone.goto(f"{ballot.replace('/office/', '/my/')}/recount")
    _fill(phone, {"receipt": receipt})
    _press(own, phone, "Look it up")
    expect(phone.locator(".qe-step-done")).to_have_count(1)


def test_finding_is_closed_by_somebody_else(visit, desk: Desk, tmp_path: Path):
    owner = desk.member()
    office, page = _office(visit, OFFICE)
    words = office.words
    page.goto("/office/inspections/new")
    _fill(page, {"title": "旅程检查", "unit": str(owner.unit_id), "planned_on": _at()[:10]})
    _fill(page, {"items": "台账完整 | 10"})
    _press(office, page, "Save")
    opening = page.locator("form").filter(has=page.locator("[name=what]"))
    _fill(opening, {"what": "台账缺页", "owner": owner.login, "due_on": _at(days=3)[:10]})
    _press(office, opening, "Open the finding")
    office.press(page.get_by_role("link", name="台账缺页"))
    finding = page.url
    confirm = page.get_by_role("button", name=words("Enough: close the finding"))
    expect(confirm).to_have_count(0)

    own = visit("phone", "en")
    phone = own.sign_in(owner.login)
    own.excuse(r"400 \(Bad Request\)")
    own.press(phone.locator("a[href*='/my/findings/']").first)
    _fill(phone, {"text": "已补齐"})
    _press(own, phone, "Send the reply")
    expect(phone.get_by_role("status")).to_contain_text(
        own.words("Attach evidence: a photo, a document, a list. Nothing is closed without it.")
    )
    expect(phone.locator("[name='text']")).to_have_value("已补齐")
    proof = tmp_path / "register.txt"
    proof.write_text("补齐的台账", encoding="utf-8")
    phone.locator("input[type=file]").set_input_files(proof)
    _press(own, phone, "Send the reply")
    waits = own.words("Waits for somebody else to confirm")
    expect(phone.get_by_text(waits)).to_be_visible()

    page.goto(finding)
    office.press(confirm)
    expect(page.get_by_role("main")).to_contain_text(words("Confirmed by"))


def test_plan_is_approved_and_held_against_the_record(visit, desk: Desk):
    member = desk.member()
    secretary, page = _office(visit, SECRETARY)
    words = secretary.words
    page.goto(f"/office/plans/?unit={member.unit_id}")
    _press(secretary, page, "Begin a plan")
    secretary.press(page.get_by_role("link", name=words("Add a task")))
    _fill(page, {"title": "清理文件柜", "responsible": member.login, "gauge": "confirmed"})
    _fill(page, {"due_on": f"{datetime.now(ZONE).year}-12-31"})
    _press(secretary, page, "Save")
    _press(secretary, page, "Hand it in for approval")
    plan = page.url
    expect(page.get_by_role("button", name=words("Approve the plan"))).to_have_count(0)
    office, above = _office(visit, OFFICE, "en")
    above.goto(plan)
    _press(office, above, "Approve the plan")
    expect(above.get_by_role("heading", name="Plan against record")).to_be_visible()

    own = visit("phone", "en")
    phone = own.sign_in(member.login)
    phone.goto("/my/duties")
    own.press(phone.get_by_text(own.words("It is done")))
    _fill(phone, {"text": "柜内无涉密载体"})
    _press(own, phone, "Mark it done")
    expect(phone.get_by_role("status")).to_be_visible()
    above.reload()
    expect(above.get_by_role("table", name="Plan against record")).to_contain_text("Done")


def test_from_preview_to_entry_to_proof(visit, tmp_path: Path):
    auditor, page = _office(visit, AUDITOR)
    words, press = auditor.words, auditor.press
    page.goto(f"/office/appraisal/{datetime.now(ZONE).year}")
    expect(page.locator(".ap-state-open")).to_be_visible()
    press(page.locator("a[href*='/unit?']").first)
    press(page.locator(".ap-task h3 a").first)
    expect(page.locator(".ap-hero-said")).not_to_be_empty()
    press(page.locator(".ap-entry-number").first)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/ledger/\d+$"))

    page.goto("/ledger/checkpoints")
    _press(auditor, page, "Make a checkpoint now")
    kept = {}
    for name, link in {
        "program.py": page.locator("a[href$='verify_ledger.py']"),
        "note.txt": page.locator("a[href*='/checkpoints/'][href$='.txt']:not([href$='key.txt'])"),
        "key.txt": page.locator("a[href$='key.txt']"),
        "ledger.jsonl": page.locator("a[href$='export.jsonl']"),
    }.items():
        with page.expect_download() as download:
            press(link.first)
        kept[name] = tmp_path / name
        download.value.save_as(kept[name])
    assert words("Whole ledger") in page.get_by_role("main").inner_text()
    assert _verify(kept) == 0
    text = kept["ledger.jsonl"].read_text(encoding="utf-8")
    changed = text.replace('"passed":false', '"passed":true', 1)
    assert changed != text
    kept["ledger.jsonl"].write_text(changed, encoding="utf-8")
    assert _verify(kept) == 1


def _verify(kept: dict[str, Path]) -> int:
    """The stand-alone program in a process of its own, which knows nothing of the site."""
    arguments = [str(kept["ledger.jsonl"]), "--checkpoint", str(kept["note.txt"])]
    key = ["--key", kept["key.txt"].read_text(encoding="utf-8").strip()]
    command = [sys.executable, "-I", str(kept["program.py"]), *arguments, *key]
    return subprocess.run(command, capture_output=True, check=False).returncode
