"""The import page: each question beside its source, choices, and drafts that are never drawn."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from quizengine.bank.loader import load_bank
from quizengine.storage.engine import writing
from quizengine.storage.models import Clearing, CurrentQuestion

Login = Callable[..., FlaskClient]
TEXT = """保密知识题库
一、单选题
1. 涉密人员离岗离职应当实行什么管理？
A. 脱密期管理
B. 保密期管理
答案：A
解析：根据《保密法》（2010年修订）第三条。
2. 下列文件标注为机密★20年，说明（　）
A. 甲
B. 乙
答案：A
3. 没有答案的题（　）
A. 甲
B. 乙
"""
TABLE = """甲列,乙列,丙列,丁列
国家秘密的密级分为哪几级,三级,四级,A
保密期限最长的是哪一级,绝密,秘密,A
"""


def upload(client: FlaskClient, data: bytes, name: str, form: str = "") -> TestResponse:
    fields = {"file": (io.BytesIO(data), name), "form": form}
    return client.post("/bank/import", data=fields, content_type="multipart/form-data")


def address_of(client: FlaskClient, text: str = TEXT, name: str = "题库.txt") -> str:
    sent = upload(client, text.encode("gb18030"), name)
    assert sent.status_code == 302, sent.text
    return str(sent.headers["Location"])


def digest_in(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def confirm(client: FlaskClient, address: str, page: str, **more: str) -> TestResponse:
    fields = {"act": "save", "form": "text", "folder": "items", "stem": "new", **more}
    return client.post(address.split("?")[0], data={"digest": digest_in(page), **fields})


def test_questions_stand_beside_their_lines_and_become_drafts(
    bank_client: FlaskClient, bank: Path, session: Session, tmp_path: Path
) -> None:
    served = session.scalar(select(func.count()).select_from(CurrentQuestion))
    address = address_of(bank_client)
    page = html.unescape(bank_client.get(address).text)
    assert "题库.txt: nothing is written yet." in page
    assert "Read as gb18030." in page
    # The source with its line numbers, what was read, what was guessed and how sure that is.
    assert '<span class="qe-source-number">3</span>' in page
    assert "根据《保密法》（2010年修订）第三条。" in page
    assert (
        "bmf-2010 3 is the numbering of a replaced version; the rule is now in bmf-2024 5." in page
    )
    assert "Nothing tells for whom it is: all audiences." in page
    assert re.search(r'<progress max="1" value="0.3"', page)
    assert "The source gives no answer." in page
    # The title of the source is no question, and said to be none.
    unread = page.split('id="unread"')[1]
    assert "保密知识题库" in unread
    assert "It stands before the first question." in unread
    assert list((bank / "items").glob("new*")) == []
    done = confirm(bank_client, address, page)
    assert done.status_code == 302
    assert done.headers["Location"] == "/bank/edit?file=items/new.yaml"
    assert "2 drafts are in items/new.yaml." in bank_client.get(done.headers["Location"]).text
    # What looks like a marking was not written anywhere.
    assert "机密★" not in (bank / "items/new.yaml").read_text(encoding="utf-8")
    loaded = load_bank(bank, date(2026, 3, 2))
    assert loaded.ok
    (draft,) = loaded.drafts.values()
    assert draft.state == "draft"
    assert draft.answer == ["a"]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(CurrentQuestion)) == served
    assert list((tmp_path / "uploads").iterdir()) == []
    # Once more: the file is gone, and nothing is written twice.
    assert confirm(bank_client, address, page).status_code == 404
    again = bank_client.get(address_of(bank_client)).text
    assert "2 questions are in the bank already." in again


def test_choices_count_for_questions_that_name_none(bank_client: FlaskClient, bank: Path) -> None:
    address = address_of(bank_client)
    chosen = {"tier": "new_member", "topic": "", "pool": "practice", "form": "text"}
    page = bank_client.get(address.split("?")[0], query_string=chosen).text
    assert '<input type="hidden" name="tier" value="new_member">' in page
    done = confirm(bank_client, address, page, tier="new_member", pool="practice")
    assert done.status_code == 302
    text = (bank / "items/new.yaml").read_text(encoding="utf-8")
    assert text.count("tiers: [new_member]") == 2
    assert text.count("pool: practice") == 2
    wrong = bank_client.get(f"{address_of(bank_client)}&tier=nobody")
    assert "nobody is no longer in the registry" in wrong.text


def test_what_was_not_seen_is_not_saved(bank_client: FlaskClient, bank: Path) -> None:
    address = address_of(bank_client)
    page = bank_client.get(address).text
    other = confirm(bank_client, address, page, pool="contest")
    assert other.status_code == 409
    assert "Nothing was saved: this is no longer what you saw." in other.text
    taken = confirm(bank_client, address, page, stem="leaving")
    assert taken.status_code == 409
    assert "There is already a file items/leaving.yaml." in taken.text
    assert 'value="leaving"' in taken.text, "what was typed is kept"
    for folder, stem in (("blueprints", "x"), ("items", "../x"), ("..", "x")):
        assert confirm(bank_client, address, page, folder=folder, stem=stem).status_code == 400
    assert confirm(bank_client, address, page).status_code == 302


def test_columns_can_be_corrected(bank_client: FlaskClient, bank: Path) -> None:
    sent = upload(bank_client, TABLE.encode(), "表.csv")
    address = str(sent.headers["Location"])
    assert "form=csv" in address
    page = bank_client.get(address).text
    assert "Columns without a known name were told by their content." in page
    mapped = {
        "column:0:": "stem",
        "column:1:": "option_b",
        "column:2:": "option_a",
        "column:3:": "answer",
    }
    beyond = {f"column:{'9' * 5000}:": "stem"}  # more digits than a number may have is no column
    query = {"form": "csv", **mapped, **beyond}
    page = bank_client.get(address.split("?")[0], query_string=query).text
    done = confirm(bank_client, address, page, form="csv", **mapped)
    assert done.status_code == 302
    drafts = load_bank(bank, date(2026, 3, 2)).drafts.values()
    right = {draft.stem: draft.options[draft.answer[0]] for draft in drafts}
    assert right == {"国家秘密的密级分为哪几级": "四级", "保密期限最长的是哪一级": "秘密"}


def test_a_wrong_format_can_be_chosen_again(
    bank_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = upload(bank_client, TEXT.encode(), "题库.docx")
    assert refused.status_code == 400
    assert "This is not a Word document" in refused.text
    address = str(upload(bank_client, TEXT.encode(), "题库.docx", "text").headers["Location"])
    wrong = bank_client.get(address.replace("form=text", "form=xlsx"))
    assert wrong.status_code == 200
    assert "This is not an XLSX file, or it is damaged." in wrong.text
    assert 'name="digest"' not in wrong.text
    unknown = bank_client.get(address.replace("form=text", "form=pdf"))
    assert "There is no format pdf" in unknown.text
    monkeypatch.setattr("quizengine.services.bank_import.MAX_BYTES", 9_000)
    large = upload(bank_client, b"1" * 9_001, "a.txt")
    assert large.status_code == 413
    assert "Please choose a file." in bank_client.post("/bank/import", data={}).text


@pytest.mark.parametrize("name", ["cs-admin", "organizer", "auditor"])
def test_another_person_gets_nothing_of_the_file(
    bank_client: FlaskClient, bank_app: Flask, login: Login, name: str
) -> None:
    address = address_of(bank_client)
    path = address.split("?")[0]
    other = login(bank_app.test_client(), name)
    for response in (
        other.get(address),
        other.get(f"{path}/report.json"),
        other.post(path, data={"act": "discard"}),
    ):
        assert response.status_code == 403
        assert "脱密期管理" not in response.text
    assert bank_client.get(address).status_code == 200


def test_the_report_lists_everything(bank_client: FlaskClient) -> None:
    address = address_of(bank_client)
    path = address.split("?")[0]
    report = json.loads(bank_client.get(f"{path}/report.json?form=text").data)
    assert report["counts"]["read"] == 3
    assert [question["fate"] for question in report["questions"]] == ["new", "held", "new"]
    assert [unread["line"] for unread in report["unread"]] == [1]
    text = bank_client.get(f"{path}/report.md?form=text").text
    assert "- 1: `保密知识题库`" in text
    assert bank_client.post(path, data={"act": "discard"}).status_code == 302
    assert bank_client.get(address).status_code == 404


def test_what_holds_a_question_back_is_asked_for_and_then_saved(
    bank_client: FlaskClient, session: Session, bank: Path
) -> None:
    address = address_of(bank_client)
    sent = bank_client.post(f"{address.partition('?')[0]}/ask", data={"form": "text"})
    assert sent.status_code == 302
    session.rollback()
    [row] = session.scalars(select(Clearing))
    assert (row.code, row.origin, row.file) == ("classification-mark", "import", "题库.txt")
    assert "机密★20年" in row.excerpt
    assert "held back until a second person" in bank_client.get(address).text
    with writing(session):
        row = session.scalars(select(Clearing)).one()
        row.cleared_at = datetime(2026, 3, 2, tzinfo=UTC)
    page = bank_client.get(address).text
    assert "held back until a second person" not in page
    fields = {"digest": digest_in(page), "form": "text", "folder": "items", "stem": "read"}
    assert bank_client.post(address.partition("?")[0], data=fields).status_code == 302
    assert "机密★20年" in (bank / "items/read.yaml").read_text(encoding="utf-8")
