"""Passwords and one-time codes."""

from __future__ import annotations

import re

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.text import Refused
from quizengine.services.passwords import (
    check_policy,
    clean_code,
    hash_code,
    hash_password,
    needs_rehash,
    new_code,
    verify_code,
    verify_password,
)


def test_hashes_use_argon2id_with_owasp_parameters() -> None:
    assert hash_password("correct horse").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_only_the_same_password_verifies() -> None:
    stored = hash_password("correct horse")
    assert verify_password(stored, "correct horse")
    assert not verify_password(stored, "correct horsf")
    assert not verify_password(stored, "")
    assert not verify_password(None, "correct horse")
    assert not verify_password("not a hash", "correct horse")


def test_full_width_input_is_the_same_password() -> None:
    assert verify_password(hash_password("secret-ABC-123"), "ｓｅｃｒｅｔ－ＡＢＣ－１２３")


def test_an_overlong_secret_is_not_hashed() -> None:
    assert not verify_password(hash_password("x" * 300), "x" * 300)


def test_a_hash_with_weaker_parameters_needs_another() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("correct horse")
    assert needs_rehash(old)
    assert not needs_rehash(hash_password("correct horse"))


@pytest.mark.parametrize(
    "password",
    [
        "short-9ch",
        "",
        "1234567890",
        "Password123",
        "aaaaaaaaaaaaab",
        "20230017",
        "20230017-x",
        "X" * 9,
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_policy(password, "20230017")
    assert (refusal.value.code, refusal.value.status) == ("password-weak", 400)


def test_an_endless_password_is_refused() -> None:
    with pytest.raises(Refused, match="at most"):
        check_policy("correct horse battery " * 20, "li")


def test_good_passwords_pass_whatever_the_language() -> None:
    check_policy("correct horse battery", "20230017")
    check_policy("春眠不觉晓处处闻啼鸟", "20230017")
    check_policy("my li-ly of 1998", "li")  # a login of two letters is in many words


def test_codes_differ_and_are_grouped() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    pattern = "-".join(["[0-9A-HJKMNP-TV-Z]{4}"] * 3)
    assert all(re.fullmatch(pattern, code) for code in codes)


@given(st.integers(0, 2**60 - 1), st.sampled_from(["-", " ", "", "  ", "—", "－"]), st.booleans())
def test_a_code_is_understood_however_it_is_typed(number: int, dash: str, lower: bool) -> None:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    code = "-".join(
        "".join(alphabet[number >> 5 * (4 * g + i) & 31] for i in range(4)) for g in range(3)
    )
    typed = code.replace("-", dash).replace("0", "O").replace("1", "l")
    stored = hash_code(code)
    assert verify_code(stored, typed.lower() if lower else typed)


def test_a_wrong_or_missing_code_is_none() -> None:
    stored = hash_code("ABCD-EFGH-JKMN")
    assert not verify_code(stored, "ABCD-EFGH-JKMP")
    assert not verify_code(stored, "")
    assert not verify_code(None, "ABCD-EFGH-JKMN")
    assert clean_code("ABCD-EFGH-JKM") is None
    assert clean_code("ABCD-EFGH-JKMU") is None


def test_the_same_code_is_stored_differently_each_time() -> None:
    one, other = hash_code("ABCD-EFGH-JKMN"), hash_code("ABCD-EFGH-JKMN")
    assert one != other
    assert "ABCDEFGHJKMN" not in one
