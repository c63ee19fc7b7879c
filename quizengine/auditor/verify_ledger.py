#!/usr/bin/env python3
"""Verify an exported ledger without trusting the server that it came from.

    python3 verify_ledger.py ledger.jsonl --checkpoint kept.txt [--checkpoint …] --key KEY
    python3 verify_ledger.py --proof proof.json --key KEY

核验导出的考核台账或证书的证明文件，不依赖提供它的服务器。

This file stands alone: Python 3.9 or later, and the package `cryptography`. It is short so that it
can be read before it is believed. A ledger has one entry a line: the text that was hashed, which is
canonical JSON (RFC 8785). Line n is leaf n - 1 of a Merkle tree (RFC 9162, 2.1.1; SHA-256). A
checkpoint is a C2SP tlog-checkpoint in a signed note, by Ed25519 (RFC 8032).

Exit status: 0 nothing was found, 1 the ledger was changed, 2 the arguments can't be used.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIELDS = ["at", "corrects", "data", "kind", "seq", "source", "subject", "unit", "v"]
MAX_SHOWN = 100
QUICK = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

# What may be wrong, in both languages: the program has no catalog of translations.
NOT_CANONICAL = "not the canonical text of an entry ({}) 不是条目的规范文本"
NOT_AN_ENTRY = "not an entry of version 1 不是第 1 版条目"
WRONG_NUMBER = "its number is {}: entries were removed or moved 编号不符，有条目被删除或移动"
WRONG_CORRECTION = "it corrects what is not before it 更正的条目不在其前"
CUT = "the file ends within a line 文件不完整"
REWRITTEN = "the first {} entries are not those of the checkpoint 与检查点不符，历史被改写"
TRUNCATED = "a checkpoint covers {} entries, here are {} 条目少于检查点，有条目被删除"
NO_CHECKPOINT = (
    "without a checkpoint that you kept: that all of it was rewritten "
    "没有自己保存的检查点，不能排除整体改写"
)
PROOF_FORMAT = "quizengine-proof/1"
OTHER_FACTS = "what the paper says is not what was entered 证书内容与台账登记的不符"
NOT_ISSUED = "the entry issues no certificate 该条目不是证书签发条目"
OTHER_ENTRY = "the entry is not in the tree of the checkpoint 条目不在检查点的树中"
ERASED = "the details were erased and can't be checked any more 个人信息已清除，内容无法再核对"
SINCE = "that the certificate was revoked since 不能排除此后已被撤销"
LATER = "that entries after number {} were changed or removed 不能排除第 {} 条之后的改动或删除"


class Unusable(Exception):
    """A file or a key that is not what it should be."""


class Checkpoint(NamedTuple):
    """Number of entries, and the root of their tree."""

    size: int
    root: bytes


class Key(NamedTuple):
    """A verifier key: `name+key id+base64 of 0x01 and the public key`."""

    name: str
    key_id: bytes
    public: Ed25519PublicKey


class Fault(NamedTuple):
    """What was found; `line` counts from 1, None if it is about no single one."""

    line: int | None
    text: str


class Tree:
    """The Merkle tree of all lines so far, as the roots of its full subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, line: bytes) -> None:
        """Add a line at the right."""
        peak, remaining = _sha256(b"\x00" + line), self.size
        while remaining & 1:
            peak = _sha256(b"\x01" + self._peaks.pop() + peak)
            remaining >>= 1
        self._peaks.append(peak)
        self.size += 1

    def root(self) -> bytes:
        """Hash of the whole tree."""
        if not self._peaks:
            return _sha256(b"")
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = _sha256(b"\x01" + peak + root)
        return root


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canonical(value: Any) -> str:
    """RFC 8785 for what an entry holds; ValueError for a float, which no entry holds."""
    if isinstance(value, float):
        raise ValueError("a float")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(n)}:{canonical(value[n])}" for n in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _refuse(_number: str) -> None:
    raise ValueError("a float")


