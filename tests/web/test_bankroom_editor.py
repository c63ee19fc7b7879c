"""The editor: lint while typing, saving, and that no text is ever lost."""

from __future__ import annotations

import hashlib
import html
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

LEAVING = "items/leaving.yaml"


def _field(page: str, name: str) -> str:
    """What a field of the page sends."""
    area = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    hidden = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    found = area or hidden
    assert found, name
    return html.unescape(found.group(1))


def _save(client: FlaskClient, page: str, text: str, **more: str) -> TestResponse:
    fields = {name: _field(page, name) for name in ("file", "digest", "base", "line")}
    # Browsers send CRLF line ends.
    return client.post("/bank/edit", data={**fields, "text": text.replace("\n", "\r\n"), **more})


def _open(client: FlaskClient, name: str = LEAVING) -> str:
    return client.get("/bank/edit", query_string={"file": name}).text


def test_the_page_holds_the_text_and_the_digest_of_the_file(
    bank_client: FlaskClient, bank: Path
) -> None:
    content = (bank / LEAVING).read_bytes()
    page = _open(bank_client)
    assert _field(page, "text") == content.decode()
    assert _field(page, "base") == content.decode()
    assert _field(page, "digest") == hashlib.sha256(content).hexdigest()


def test_the_lint_tells_each_problem_with_its_place(bank_client: FlaskClient, bank: Path) -> None:
    text = (bank / LEAVING).read_text(encoding="utf-8").replace("answer: [a]", "answer: [x]")
    found = bank_client.post("/bank/lint", json={"file": LEAVING, "text": text}).get_json()
    assert found["errors"] == 1
    assert found["elsewhere"] == []
    (problem,) = found["problems"]
    assert (problem["line"], problem["column"], problem["code"]) == (11, 14, "answer-unknown")
    assert problem["severity"] == "error"
    assert problem["message"] == "The answer names x, but the options are a, b, c."
    assert problem["url"] == f"/bank/edit?file={LEAVING}&line=11"


def test_the_lint_knows_the_rest_of_the_bank(bank_client: FlaskClient, bank: Path) -> None:
    text = (bank / LEAVING).read_text(encoding="utf-8")
    good = bank_client.post("/bank/lint", json={"file": LEAVING, "text": text}).get_json()
    assert good == {"errors": 0, "problems": [], "elsewhere": []}
    topics = (bank / "_registry/topics.yaml").read_text(encoding="utf-8")
    renamed = topics.replace("basics.duty", "basics.duties")
    found = bank_client.post(
        "/bank/lint", json={"file": "_registry/topics.yaml", "text": renamed}
    ).get_json()
    assert found["problems"] == []
    assert {p["file"] for p in found["elsewhere"]} == {LEAVING}
    # The topic stands in the defaults of the file, and is reported there, once.
    assert found["errors"] == len(found["elsewhere"]) == 1


@pytest.mark.parametrize("body", [None, [], "x", {"file": 3}, {"file": LEAVING, "text": None}])
def test_the_lint_bears_any_request(bank_client: FlaskClient, body: object) -> None:
    assert bank_client.post("/bank/lint", json=body).status_code in (200, 400, 404)
    assert bank_client.post("/bank/template", json=body).status_code in (400, 404)


@pytest.mark.parametrize(
    "name", ["../secret.yaml", "/etc/hosts", "items/../x.yaml", "contests/a.yaml"]
)
def test_no_request_reaches_a_file_outside(bank_client: FlaskClient, bank: Path, name: str) -> None:
    (bank.parent / "secret.yaml").write_text("a: 1\n", encoding="utf-8")
    before = sorted(bank.parent.rglob("*.yaml"))
    assert bank_client.get("/bank/edit", query_string={"file": name}).status_code == 404
    assert bank_client.post("/bank/lint", json={"file": name, "text": ""}).status_code == 400
    sent = {"file": name, "text": "schema: 1\nquestions: []\n", "digest": ""}
    assert bank_client.post("/bank/edit", data=sent).status_code == 400
    assert sorted(bank.parent.rglob("*.yaml")) == before


