"""Question banks as people type them: ugly layouts of real life, and nothing that vanishes."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from website import ROOT

from quizengine.bank.exchange import docx_format, text_format
from quizengine.bank.exchange.docx_write import document_of
from quizengine.bank.exchange.drafts import Draft, Reading
from quizengine.bank.exchange.finish import Finisher
from quizengine.bank.registries import load_registry
from quizengine.domain.text import Refused

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.txt"))
# What a typed line may be made of: marks of all kinds, in any order.
_MARKS = (
    *(
        "1.",
        "2、",
        "（1）",
        "(2)",
        "一、",
        "第3题",
        "①",
        "4）",
        "5 ",
        "A.",
        "B、",
        "（C）",
        "Ｄ．",
        "E ",
    ),
    *(
        "答案：",
        "【答案】",
        "答案",
        "参考答案",
        "解析：",
        "【解析】",
        "依据：",
        "难度：",
        "知识点：",
        "编号：",
    ),
    *(
        "单选题",
        "二、多项选择题（每题2分）",
        "判断题",
        "填空题",
        "案例分析题",
        "第一章",
        "案例一：",
    ),
    *(
        "（B）",
        "（√）",
        "（ ）",
        "____",
        "1-5 ABCDA",
        "1.√ 2.×",
        "ABD",
        "A、B",
        "对",
        "错误",
        "第 1 页",
    ),
    *(
        "左列：",
        "右列：",
        "得分点：",
        "【单选】",
        "（2分）",
        "；",
        "保密",
        "国家秘密的密级",
        "\t",
        "　",
    ),
)


@lru_cache
def finisher() -> Finisher:
    """Finishes drafts by the laws of the bank that is shipped."""
    return Finisher(load_registry(ROOT / "question_bank", []), date(2026, 11, 28))


def told(draft: Draft) -> dict[str, Any]:
    """What a sample says of a draft."""
    data: dict[str, Any] = {"type": draft.type, "stem": draft.stem}
    if draft.options:
        data["options"] = dict(draft.options)
    if draft.parts:
        data["parts"] = [told(part) for part in draft.parts]
    else:
        data["answer"] = draft.answer
    for name in ("explanation", "difficulty", "points"):
        if getattr(draft, name):
            data[name] = getattr(draft, name)
    if draft.basis:
        data["basis"] = [f"{basis.law} {basis.article}" for basis in draft.basis]
    data |= {name: draft.more[name] for name in ("topics", "key_points") if name in draft.more}
    if draft.needs:
        data["needs"] = sorted(need.code for need in draft.needs)
    return data


def summary(reading: Reading) -> dict[str, Any]:
    """What a sample says of a whole source."""
    return {
        "questions": [told(draft) for draft in reading.drafts],
        "headings": [heading.span.first for heading in reading.headings],
        "unread": [unread.line.number for unread in reading.unread],
    }


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_layout_of_real_life_is_read(sample: Path) -> None:
    expected = json.loads(sample.with_suffix(".json").read_text(encoding="utf-8"))
    reading = finisher().reading(text_format.read(sample.read_bytes(), sample.name))
    assert summary(reading) == expected
    assert reading.unclaimed() == []


def test_there_are_enough_layouts() -> None:
    assert len(SAMPLES) >= 40


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from(_MARKS), max_size=4).map("".join), max_size=14))
def test_each_line_is_in_a_question_a_heading_or_unread(lines: list[str]) -> None:
    reading = text_format.read("\n".join(lines).encode(), "")
    # A line without a single sign says nothing.
    assert len(reading.lines) == sum(bool(line.strip()) for line in lines)
    assert reading.unclaimed() == []
    assert all(draft.lines for draft in reading.drafts)


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_characters="\0"), max_size=200))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    reading = text_format.read(text.encode("utf-8", errors="replace"), "")
    assert reading.unclaimed() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_encodings_of_chinese_offices_are_told_apart(encoding: str) -> None:
    sample = SAMPLES[0].read_text(encoding="utf-8")
    reading = text_format.read(sample.replace("\n", "\r\n").encode(encoding), "")
    assert reading.encoding == encoding.removesuffix("-sig")
    assert summary(reading) == summary(text_format.read(sample.encode(), ""))


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        text_format.read(b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe\x00", "a.txt")
    assert refused.value.code == "file-unreadable"


def test_guesses_say_how_sure_they_are() -> None:
    text = "下列哪项正确？\nA. 甲\nB. 乙\n答案：A\n"
    (draft,) = text_format.read(text.encode(), "").drafts
    sure = {guess.field: guess.sure for guess in draft.guesses}
    assert sure["number"] < 0.9 <= sure["type"]


# Word

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(body: str, **parts: str) -> bytes:
    """A Word document with this body, and further parts by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        document = f"<w:document {_W}><w:body>{body}</w:body></w:document>"
        archive.writestr("word/document.xml", document)
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def paragraph(text: str, level: int | None = None, run: str = "") -> str:
    """A paragraph, numbered by Word at a level if one is given."""
    numbered = (
        f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr></w:pPr>'
        if level is not None
        else ""
    )
    return f'<w:p>{numbered}<w:r><w:t xml:space="preserve">{text}</w:t></w:r>{run}</w:p>'