def faults_of(line: bytes, number: int) -> Iterator[str]:
    """What is wrong with the entry in line `number`."""
    try:
        text = line.decode()
        entry = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
        # The quick way sorts names by code points: the same order but for those beyond U+FFFF.
        alike = text.isascii() and QUICK.encode(entry) == text
        # A name that stands twice is gone by now: the text differs then.
        if not alike and canonical(entry) != text:
            raise ValueError("written otherwise")
    except (ValueError, RecursionError) as error:
        yield NOT_CANONICAL.format(error)
        return
    if not isinstance(entry, dict) or sorted(entry) != FIELDS or entry["v"] != 1:
        yield NOT_AN_ENTRY
        return
    if entry["seq"] != number:
        yield WRONG_NUMBER.format(entry["seq"])
    corrects = entry["corrects"]
    if corrects is not None and not (type(corrects) is int and 1 <= corrects < number):
        yield WRONG_CORRECTION


def read_key(text: str) -> Key:
    """The verifier key in `text`; Unusable if it is none."""
    try:
        name, key_id, encoded = text.strip().split("+", 2)
        typed = base64.b64decode(encoded, validate=True)
        if _sha256(name.encode() + b"\n" + typed).hex()[:8] != key_id or typed[:1] != b"\x01":
            raise ValueError("its parts don't fit together")
        return Key(name, bytes.fromhex(key_id), Ed25519PublicKey.from_public_bytes(typed[1:]))
    except ValueError as error:
        raise Unusable(f"the verifier key can't be used: {error} 验签公钥无法使用") from error


def read_checkpoint(path: str, key: Key) -> Checkpoint:
    """The checkpoint in the note at `path`; Unusable unless `key` signed it."""
    try:
        return checkpoint_in(Path(path).read_bytes().decode("utf-8-sig"), key)
    except InvalidSignature as error:
        raise Unusable(f"{path}: the signature does not fit the text 签名与内容不符") from error
    except (OSError, ValueError, IndexError) as error:
        raise Unusable(f"{path}: {error} 检查点无法使用") from error


def checkpoint_in(note: str, key: Key) -> Checkpoint:
    """The checkpoint in a note; ValueError, IndexError or InvalidSignature if it is not good."""
    note = note.replace("\r\n", "\n")
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    # All of them: one that does not fit must not hide behind one that does.
    if not sum(_signed(line, text, key) for line in signatures.splitlines()):
        raise ValueError("this key did not sign it")
    _origin, size, root = text.splitlines()[:3]
    return Checkpoint(int(size), base64.b64decode(root, validate=True))


def _signed(line: str, text: str, key: Key) -> bool:
    """Whether the line is a signature by `key`; InvalidSignature if it is one and does not fit."""
    mark = f"\u2014 {key.name} "
    signature = base64.b64decode(line[len(mark) :]) if line.startswith(mark) else b""
    if signature[:4] != key.key_id:
        return False
    key.public.verify(signature[4:], text.encode())
    return True


def verify_proof(path: str, key: Key) -> tuple[Checkpoint, dict[str, Any], list[str]]:
    """The checkpoint and the entry of a proof, and what was found; Unusable if it is no proof."""
    try:
        proof = json.loads(Path(path).read_bytes().decode("utf-8-sig"))
        if proof["format"] != PROOF_FORMAT:
            raise ValueError("another format")
        checkpoint = checkpoint_in(proof["checkpoint"], key)
        hashes = [base64.b64decode(one, validate=True) for one in proof["hashes"]]
        line, index, facts = proof["entry"].encode(), int(proof["index"]), proof["facts"]
        found = list(faults_of(line, index + 1))
        entry = {} if found else json.loads(line)
        said = entry["data"].get("facts_sha256") if entry else None
        if not isinstance(facts, dict):
            raise ValueError("facts are an object")
        salted = f"{proof['code']}\n{canonical(facts)}".encode()
    except InvalidSignature as error:
        raise Unusable(f"{path}: the signature does not fit the text 签名与内容不符") from error
    except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise Unusable(f"{path}: {error} 证明文件无法使用") from error
    if not _leads_to(_sha256(b"\x00" + line), index, hashes, checkpoint):
        found.append(OTHER_ENTRY)
    if entry and entry["kind"] != "certificate-issued":
        found.append(NOT_ISSUED)
    elif entry and facts and said != _sha256(salted).hex():
        found.append(OTHER_FACTS)
    return checkpoint, facts, found


