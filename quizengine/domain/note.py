"""Signed notes and verifier keys: C2SP signed-note, with Ed25519 signatures (RFC 8032).

A note is text that ends in a newline, an empty line, and signature lines
`— <key name> <base64 of key id and signature>`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from quizengine.domain.text import N_, Refused

MAX_NOTE_CHARACTERS = 1_000_000
MAX_SIGNATURES = 100

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_SIGNATURE_PREFIX = "\u2014 "
# A note is UTF-8 without control characters below U+0020 other than the newline.
_UNFIT = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
# A key name also has no space of any kind and no plus.
_UNFIT_IN_NAME = re.compile(r"[\s+\x00-\x1f\ud800-\udfff]")


@dataclass(frozen=True)
class VerifierKey:
    """A public key and its name; ValueError for a name that a note cannot carry."""

    name: str
    public_key: Ed25519PublicKey

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise ValueError("a key name is not empty and has no spaces, plus or control signs")

    @property
    def key_id(self) -> bytes:
        """First 4 bytes of SHA-256(name || 0x0A || 0x01 || public key)."""
        hashed = hashlib.sha256(self.name.encode() + b"\n" + self._typed_key())
        return hashed.digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        """`name+key id in hex+base64(0x01 || public key)`, as notes' tools take it."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(self._typed_key())}"

    def _typed_key(self) -> bytes:
        return _ED25519 + self.public_key.public_bytes_raw()


@dataclass(frozen=True)
class Signature:
    """A signature line; the value is of unknown length until the key is known."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """A note taken apart, not verified. The text ends in a newline."""

    text: str
    signatures: tuple[Signature, ...]


def verifier_key_string(name: str, public_key: Ed25519PublicKey) -> str:
    """The verifier key in note format; ValueError for an unfit name."""
    return str(VerifierKey(name, public_key))


def parse_verifier_key(text: str) -> VerifierKey:
    """Read `name+key id+base64`; Refused unless it is an Ed25519 key whose id fits."""
    try:
        name, _, encoded = text.split("+", 2)
        typed = decode_base64(encoded)
        key = VerifierKey(name, Ed25519PublicKey.from_public_bytes(typed[1:]))
        fits = str(key) == text  # written anew with the right type and key id
    except ValueError as error:
        raise _bad_key() from error
    if not fits:
        raise _bad_key()
    return key


def sign_note(text: str, private_key: Ed25519PrivateKey, name: str) -> str:
    """`text` with its signature by the key of that name.

    ValueError for a text that no note can hold: without newline at its end, with control
    characters or lone surrogates.
    """
    if not text.endswith("\n") or _UNFIT.search(text):
        raise ValueError("a note is clean text that ends in a newline")
    key = VerifierKey(name, private_key.public_key())
    signature = key.key_id + private_key.sign(text.encode())
    return f"{text}\n{_SIGNATURE_PREFIX}{name} {encode_base64(signature)}\n"


def parse_note(note: str) -> Note:
    """Take a note apart without verifying it; Refused if it is not in the format."""
    if len(note) > MAX_NOTE_CHARACTERS:
        raise _malformed(N_("The signed note is too long."))
    if _UNFIT.search(note):
        raise _malformed(N_("The signed note has control characters, such as Windows line ends."))
    text, separator, tail = note.rpartition("\n\n")
    if not separator or not text.strip("\n") or not tail.endswith("\n"):
        raise _malformed(
            N_("A signed note is text, an empty line, then signature lines, each with a line end.")
        )
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _malformed(N_("The signed note has too many signatures."))
    return Note(text + "\n", tuple(_parse_signature(line) for line in lines))


def verify_note(note: str, key: VerifierKey) -> str:
    """The text of the note, if `key` signed it.

    Signatures by other keys are ignored. Refused if the note is malformed, has no signature by
    this key, or has one that does not fit the text.
    """
    parsed = parse_note(note)
    known = [s for s in parsed.signatures if (s.name, s.key_id) == (key.name, key.key_id)]
    if not known:
        raise Refused(
            "note-signature-missing",
            N_("The note is not signed by the key %(name)s."),
            status=400,
            name=key.name,
        )
    for signature in known:
        try:
            key.public_key.verify(signature.value, parsed.text.encode())
        except InvalidSignature as error:
            raise Refused(
                "note-signature-wrong",
                N_("The signature by %(name)s does not fit the text: one of them was changed."),
                status=400,
                name=key.name,
            ) from error
    return parsed.text


def encode_base64(data: bytes) -> str:
    """Base 64 of RFC 4648 §4, with padding."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Only what `encode_base64` writes; ValueError for any other spelling of the same bytes."""
    data = base64.b64decode(text, validate=True)
    if encode_base64(data) != text:
        raise ValueError("base64 is not in its canonical form")
    return data


def _parse_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_SIGNATURE_PREFIX).partition(" ")
    try:
        data = decode_base64(encoded)
    except ValueError as error:
        raise _bad_signature() from error
    if not line.startswith(_SIGNATURE_PREFIX) or not _is_name(name) or len(data) <= _KEY_ID_BYTES:
        raise _bad_signature()
    return Signature(name, data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])


def _is_name(name: str) -> bool:
    return bool(name) and not _UNFIT_IN_NAME.search(name)


def _bad_key() -> Refused:
    return Refused(
        "verifier-key-malformed",
        N_(
            "A verifier key has the form name+key id+base64 and holds an Ed25519 key; "
            "copy it again, whole."
        ),
        status=400,
    )


def _bad_signature() -> Refused:
    return _malformed(N_("A signature line has the form: — name base64."))


def _malformed(template: str) -> Refused:
    return Refused("note-malformed", template, status=400)
