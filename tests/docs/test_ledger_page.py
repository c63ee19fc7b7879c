"""docs/ledger.md tells entries, hashes and findings as they are."""

from __future__ import annotations

import hashlib
import json
import re

from website import ROOT

from quizengine.domain.entry import is_entry_body
from quizengine.domain.ledgerkinds import KINDS

_PAGE = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
_SOURCES = (
    "domain/ledger.py",
    "services/ledger.py",
    "services/ledger_beside.py",
    "services/checkpoints.py",
)
_CODE = re.compile(r'(?:_found\(\s*|Problem\()"([a-z-]+)"')


def test_every_kind_of_entry_is_documented() -> None:
    assert {kind for kind in KINDS if f"| `{kind}` |" not in _PAGE} == set()


def test_every_finding_is_documented() -> None:
    sources = ((ROOT / "quizengine" / name).read_text(encoding="utf-8") for name in _SOURCES)
    codes = {code for source in sources for code in _CODE.findall(source)}
    assert len(codes) > 10
    table = _PAGE.partition("## What verifying finds")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == codes


def test_the_example_has_the_hash_that_the_page_says() -> None:
    found = re.search(r"```json\n(.*)\n```\n\nwith the leaf hash `([0-9a-f]{64})`", _PAGE)
    assert found
    assert is_entry_body(json.loads(found[1]))
    assert hashlib.sha256(b"\0" + found[1].encode()).hexdigest() == found[2]
