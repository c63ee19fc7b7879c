"""C2SP tlog-checkpoint: its form, its signature, and everything that is not it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.checkpoint import (
    MAX_SIZE,
    Checkpoint,
    VerifierKey,
    parse_checkpoint,
    parse_verifier_key,
    sign_checkpoint,
    verifier_key_string,
    verify_checkpoint,
)
from quizengine.domain.merkle import EMPTY_ROOT
from quizengine.domain.note import encode_base64, sign_note
from quizengine.domain.text import Refused

# The example of the specification; its key is not published there.
EXAMPLE = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)

NAME = "exam.example.edu/ledger"
PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = parse_verifier_key(verifier_key_string(NAME, PRIVATE_KEY.public_key()))
ROOT = bytes(range(32))
ROOT_LINE = encode_base64(ROOT)

LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
CHECKPOINTS = st.builds(
    Checkpoint,
    origin=LINES,
    size=st.integers(1, MAX_SIZE),
    root=st.binary(min_size=32, max_size=32),
    extensions=st.lists(LINES, max_size=3).map(tuple),
)


def signed(text: str) -> str:
    """A note with a right signature, whatever the text says."""
    return sign_note(text, PRIVATE_KEY, NAME)


def code_of(text: str, **options: str) -> str:
    with pytest.raises(Refused) as refused:
        verify_checkpoint(text, KEY, **options)
    return refused.value.code


def test_the_example_of_the_specification_is_read_and_written_the_same() -> None:
    checkpoint = parse_checkpoint(EXAMPLE)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert EXAMPLE.startswith(checkpoint.text() + "\n")


def test_the_form_of_a_signed_checkpoint() -> None:
    text = sign_checkpoint(Checkpoint(NAME, 3, ROOT, ("note",)), PRIVATE_KEY, NAME)
    head, signature = text.split("\n\n")
    assert head == f"{NAME}\n3\n{ROOT_LINE}\nnote"
    assert signature.startswith(f"\u2014 {NAME} ")
    assert signature.endswith("\n")


@given(CHECKPOINTS)
def test_a_signed_checkpoint_verifies(checkpoint: Checkpoint) -> None:
    text = sign_checkpoint(checkpoint, PRIVATE_KEY, NAME)
    assert verify_checkpoint(text, KEY, origin=checkpoint.origin) == checkpoint
    assert parse_checkpoint(text) == checkpoint


def test_the_checkpoint_of_an_empty_log_verifies() -> None:
    checkpoint = Checkpoint(NAME, 0, EMPTY_ROOT)
    assert verify_checkpoint(sign_checkpoint(checkpoint, PRIVATE_KEY, NAME), KEY) == checkpoint


@given(CHECKPOINTS, st.data())
def test_no_changed_character_goes_unseen(checkpoint: Checkpoint, data: st.DataObject) -> None:
    text = sign_checkpoint(checkpoint, PRIVATE_KEY, NAME)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda c: c != text[at]))
    with pytest.raises(Refused):
        verify_checkpoint(text[:at] + other + text[at + 1 :], KEY)


def test_another_size_or_root_under_the_old_signature_is_refused() -> None:
    text = sign_checkpoint(Checkpoint(NAME, 30, ROOT), PRIVATE_KEY, NAME)
    assert code_of(text.replace("\n30\n", "\n29\n")) == "note-signature-wrong"
    assert code_of(text.replace(ROOT_LINE, encode_base64(ROOT[::-1]))) == "note-signature-wrong"


def test_another_key_of_the_same_name_is_not_believed() -> None:
    other = VerifierKey(NAME, Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
    text = sign_checkpoint(Checkpoint(NAME, 1, ROOT), PRIVATE_KEY, NAME)
    with pytest.raises(Refused) as refused:
        verify_checkpoint(text, other)
    assert refused.value.code == "note-signature-missing"
    assert NAME in str(refused.value.text)


def test_the_checkpoint_of_another_log_is_refused() -> None:
    text = sign_checkpoint(Checkpoint("other.example/log", 1, ROOT), PRIVATE_KEY, NAME)
    assert code_of(text, origin=NAME) == "checkpoint-origin"


MALFORMED = {
    "origin, size and root": [
        f"{NAME}\n",
        f"{NAME}\n1\n",
        f"\n1\n{ROOT_LINE}\n",
        f"{NAME}\n\n{ROOT_LINE}\n",
        f"{NAME}\n1\n{ROOT_LINE}\n\n",
        f"{NAME}\n1\n{ROOT_LINE}\n\nextension\n",
    ],
    "second line": [
        f"{NAME}\n01\n{ROOT_LINE}\n",
        f"{NAME}\n+1\n{ROOT_LINE}\n",
        f"{NAME}\n-1\n{ROOT_LINE}\n",
        f"{NAME}\n1.0\n{ROOT_LINE}\n",
        f"{NAME}\n1 \n{ROOT_LINE}\n",
        f"{NAME}\n1_0\n{ROOT_LINE}\n",
        f"{NAME}\n\u0661\n{ROOT_LINE}\n",
        f"{NAME}\n{MAX_SIZE + 1}\n{ROOT_LINE}\n",
        f"{NAME}\n{'9' * 5_000}\n{ROOT_LINE}\n",
    ],
    "third line": [
        f"{NAME}\n1\n{ROOT_LINE[:-1]}\n",
        f"{NAME}\n1\n{ROOT_LINE} \n",
        f"{NAME}\n1\n{encode_base64(ROOT[:-1])}\n",
        f"{NAME}\n1\n{encode_base64(ROOT + ROOT[:1])}\n",
        f"{NAME}\n1\n{ROOT.hex()}\n",
        f"{NAME}\n1\n{ROOT_LINE.replace('h8=', 'h9=')}\n",
    ],
    "fits no log of its size": [f"{NAME}\n0\n{ROOT_LINE}\n"],
}


@pytest.mark.parametrize(
    ("place", "body"), [(place, body) for place, bodies in MALFORMED.items() for body in bodies]
)
def test_a_signed_text_in_another_form_is_refused_with_its_place(place: str, body: str) -> None:
    with pytest.raises(Refused, match=place) as refused:
        verify_checkpoint(signed(body), KEY)
    assert refused.value.code == "checkpoint-malformed"


@pytest.mark.parametrize(
    "values",
    [
        ("", 1, ROOT),
        ("a\nb", 1, ROOT),
        (NAME, -1, ROOT),
        (NAME, MAX_SIZE + 1, ROOT),
        (NAME, 1, ROOT[:-1]),
        (NAME, 0, ROOT),
        (NAME, 1, ROOT, ("",)),
        (NAME, 1, ROOT, ("a\n",)),
    ],
)
def test_no_checkpoint_with_values_that_the_format_cannot_hold(values: tuple[object, ...]) -> None:
    with pytest.raises(ValueError):
        Checkpoint(*values)
