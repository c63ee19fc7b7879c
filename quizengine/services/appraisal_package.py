"""The year's filing package: all that somebody needs to check the result without this server."""

from __future__ import annotations

import inspect
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import yaml

from quizengine.auditor import verify_ledger
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden
from quizengine.services.appraisal import rules_of
from quizengine.services.checkpoints import make_checkpoint, verifier_key
from quizengine.storage.engine import SessionLike
from quizengine.storage.ledger_rows import body_texts
from quizengine.storage.models import ClosedAppraisal

FILERS = ("admin", "auditor")

README = """\
{year} 年度考核归档包 / Filing package of the appraisal of {year}
================================================================

文件 / Files
  ledger.jsonl       考核台账全部条目，每行一条，为哈希原文 / all entries, one a line, as hashed
  checkpoint.txt     打包时签署的检查点 / a checkpoint signed when this was packed
  verifier-key.txt   验签公钥 / the public key to check it by
  verify_ledger.py   独立核验程序 / the program that verifies without the server
  rules.yaml, .json  考核办法；.json 为规范文本 / the rules; .json is their canonical text
  result.json        考核结果（规范文本）/ the result, as canonical text
  closing.json       台账中的封存条目 / what the ledger says of the closing

如何核验 / How to check
  1. python3 verify_ledger.py ledger.jsonl \\
       --checkpoint checkpoint.txt --key "$(cat verifier-key.txt)"
     核对台账未被改动。请优先使用您自己保存的检查点和公钥。
     Shows that the ledger was not changed. Better use a checkpoint and key that you kept yourself.
  2. sha256sum rules.json result.json
     应与 closing.json 中 rules.sha256、result_sha256 一致；该条目即 ledger.jsonl 第 {seq} 行。
     They are rules.sha256 and result_sha256 of closing.json, which is line {seq} of ledger.jsonl.
  3. quizengine appraisal compute {year} --rules rules.json --ledger ledger.jsonl --json
     依据前 {entries} 条台账重新计算，逐字节比对。
     Computes the result anew from the first {entries} entries, and compares it bit for bit.

考核时台账前 {entries} 条的根哈希 / Root of the first {entries} entries: {root}
打包时间 / Packed at: {at}
个人信息不在其中：台账只含加盐摘要。/ No personal data are in here: the ledger holds salted digests.
"""


def may_file(actor: Actor) -> bool:
    """Whether the actor may take a package: administrators and auditors of all units."""
    return any(actor.everywhere(role) for role in FILERS)


def file_year(
    session: SessionLike, now: datetime, actor: Actor, year: int, instance: Path, target: Path
) -> None:
    """Write the package of a closed year to `target`.

    Refused: `forbidden` (403), `unknown-year` (404), `year-open`.
    """
    if not may_file(actor):
        raise forbidden()
    closed = session.get(ClosedAppraisal, year)
    if closed is None:
        rules_of(session, year)
        text = N_("The year %(year)s is not closed: there is nothing to file yet.")
        raise Refused("year-open", text, year=year)
    rules = json.loads(closed.rules)
    # Signed first: what is entered while the ledger is being written comes after it.
    note = make_checkpoint(session, now, instance)
    with ZipFile(target, "w", ZIP_DEFLATED) as package:
        closing = _write_ledger(session, package, closed.seq)
        package.writestr("checkpoint.txt", note)
        package.writestr("verifier-key.txt", verifier_key(instance) + "\n")
        package.writestr("verify_ledger.py", inspect.getsource(verify_ledger))
        package.writestr("rules.json", closed.rules)
        package.writestr("rules.yaml", yaml.safe_dump(rules, allow_unicode=True, sort_keys=False))
        package.writestr("result.json", closed.result)
        package.writestr("closing.json", closing)
        package.writestr("README.txt", _readme(closed, now))


def _write_ledger(session: SessionLike, package: ZipFile, seq: int) -> str:
    """Write all entries; the text of entry `seq`."""
    found = ""
    with package.open("ledger.jsonl", "w") as lines:
        for number, text in enumerate(body_texts(session), start=1):
            lines.write(f"{text}\n".encode())
            found = text if number == seq else found
    return found


def _readme(closed: ClosedAppraisal, now: datetime) -> str:
    values: dict[str, Any] = {
        "year": closed.year,
        "seq": closed.seq,
        "entries": closed.entries,
        "root": closed.root,
        "at": now.astimezone(UTC).isoformat(timespec="seconds"),
    }
    return README.format(**values)
