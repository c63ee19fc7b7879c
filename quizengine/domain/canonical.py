"""Canonical JSON, RFC 8785 (JCS): one value, one sequence of bytes, so that it can be hashed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence

MAX_EXACT_INT = 2**53
"""Largest magnitude up to which every integer is also exact as an IEEE 754 double."""

Write = Callable[[str], None]

# The standard encoder escapes in strings exactly what RFC 8785 §3.2.2.2 asks for.
_quote = json.encoder.encode_basestring


def _read_integer(digits: str) -> int | float:
    """An integer beyond 2^53 is a double in ECMAScript, whose digits may not all count."""
    number = float(digits)
    return int(digits) if abs(number) <= MAX_EXACT_INT else number


_DECODER = json.JSONDecoder(parse_int=_read_integer)


def canonical_json(value: object) -> bytes:
    """`value` as UTF-8 canonical JSON (RFC 8785).

    Takes None, bool, int, float, str, lists or tuples, and mappings with str keys, nested.
    Raises ValueError for anything else, and for what the format cannot hold exactly: NaN and
    infinity, integers beyond ±2^53, lone surrogates, and nesting too deep to walk.
    """
    quick = _written_quickly(value)
    if quick is not None:
        return quick.encode()
    parts: list[str] = []
    try:
        _write(value, parts.append)
        return "".join(parts).encode()
    except UnicodeEncodeError as error:
        raise ValueError("canonical JSON cannot hold a lone surrogate") from error
    except RecursionError as error:
        raise ValueError("value is nested too deeply for canonical JSON") from error


def canonical_plain(value: Mapping[str, object]) -> str:
    """The same as text, quicker, for what has no floats and no keys but strings, as entries have.

    Raises ValueError as `canonical_json`; the caller answers for the two conditions.
    """
    try:
        text = _QUICK.encode(value)
        if not _is_hard(text):
            return text
    except (TypeError, ValueError, RecursionError):
        pass
    return canonical_json(value).decode()


def load_canonical(text: str) -> object:
    """The value of `text`; ValueError unless `text` is JSON and already in canonical form."""
    quick = _read_quickly(text)
    if quick is not None:
        return quick
    try:
        value = _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("text is nested too deeply for canonical JSON") from error
    if canonical_json(value) != text.encode():
        raise ValueError("text is JSON, but not in canonical form")
    return value


class _Hard(Exception):
    """A number that the standard encoder does not write as ECMAScript does."""


def _hard(_text: str) -> object:
    raise _Hard


# The standard encoder writes what RFC 8785 asks for, as long as there are no floats, no integers
# that could be beyond 2^53, and no characters whose order differs between code points and UTF-16.
_QUICK = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)
_PLAIN = json.JSONDecoder(parse_float=_hard, parse_constant=_hard)
_LONG = re.compile("[0-9]{16}")


def _is_hard(text: str) -> bool:
    """Whether the standard encoder may write it in another way than RFC 8785 asks for."""
    if _LONG.search(text):
        return True
    if text.isascii():
        return False
    try:
        # Twice as many bytes as characters: none is beyond U+FFFF, so both orders are the same.
        return len(text.encode("utf-16-le")) != 2 * len(text)
    except UnicodeEncodeError:
        return True


def _written_quickly(value: object) -> str | None:
    """The canonical text by the standard encoder; None where that may be another one."""
    try:
        text = _QUICK.encode(value)
        # Keys that are no strings, and other types that it takes for JSON, come back otherwise.
        if _is_hard(text) or _PLAIN.decode(text) != value:
            return None
    except (_Hard, TypeError, ValueError, RecursionError):
        return None
    return text


def _read_quickly(text: str) -> object:
    """The value of a canonical text, by the standard decoder; None where it has to be looked at."""
    if _is_hard(text):
        return None
    try:
        value: object = _PLAIN.decode(text)
        return value if _QUICK.encode(value) == text else None
    except (_Hard, TypeError, ValueError, RecursionError):
        return None


def format_number(value: float) -> str:
    """A finite float as ECMAScript's Number::toString writes it (RFC 8785 §3.2.2.3)."""
    if not math.isfinite(value):
        raise ValueError("canonical JSON cannot hold NaN or infinity")
    if value == 0:
        return "0"  # also for -0.0
    sign = "-" if value < 0 else ""
    digits, point = _decimal(abs(value))
    return sign + _layout(digits, point)


def _decimal(value: float) -> tuple[str, int]:
    """Shortest digits that read back as `value`, and n with value = 0.digits × 10^n."""
    # float.__repr__ rather than repr: a subclass such as numpy's may print a type name.
    mantissa, _, exponent = float.__repr__(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    significant = digits.lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(digits) - len(significant))
    return significant.rstrip("0"), point


def _layout(digits: str, point: int) -> str:
    """ECMA-262 Number::toString, steps 6 to 10; `point` is its n, len(digits) its k."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{point - 1:+d}"


def _write(value: object, write: Write) -> None:
    # Commonest first: an entry of the ledger is mostly strings in one or two objects.
    if isinstance(value, str):
        write(_quote(value))
    elif isinstance(value, dict):
        _write_object(value, write)
    elif value is None:
        write("null")
    elif isinstance(value, bool):  # before int, which it also is
        write("true" if value else "false")
    elif isinstance(value, int):
        write(_integer(value))
    elif isinstance(value, float):
        write(format_number(value))
    elif isinstance(value, list | tuple):
        _write_array(value, write)
    elif isinstance(value, Mapping):
        _write_object(value, write)
    else:
        raise ValueError(f"canonical JSON cannot hold a {type(value).__name__}")


def _integer(value: int) -> str:
    if abs(value) > MAX_EXACT_INT:
        raise ValueError("integer beyond 2^53 is not exact in JSON; write it as a string")
    return int.__repr__(value)


def _write_array(values: Sequence[object], write: Write) -> None:
    separator = "["
    for value in values:
        write(separator)
        _write(value, write)
        separator = ","
    write("]" if values else "[]")


def _write_object(members: Mapping[str, object], write: Write) -> None:
    separator = "{"
    for key in sorted(members, key=_utf16):
        write(f"{separator}{_quote(key)}:")
        _write(members[key], write)
        separator = ","
    write("}" if members else "{}")


def _utf16(key: object) -> bytes:
    """Sort key: big-endian UTF-16 compares like its code units (RFC 8785 §3.2.3)."""
    if not isinstance(key, str):
        raise ValueError(f"a key of canonical JSON is a string, not {type(key).__name__}")
    return key.encode("utf-16-be")