def test_a_good_text_is_saved_and_the_change_is_told(bank_client: FlaskClient, bank: Path) -> None:
    page = _open(bank_client)
    text = _field(page, "text").replace("自动解除", "立即解除")
    response = _save(bank_client, page, text, line="34")
    assert response.headers["Location"] == f"/bank/edit?file={LEAVING}&line=34"
    assert (bank / LEAVING).read_bytes() == text.encode()
    again = bank_client.get(response.headers["Location"]).text
    assert "items/leaving.yaml is saved and served." in again
    assert "Text corrected in 1 question: leaving-true-1." in again
    assert 'data-line="34"' in again
    text = text.replace("type: true_false", "type: true_false\n    revision: 2")
    text = text.replace("leaving-fill-1", "leaving-fill-2")
    said = bank_client.get(_save(bank_client, again, text).headers["Location"]).text
    assert "New revision of 1 question: leaving-true-1." in said
    assert "1 new question: leaving-fill-2." in said
    assert "1 question removed: leaving-fill-1." in said


def test_with_errors_nothing_is_saved_and_the_text_comes_back(
    bank_client: FlaskClient, bank: Path
) -> None:
    before = (bank / LEAVING).read_bytes()
    page = _open(bank_client)
    text = _field(page, "text").replace("answer: [a]", "answer: [x]") + "# </textarea>&amp;\n"
    response = _save(bank_client, page, text)
    assert response.status_code == 400
    assert (bank / LEAVING).read_bytes() == before
    assert "Nothing was saved: the text has errors." in response.text
    assert "The answer names x, but the options are a, b, c." in response.text
    assert _field(response.text, "text") == text
    # The digest and the text as opened are still there: once mended, it is saved.
    mended = _save(bank_client, response.text, text.replace("[x]", "[a]"))
    assert mended.status_code == 302
    assert "</textarea>" in (bank / LEAVING).read_text(encoding="utf-8")


def test_a_file_changed_meanwhile_shows_their_changes_and_keeps_mine(
    bank_client: FlaskClient, bank: Path
) -> None:
    page = _open(bank_client)
    mine = _field(page, "text").replace("解离一", "我的")
    theirs = _field(page, "text").replace("解离二", "别人的")
    (bank / LEAVING).write_text(theirs, encoding="utf-8")
    response = _save(bank_client, page, mine)
    assert response.status_code == 409
    assert (bank / LEAVING).read_text(encoding="utf-8") == theirs
    assert _field(response.text, "text") == mine
    diff = html.unescape(re.search(r'<pre class="qe-diff".*?</pre>', response.text, re.DOTALL)[0])  # type: ignore[index]
    assert "+    explanation: 别人的" in diff
    assert "-    explanation: 解离二" in diff
    assert "我的" not in diff
    # Saving again changes nothing unless the person says so.
    assert _save(bank_client, response.text, mine).status_code == 409
    over = re.search(r'name="over" value="([0-9a-f]{64})"', response.text)
    assert over
    assert _save(bank_client, response.text, mine, over=over.group(1)).status_code == 302
    assert (bank / LEAVING).read_text(encoding="utf-8") == mine


def test_a_text_is_kept_whatever_refuses_it(bank_client: FlaskClient, bank: Path) -> None:
    page = _open(bank_client)
    text = _field(page, "text") + "# 我的\n"
    (bank / LEAVING).unlink()
    (bank / LEAVING).symlink_to(bank / "items/all.yaml")
    response = _save(bank_client, page, text)
    assert response.status_code == 409
    assert "items/leaving.yaml is a link" in response.text
    assert _field(response.text, "text") == text


