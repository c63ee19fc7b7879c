"""Bytes of a text file as text: UTF-8, UTF-16 and GB 18030, with or without a byte order mark."""

from __future__ import annotations

import codecs

from quizengine.domain.text import N_, Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> tuple[str, str]:
    """The text, line ends as LF, and the encoding it was read in.

    Refused `file-unreadable` (400) if it is no text at all.
    """
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
            return text, encoding.removesuffix("-sig")
    raise Refused(
        "file-unreadable",
        N_("This is not a text file in UTF-8, UTF-16 or GB 18030."),
        status=400,
    )


def _candidates(data: bytes) -> list[str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return [encoding]
    # Line ends and digits give UTF-16 without a mark away: each has a zero byte.
    if 0 in data:
        little = data[1::2].count(0) >= data[0::2].count(0)
        return ["utf-16-le" if little else "utf-16-be"]
    return ["utf-8", "gb18030"]