def _leads_to(leaf: bytes, index: int, hashes: list[bytes], checkpoint: Checkpoint) -> bool:
    """Whether the hashes lead from the leaf to the root (RFC 9162, 2.1.3.2)."""
    position, last, computed = index, checkpoint.size - 1, leaf
    if not 0 <= index <= last:
        return False
    for sibling in hashes:
        if last == 0:
            return False
        if position & 1 or position == last:
            computed = _sha256(b"\x01" + sibling + computed)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            computed = _sha256(b"\x01" + computed + sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and computed == checkpoint.root


def verify(lines: Iterable[bytes], checkpoints: Iterable[Checkpoint]) -> tuple[Tree, list[Fault]]:
    """The tree of all lines and what was found, reading them once."""
    tree = Tree()
    found: list[Fault] = []
    waiting = sorted(checkpoints)
    for raw in lines:
        waiting = _compared(tree, waiting, found)
        number, line = tree.size + 1, raw.removesuffix(b"\n")
        if line == raw:
            found.append(Fault(number, CUT))
        found += [Fault(number, text) for text in faults_of(line, number)]
        tree.append(line)
    for checkpoint in _compared(tree, waiting, found):
        found.append(Fault(None, TRUNCATED.format(checkpoint.size, tree.size)))
    return tree, found


def _compared(tree: Tree, waiting: list[Checkpoint], found: list[Fault]) -> list[Checkpoint]:
    """Hold the checkpoints of this size against the tree; the ones that are left."""
    while waiting and waiting[0].size <= tree.size:
        if waiting.pop(0).root != tree.root():
            found.append(Fault(None, REWRITTEN.format(tree.size)))
    return waiting


def _report(tree: Tree, found: list[Fault], covered: int) -> None:
    for fault in found[:MAX_SHOWN]:
        print(f"line {fault.line}: {fault.text}" if fault.line else fault.text)
    if len(found) > MAX_SHOWN:
        print(f"… {len(found) - MAX_SHOWN} more")
    print(f"entries 条目: {tree.size}")
    print(f"root 根哈希: {base64.b64encode(tree.root()).decode()}")
    unknown = LATER.format(covered, covered) if covered else NO_CHECKPOINT
    print(f"cannot exclude 不能排除: {unknown}")
    print("FAILED 未通过" if found else "OK 通过")


def _report_proof(checkpoint: Checkpoint, facts: dict[str, Any], found: list[str]) -> None:
    for text in found:
        print(text)
    for name, value in facts.items():
        print(
            f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        )
    if not facts:
        print(ERASED)
    print(f"entries 条目: {checkpoint.size}")
    print(f"root 根哈希: {base64.b64encode(checkpoint.root).decode()}")
    print(f"cannot exclude 不能排除: {SINCE}")
    print("FAILED 未通过" if found else "OK 通过")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(description="Verify an exported ledger 核验导出的考核台账")
    parser.add_argument("ledger", nargs="?", help="the exported ledger 导出的台账")
    parser.add_argument("--proof", help="the proof of a certificate 证书的证明文件")
    parser.add_argument("--checkpoint", action="append", default=[], help="kept by you 检查点")
    parser.add_argument("--key", help="the verifier key that you kept 自己保存的验签公钥")
    given = parser.parse_args(arguments)
    if given.checkpoint and not given.key:
        parser.error("a checkpoint needs --key 核对检查点需要 --key")
    if given.proof and not given.key:
        parser.error("a proof needs --key 核对证明文件需要 --key")
    if not given.proof and not given.ledger:
        parser.error("give a ledger or a proof 请给出台账或证明文件")
    try:
        if given.proof:
            checkpoint, facts, wrong = verify_proof(given.proof, read_key(given.key))
            _report_proof(checkpoint, facts, wrong)
            return 1 if wrong else 0
        checkpoints = [read_checkpoint(path, read_key(given.key)) for path in given.checkpoint]
        with Path(given.ledger).open("rb") as lines:
            tree, found = verify(lines, checkpoints)
    except (OSError, Unusable) as error:
        print(error, file=sys.stderr)
        return 2
    _report(tree, found, max((c.size for c in checkpoints), default=0))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