def test_every_sample_reads_the_same_from_word() -> None:
    for sample in SAMPLES:
        text = sample.read_text(encoding="utf-8")
        reading = docx_format.read(document_of(text.split("\n")), "")
        assert summary(reading) == summary(text_format.read(text.encode(), "")), sample.stem


def test_numbers_and_blanks_that_word_makes_itself() -> None:
    level = (
        '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/>'
        "</w:lvl>"
    )
    levels = level.format(0, "decimal", "%1.") + level.format(1, "upperLetter", "%2．")
    numbering = (
        f'<w:numbering {_W}><w:abstractNum w:abstractNumId="3">{levels}</w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num></w:numbering>'
    )
    underlined = (
        '<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">     </w:t></w:r>'
    )
    tick = '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
    deleted = "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
    body = (
        paragraph("甲题", 0) + paragraph("一", 1) + paragraph("二", 1) + paragraph("答案：B")
        + paragraph("密级最高的是", 0, underlined) + paragraph("答案：绝密" + "", None, deleted)
        + paragraph("保密人人有责。答案：", 0, tick)
    )  # fmt: skip
    reading = docx_format.read(word(body, numbering=numbering), "")
    assert [(d.label, d.type, d.answer) for d in reading.drafts] == [
        ("1", "single", ["b"]),
        ("2", "fill", [["绝密"]]),
        ("3", "true_false", ["a"]),
    ]
    assert dict(reading.drafts[0].options) == {"a": "一", "b": "二"}
    assert reading.drafts[1].stem == "密级最高的是____"


def test_word_tables_pictures_and_headers_are_told() -> None:
    header = f"<w:hdr {_W}>{paragraph('内部学习')}</w:hdr>"
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("A. 一", "B. 二"))
    picture = "<w:r><w:drawing/></w:r>"
    body = (
        paragraph("1. 看图回答", None, picture)
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        + paragraph("答案：A")
    )
    reading = docx_format.read(word(body, header1=header), "")
    (draft,) = reading.drafts
    assert dict(draft.options) == {"a": "一", "b": "二"}
    assert [need.code for need in draft.needs] == ["picture"]
    assert [(u.line.part, u.line.text) for u in reading.unread] == [("header1.xml", "内部学习")]
    assert reading.unclaimed() == []


@pytest.mark.parametrize(
    "data",
    [
        b"no zip",
        b"PK\x03\x04 broken",
        word("<w:p/>").replace(b"word/document.xml", b"word/documenx.xml"),
        word("<!DOCTYPE x><w:p/>"),
    ],
)
def test_what_is_no_word_document_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        docx_format.read(data, "a.docx")
    assert refused.value.code == "file-unreadable"
