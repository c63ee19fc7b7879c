"""What the bank's pages show."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from examroom import ExamRoom
from flask import Flask
from flask.testing import FlaskClient
from school import School
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from website import site_settings

from quizengine.services.clock import tick

Login = Callable[..., FlaskClient]


def test_the_overview_counts_what_is_served(bank_client: FlaskClient) -> None:
    page = bank_client.get("/bank/").text
    assert "No problems" in page
    assert "2 Mar 2026, 16:00" in page
    bars = re.findall(
        r'<a href="/bank/questions\?(\w+=\w+)">[^<]+</a></span>\s*<progress[^>]*>'
        r'</progress>\s*<span class="num">(\d+)</span>',
        page,
    )
    assert {("tier=graduate", "5"), ("tier=new_member", "19"), ("type=fill", "3")} <= set(bars)
    assert ("topic=basics", "24") in bars
    assert ("pool=practice", "1") in bars


def test_members_go_on_while_the_folder_is_broken(
    engine: Engine,
    session: Session,
    school: School,
    now: datetime,
    bank: Path,
    bank_app: Flask,
    bank_client: FlaskClient,
    login: Login,
    tmp_path: Path,
) -> None:
    exam = ExamRoom(session, school, now).open("quick")
    exam_id = exam.id
    session.rollback()
    (bank / "items/all.yaml").write_text("schema: 1\nquestions:\n  - id: {\n", encoding="utf-8")
    (bank / "_registry/tiers.yaml").write_text("\ttiers", encoding="utf-8")
    tick(sessionmaker(engine), now, site_settings(tmp_path, bank=bank))

    member = login(bank_app.test_client(), "wang")
    assert member.get("/my/").status_code == 200
    assert member.get(f"/my/exams/{exam_id}").status_code == 200
    listed = bank_client.get("/bank/questions").text
    assert "24 questions" in listed

    page = bank_client.get("/bank/").text
    assert "The site keeps serving the last good bank of 2 Mar 2026, 16:00." in page
    assert page.index("The folder has") < page.index("Questions served")
    for name in ("items/all.yaml", "_registry/tiers.yaml"):
        section = page[page.index(f"<code>{name}</code>") :]
        assert "yaml-syntax" in section.split("</section>")[0]
    links = [html.unescape(link) for link in re.findall(r'href="(/bank/edit[^"]+)"', page)]
    assert any(re.search(r"file=items/all.yaml&line=[34]$", link) for link in links)
    assert all(bank_client.get(link).status_code == 200 for link in links)


def test_looking_again_serves_what_was_mended(bank_client: FlaskClient, bank: Path) -> None:
    path = bank / "items/leaving.yaml"
    whole = path.read_text(encoding="utf-8")
    path.write_text("schema: [\n", encoding="utf-8")
    said = bank_client.post("/bank/sync", follow_redirects=True).text
    assert "The folder was read again: there are errors." in said
    assert "The folder has 1 error" in said
    path.write_text(whole.replace("leaving-fill-1", "leaving-fill-9"), encoding="utf-8")
    said = bank_client.post("/bank/sync", follow_redirects=True).text
    assert "it has no errors and is served" in said
    assert bank_client.get("/bank/questions/leaving-fill-9").status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=leaving-true", ["leaving-true-1"]),
        ("pool=practice", ["small-practice-1"]),
        ("type=fill&tier=graduate", ["leaving-fill-1"]),
        ("topic=basics.duty&type=true_false", ["leaving-true-1"]),
        ("difficulty=9&type=fill&tier=graduate", ["leaving-fill-1"]),
        ("tier=nobody", []),
        ("page=99&type=fill&tier=graduate", ["leaving-fill-1"]),
        ("page=-3&type=fill&tier=graduate", ["leaving-fill-1"]),
    ],
)
def test_questions_are_listed_by_the_filter(
    bank_client: FlaskClient, query: str, found: list[str]
) -> None:
    page = bank_client.get(f"/bank/questions?{query}").text
    assert re.findall(r'href="/bank/questions/([^"]+)"', page) == found


def test_the_topics_of_the_filter_are_a_tree(bank_client: FlaskClient) -> None:
    page = bank_client.get("/bank/questions?topic=basics.duty").text
    options = re.findall(r'<option value="(basics[^"]*)"( selected)?>([^<]*)</option>', page)
    assert options == [
        ("basics", "", "Basics"),
        ("basics.scope", "", "\u3000Scope"),
        ("basics.duty", " selected", "\u3000Duties"),
    ]


@pytest.mark.parametrize(
    ("question_id", "shown"),
    [
        ("small-single-1", ["交给保密工作机构", "解甲", "in force", "items/all.yaml:"]),
        ("small-multiple-1", ["解丙"]),
        ("small-true-2", ["解己"]),
        ("small-fill-1", ["机密 / 机密级", "The blanks may be filled in any order."]),
        ("small-numeric-2", ["20", "30", "年"]),
        ("small-order-1", ["清点登记"]),
        ("small-match-1", ["保密室"]),
        ("small-short-1", ["范文甲", "得分甲一", "提示词甲"]),
        ("small-case-1", ["解午", "解未", "解申"]),
    ],
)
def test_a_question_shows_its_answer_and_all_about_it(
    bank_client: FlaskClient, question_id: str, shown: list[str]
) -> None:
    page = bank_client.get(f"/bank/questions/{question_id}").text
    for text in shown:
        assert text in page
    assert "Revision 1" in page
    assert "0 exams" in page


def test_the_right_options_are_marked_and_no_others(bank_client: FlaskClient) -> None:
    page = bank_client.get("/bank/questions/small-multiple-1").text
    right = re.findall(r'<li class="is-right">.*?<span>([^<]+)</span>', page)
    assert right == ["用网盘传涉密文件", "私自复印"]
    page = bank_client.get("/bank/questions/small-order-1").text
    steps = re.findall(r'<li class="is-right">.*?</span><span>([^<]+)</span>', page)
    assert steps == ["清点登记", "审批", "送交销毁", "存档备查"]


def test_the_preview_gets_what_a_member_gets(bank_client: FlaskClient) -> None:
    page = bank_client.get("/bank/questions/small-case-1").text
    data = re.search(r'id="preview-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert data
    shown = json.loads(data.group(1))
    assert [part["points"] for part in shown["parts"]] == [1, 2]
    assert "answer" not in json.dumps(shown)


def test_a_question_that_never_was_is_not_found(bank_client: FlaskClient) -> None:
    assert bank_client.get("/bank/questions/nobody-1").status_code == 404


def test_files_are_listed_with_their_problems(bank_client: FlaskClient, bank: Path) -> None:
    page = bank_client.get("/bank/files").text
    assert page.index("items") < page.index("Blueprints") < page.index("Registries")
    assert "5 questions" in page
    (bank / "items/leaving.yaml").write_text("schema: [\n", encoding="utf-8")
    bank_client.post("/bank/sync")
    page = bank_client.get("/bank/files").text
    assert "1 error" in page
    assert "5 questions" in page


def test_the_law_map_leads_to_the_questions_of_an_article(bank_client: FlaskClient) -> None:
    page = bank_client.get("/bank/laws").text
    link = re.search(r'href="(/bank/questions\?law=bmf-2024&amp;article=28)"', page)
    assert link
    found = bank_client.get(html.unescape(link[1])).text
    assert "leaving-single-1" in found
    assert "No question fits" in bank_client.get("/bank/questions?law=bmf-2024&article=65").text


def test_twins_stand_side_by_side(bank: Path, bank_client: FlaskClient) -> None:
    assert "No two questions are so alike" in bank_client.get("/bank/twins?least=0.9").text
    path = bank / "items/leaving.yaml"
    text = path.read_text(encoding="utf-8")
    twin = text[text.index("  - id: leaving-single-1") : text.index("  - id: leaving-single-2")]
    twin = twin.replace("leaving-single-1", "leaving-single-9").replace("离校之前", "离校以前")
    path.write_text(text.rstrip() + "\n" + twin, encoding="utf-8")
    bank_client.post("/bank/sync")
    page = bank_client.get("/bank/twins?least=nonsense").text
    assert 'aria-label="leaving-single-1, leaving-single-9"' in page
    assert page.index("离校之前") < page.index("离校以前")