def test_a_broken_file_can_be_opened_and_mended(bank_client: FlaskClient, bank: Path) -> None:
    whole = (bank / LEAVING).read_text(encoding="utf-8")
    (bank / LEAVING).write_bytes(whole.encode("gb18030"))
    bank_client.post("/bank/sync")
    overview = bank_client.get("/bank/").text
    assert "The folder has 1 error" in overview
    assert "The site keeps serving the last good bank of 2 Mar 2026, 16:00." in overview
    assert "not readable as UTF-8" in overview
    link = re.search(r'href="(/bank/edit\?file=[^"]+line=\d+)"', overview)
    assert link
    page = bank_client.get(html.unescape(link.group(1))).text
    assert "This file is not UTF-8. It was read as gb18030" in page
    assert _field(page, "text") == whole
    assert _save(bank_client, page, whole).status_code == 302
    assert (bank / LEAVING).read_text(encoding="utf-8") == whole
    assert "The site keeps serving" not in bank_client.get("/bank/").text


def test_saving_beside_a_broken_file_says_that_it_is_not_served_yet(
    bank_client: FlaskClient, bank: Path
) -> None:
    page = _open(bank_client)
    (bank / "items/all.yaml").write_text("schema: [\n", encoding="utf-8")
    response = _save(bank_client, page, _field(page, "text") + "# more\n")
    said = bank_client.get(response.headers["Location"]).text
    assert "It is not served yet: another file has 1 error." in said
    assert (bank / LEAVING).read_text(encoding="utf-8").endswith("# more\n")


def test_a_new_question_is_a_template_with_the_next_id(
    bank_client: FlaskClient, bank: Path
) -> None:
    text = (bank / LEAVING).read_text(encoding="utf-8")
    asked = {"file": LEAVING, "text": text, "kind": "fill"}
    filled = bank_client.post("/bank/template", json=asked).get_json()
    assert filled["text"].startswith(text)
    assert filled["text"].split("\n")[filled["line"] - 1] == "  - id: leaving-fill-2"
    found = bank_client.post(
        "/bank/lint", json={"file": LEAVING, "text": filled["text"]}
    ).get_json()
    assert {p["code"] for p in found["problems"]} == {"text-missing"}
    assert all(p["line"] > filled["line"] for p in found["problems"])


def test_a_new_file_is_named_then_written_when_it_is_saved(
    bank_client: FlaskClient, bank: Path
) -> None:
    form = {"folder": "", "new_folder": "campus", "name": "exams", "tier": "graduate"}
    response = bank_client.post("/bank/new", data={**form, "pool": "exam", "kind": "true_false"})
    assert response.status_code == 302
    page = bank_client.get(response.headers["Location"]).text
    text = _field(page, "text")
    assert "defaults: {pool: exam, tiers: [graduate]}" in text
    assert "- id: campus-exams-0001" in text
    assert not (bank / "campus").exists()
    assert _save(bank_client, page, text).status_code == 400
    assert not (bank / "campus").exists()
    good = text.replace("topics: […]", "topics: [basics.duty]").replace("…", "义务")
    good = good.replace('article: "?"', 'article: "5"')
    said = bank_client.get(_save(bank_client, page, good).headers["Location"]).text
    assert "1 new question: campus-exams-0001." in said
    assert (bank / "campus/exams.yaml").read_text(encoding="utf-8") == good


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "Groß"}, "A file is named with a–z"),
        ({"name": "all"}, "There is already a file items/all.yaml."),
        ({"folder": "", "new_folder": "_registry"}, "may not have a reserved name"),
        ({"folder": "", "new_folder": ".."}, "A folder is named with"),
        ({"name": ""}, "Please fill this in."),
    ],
)
def test_a_bad_name_is_told(bank_client: FlaskClient, fields: dict[str, str], said: str) -> None:
    form = {"folder": "items", "name": "x", "tier": "graduate", "pool": "exam", "kind": "single"}
    response = bank_client.post("/bank/new", data={**form, **fields})
    assert response.status_code in (400, 409)
    assert said in response.text
