"""Own passwords (argon2id) and one-time sign-in codes (salted SHA-256)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from quizengine.domain.text import N_, Refused

MIN_LENGTH = 10
# Enough for any passphrase; hashing a whole upload would only cost time.
MAX_LENGTH = 256

# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

# Ten characters or more, and yet the first ones that anybody tries (compared in lower case).
_COMMON_WORDS = """
0123456789 1234567890 0987654321 9876543210 12345678910 123456789a a123456789 1234512345
1111111111 0000000000 6666666666 8888888888 1122334455 1020304050 1q2w3e4r5t 1qaz2wsx3edc
qwertyuiop qwerty12345 qwerty123456 asdfghjkl1 asdfghjkl; zxcvbnm123 abcdefghij abcdefg123
abc1234567 abcd123456 abcd1234567 password12 password123 password1234 passw0rd123 p@ssw0rd123
admin12345 admin123456 administrator welcome123 woaini1314 woaini520520 5201314520 iloveyou123
changeme123 letmein123 baomi12345 baomi123456 baomi@2024 baomi@2025 baomi@2026 zhongguo123
"""
_COMMON = frozenset(_COMMON_WORDS.split())

# Crockford's Base32: 32 characters, so that 12 of them carry 60 bits. I, L, O and U are missing;
# whoever reads a 0 as O or a 1 as I or l is understood all the same.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 12
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def normalise_password(password: str) -> str:
    """NFKC, as NIST SP 800-63B (5.1.1.2) advises: an input method may send full-width letters."""
    return unicodedata.normalize("NFKC", password)


def check_policy(password: str, login: str) -> None:
    """Raise Refused `password-weak` (400) if this must not become the password of `login`."""
    plain = normalise_password(password).casefold()
    if len(plain) < MIN_LENGTH:
        raise _weak(N_("A password needs at least %(count)d characters."), count=MIN_LENGTH)
    if max(len(password), len(plain)) > MAX_LENGTH:
        raise _weak(N_("A password has at most %(count)d characters."), count=MAX_LENGTH)
    name = login.casefold()
    if plain == name or (len(name) >= 4 and name in plain):
        raise _weak(N_("A password must not contain the login name."))
    if plain in _COMMON or len(set(plain)) < 4:
        raise _weak(N_("This password is too easy to guess."))


def _weak(template: str, **params: object) -> Refused:
    return Refused("password-weak", template, status=400, **params)


def hash_password(password: str) -> str:
    """argon2id in PHC string format; takes some tens of milliseconds and 19 MiB."""
    return _HASHER.hash(normalise_password(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` fits; without a stored hash it takes as long, and says no."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        fits = _HASHER.verify(stored or _NOBODYS, normalise_password(password))
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


# Verified for unknown logins. The password is random, and nobody knows it.
_NOBODYS = hash_password(secrets.token_urlsafe(32))


def new_code() -> str:
    """A random one-time code, `XXXX-XXXX-XXXX`, of 60 bits."""
    bits = secrets.randbits(5 * _CODE_LENGTH)
    letters = "".join(_ALPHABET[bits >> 5 * i & 31] for i in range(_CODE_LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, _CODE_LENGTH, 4))


def clean_code(given: str) -> str | None:
    """The code that was meant, whatever its case, spaces and dashes; None if it can't be one."""
    text = unicodedata.normalize("NFKC", given[:MAX_LENGTH]).upper()
    letters = "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Pd")
    letters = letters.translate(_LOOKALIKES)
    if len(letters) != _CODE_LENGTH or not set(letters) <= set(_ALPHABET):
        return None
    return letters


def hash_code(code: str) -> str:
    """`salt$hex`: SHA-256 over the salt and the code without dashes."""
    salt = secrets.token_hex(8)
    return f"{salt}${_digest(salt, clean_code(code) or '')}"


def verify_code(stored: str | None, given: str) -> bool:
    """Whether `given` is the code behind `stored`; compared in constant time."""
    code = clean_code(given)
    if stored is None or code is None:
        return False
    salt, _, digest = stored.partition("$")
    return hmac.compare_digest(digest, _digest(salt, code))


def _digest(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}{code}".encode()).hexdigest()
