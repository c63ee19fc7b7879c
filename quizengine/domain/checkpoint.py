"""Signed checkpoints of the ledger: C2SP tlog-checkpoint on a signed note.

The note's text: origin, number of entries, base64 of the Merkle root, optional extension lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from quizengine.domain.merkle import EMPTY_ROOT, HASH_SIZE
from quizengine.domain.note import (
    VerifierKey,
    decode_base64,
    encode_base64,
    parse_note,
    parse_verifier_key,
    sign_note,
    verifier_key_string,
    verify_note,
)
from quizengine.domain.text import N_, Refused

__all__ = [
    "Checkpoint",
    "VerifierKey",
    "parse_checkpoint",
    "parse_verifier_key",
    "sign_checkpoint",
    "verifier_key_string",
    "verify_checkpoint",
]

MAX_SIZE = 2**63 - 1

_SIZE = re.compile(r"0|[1-9][0-9]*")
_NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\ud800-\udfff]")


@dataclass(frozen=True)
class Checkpoint:
    """What a log of `origin` contained when it had `size` entries.

    `root` is the 32-byte Merkle tree hash of those entries. ValueError for values that the
    format cannot hold, or an empty log with another root than the empty one.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(_is_line(line) for line in (self.origin, *self.extensions)):
            raise ValueError("origin and extensions are non-empty single lines")
        if not 0 <= self.size <= MAX_SIZE:
            raise ValueError("the size is from 0 to 2^63 - 1")
        if len(self.root) != HASH_SIZE:
            raise ValueError(f"a root has {HASH_SIZE} bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise ValueError("an empty log has the empty root")

    def text(self) -> str:
        """The note text, ending in a newline."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def sign_checkpoint(checkpoint: Checkpoint, private_key: Ed25519PrivateKey, name: str) -> str:
    """The checkpoint as a note signed by the key `name`, which should be the origin.

    ValueError for a name that a note cannot carry.
    """
    return sign_note(checkpoint.text(), private_key, name)


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint inside a signed note, with no signature verified: never trust it.

    Refused if the note or the checkpoint is not in the format.
    """
    return _parse_body(parse_note(text).text)


def verify_checkpoint(
    text: str, verifier_key: VerifierKey, *, origin: str | None = None
) -> Checkpoint:
    """The checkpoint inside a note that this key signed, of the log `origin` if one is given.

    Refused with the code `note-malformed`, `note-signature-missing`, `note-signature-wrong`,
    `checkpoint-malformed` or `checkpoint-origin`.
    """
    checkpoint = _parse_body(verify_note(text, verifier_key))
    if origin is not None and checkpoint.origin != origin:
        raise Refused(
            "checkpoint-origin",
            N_("The checkpoint is of %(found)s, not of %(wanted)s."),
            status=400,
            found=checkpoint.origin,
            wanted=origin,
        )
    return checkpoint


def _parse_body(text: str) -> Checkpoint:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise _malformed(
            N_("A checkpoint has lines for origin, size and root, and none of them is empty.")
        )
    origin, size, root, *extensions = lines
    try:
        return Checkpoint(origin, _parse_size(size), _parse_root(root), tuple(extensions))
    except ValueError as error:
        raise _malformed(N_("The checkpoint has a root that fits no log of its size.")) from error


def _parse_size(line: str) -> int:
    # The length comes first: Python refuses to convert thousands of digits.
    if len(line) > len(str(MAX_SIZE)) or not _SIZE.fullmatch(line) or int(line) > MAX_SIZE:
        raise _malformed(
            N_("The second line of a checkpoint is its size: digits without leading zeros.")
        )
    return int(line)


def _parse_root(line: str) -> bytes:
    try:
        root = decode_base64(line)
    except ValueError as error:
        raise _bad_root() from error
    if len(root) != HASH_SIZE:
        raise _bad_root()
    return root


def _is_line(text: str) -> bool:
    return bool(text) and not _NOT_IN_A_LINE.search(text)


def _bad_root() -> Refused:
    return _malformed(N_("The third line of a checkpoint is its root: base64 of 32 bytes."))


def _malformed(template: str) -> Refused:
    return Refused("checkpoint-malformed", template, status=400)
