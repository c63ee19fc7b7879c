"""C2SP signed notes, with the key and note of the format's first implementation."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.note import (
    MAX_NOTE_CHARACTERS,
    MAX_SIGNATURES,
    VerifierKey,
    decode_base64,
    encode_base64,
    parse_note,
    parse_verifier_key,
    sign_note,
    verifier_key_string,
    verify_note,
)
from quizengine.domain.text import Refused

KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"  # 0x01 and the private key
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNATURE = (
    "\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
NOTE = f"{TEXT}\n{SIGNATURE}"

SECOND_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SECOND_NOTE = (
    "This is an example message.\n\n\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)

SEEDS = st.binary(min_size=32, max_size=32)
NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="+"),
    min_size=1,
    max_size=20,
)
CLEAN_TEXTS = st.text(
    st.one_of(st.just("\n"), st.characters(exclude_categories=["Cs", "Cc"])), min_size=1
).map(lambda text: f"x{text}\n")


def private_key(seed: bytes = bytes(32)) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def code_of(note: str, key: str = KEY) -> str:
    with pytest.raises(Refused) as refused:
        verify_note(note, parse_verifier_key(key))
    return refused.value.code


def test_published_notes_verify() -> None:
    assert verify_note(NOTE, parse_verifier_key(KEY)) == TEXT
    assert verify_note(SECOND_NOTE, parse_verifier_key(SECOND_KEY)) == (
        "This is an example message.\n"
    )


def test_signing_gives_the_published_note() -> None:
    assert sign_note(TEXT, private_key(decode_base64(SEED)[1:]), "PeterNeumann") == NOTE


@given(SEEDS, NAMES, CLEAN_TEXTS)
def test_a_signed_note_verifies_and_gives_its_text(seed: bytes, name: str, text: str) -> None:
    key = private_key(seed)
    verifier = parse_verifier_key(verifier_key_string(name, key.public_key()))
    assert verify_note(sign_note(text, key, name), verifier) == text


@given(st.data())
def test_no_changed_character_goes_unseen(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(NOTE) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda c: c != NOTE[at]))
    with pytest.raises(Refused):
        verify_note(NOTE[:at] + other + NOTE[at + 1 :], parse_verifier_key(KEY))


@given(st.integers(0, len(NOTE) - 1))
def test_no_missing_tail_goes_unseen(length: int) -> None:
    with pytest.raises(Refused):
        verify_note(NOTE[:length], parse_verifier_key(KEY))


def test_a_changed_text_has_a_wrong_signature() -> None:
    assert code_of(NOTE.replace("answer", "Answer")) == "note-signature-wrong"


def test_signatures_by_other_keys_are_ignored() -> None:
    other = sign_note(TEXT, private_key(), "PeterNeumann").removeprefix(TEXT + "\n")
    key = parse_verifier_key(KEY)
    assert verify_note(NOTE + other, key) == TEXT
    assert verify_note(f"{TEXT}\n{other}{SIGNATURE}", key) == TEXT
    assert code_of(f"{TEXT}\n{other}") == "note-signature-missing"


def test_one_wrong_signature_by_the_key_refuses_the_note() -> None:
    data = bytearray(decode_base64(SIGNATURE.split(" ")[2].strip()))
    data[-1] ^= 1
    wrong = f"\u2014 PeterNeumann {encode_base64(bytes(data))}\n"
    assert code_of(NOTE + wrong) == "note-signature-wrong"
    assert code_of(f"{TEXT}\n{wrong}{SIGNATURE}") == "note-signature-wrong"


def test_a_signature_of_another_length_is_wrong() -> None:
    data = decode_base64(SIGNATURE.split(" ")[2].strip())
    short = f"{TEXT}\n\u2014 PeterNeumann {encode_base64(data[:-1])}\n"
    assert code_of(short) == "note-signature-wrong"


def test_the_text_ends_at_the_last_empty_line() -> None:
    text = "one\n\ntwo\n\n\u2014 not a signature\n"
    assert parse_note(sign_note(text, private_key(), "me")).text == text


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        TEXT,
        TEXT + "\n",
        f"\n\n{SIGNATURE}",
        NOTE[:-1],
        NOTE + "\n",
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("answer", "ans\twer"),
        NOTE.replace("answer", "ans\ud800wer"),
        NOTE.replace("\u2014 ", "- "),
        NOTE.replace("\u2014 ", "\u2014"),
        NOTE.replace("PeterNeumann ", ""),
        NOTE.replace("PeterNeumann ", "PeterNeumann  "),
        NOTE.replace("PeterNeumann ", "Peter+Neumann "),
        NOTE.replace("PeterNeumann ", "Peter\u3000Neumann "),
        NOTE.replace("AM=\n", "AM\n"),
        NOTE.replace("AM=\n", "AN=\n"),  # the same bytes with other padding bits
        NOTE.replace("AM=\n", "AM= \n"),
        f"{TEXT}\n\u2014 PeterNeumann x08gow==\n",  # a key id and no signature
        TEXT + "\n" + SIGNATURE * (MAX_SIGNATURES + 1),
        "x" * MAX_NOTE_CHARACTERS + NOTE,
    ],
)
def test_another_form_is_refused_as_malformed(note: str) -> None:
    assert code_of(note) == "note-malformed"


def test_as_many_signatures_as_allowed_are_read() -> None:
    assert len(parse_note(TEXT + "\n" + SIGNATURE * MAX_SIGNATURES).signatures) == MAX_SIGNATURES


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "\ud800\n"])
def test_an_unfit_text_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError):
        sign_note(text, private_key(), "me")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "\ud800"])
def test_an_unfit_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError):
        VerifierKey(name, private_key().public_key())


@pytest.mark.parametrize("key", [KEY, SECOND_KEY])
def test_a_verifier_key_is_written_as_it_was_read(key: str) -> None:
    assert str(parse_verifier_key(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        KEY.replace("PeterNeumann", ""),
        KEY.replace("PeterNeumann", "Peter Neumann"),
        KEY.replace("PeterNeumann", "peterneumann"),
        KEY.replace("c74f20a3", "c74f20a4"),
        KEY.replace("c74f20a3", "C74F20A3"),
        KEY.replace("+ARpc", "+ARpd"),
        KEY.replace("+ARpc", "+BBpc"),
        KEY[:-4],
        KEY + "AAAA",
        KEY + "\n",
        KEY + "é",
    ],
)
def test_a_damaged_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_verifier_key(text)
    assert refused.value.code == "verifier-key-malformed"


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_note, parse_verifier_key):
        with pytest.raises(Refused):
            parse(text)
