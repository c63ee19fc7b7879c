"""Blocks of a printed paper as a Word document (ECMA-376, WordprocessingML).

Set as offices set papers: A4, body 五号 (10.5 pt) in Song, headings 小四 (12 pt) and the title 三号
(16 pt) in Hei, page numbers below.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from xml.sax.saxutils import escape

from quizengine.services.print_blocks import Block

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# XML 1.0, 2.2: what is no Char.
_NO_CHAR = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OFFICE = "http://schemas.openxmlformats.org"
_WORD = f'xmlns:w="{_OFFICE}/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = f"{_OFFICE}/officeDocument/2006/relationships"
# Twentieths of a point: the width between the margins of 20 mm, and a character of 10.5 pt.
_WIDTH = 9638
_CHARACTER = 210
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_OFFICE}/package/2006/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_CONTENT}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_CONTENT}.styles+xml"/>'
        f'<Override PartName="/word/footer.xml" ContentType="{_CONTENT}.footer+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1"'
        f' Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>'
    ),
    "word/_rels/document.xml.rels": (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r2" Type="{_RELATIONS}/footer" Target="footer.xml"/></Relationships>'
    ),
    "word/styles.xml": (
        f"<w:styles {_WORD}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts"
        ' w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/>'
        '<w:sz w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:kinsoku/><w:spacing w:line="320" w:lineRule="auto"/></w:pPr>'
        '</w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="a">'
        '<w:name w:val="Normal"/></w:style></w:styles>'
    ),
    "word/footer.xml": (
        f'<w:ftr {_WORD}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        '<w:r><w:t xml:space="preserve"> / </w:t></w:r>'
        '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
    ),
}
_SECTION = (
    f'<w:sectPr xmlns:r="{_RELATIONS}"><w:footerReference w:type="default" r:id="r2"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134"'
    ' w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
)
_HEI = '<w:rFonts w:eastAsia="黑体"/><w:b/>'


def blocks_docx(blocks: Iterable[Block]) -> bytes:
    """The document; the same blocks make the same file."""
    body = "".join(_DRAW[block.kind](block) for block in blocks)
    document = f"<w:document {_WORD}><w:body>{body}{_SECTION}</w:body></w:document>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**_PARTS, "word/document.xml": document}.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, (_HEAD + text).encode())
    return out.getvalue()


def _run(text: str, look: str = "") -> str:
    clean = escape(_NO_CHAR.sub("", text))
    clean = clean.replace("\n", "</w:t><w:br/><w:t xml:space='preserve'>")
    clean = clean.replace("\t", "</w:t><w:tab/><w:t xml:space='preserve'>")
    props = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{props}<w:t xml:space="preserve">{clean}</w:t></w:r>'


def _paragraph(text: str, props: str = "", look: str = "") -> str:
    return f"<w:p><w:pPr>{props}</w:pPr>{_run(text, look)}</w:p>"


def _title(block: Block) -> str:
    return _paragraph(
        block.text, '<w:keepNext/><w:jc w:val="center"/>', f'{_HEI}<w:sz w:val="32"/>'
    )


def _centre(block: Block) -> str:
    return _paragraph(block.text, '<w:jc w:val="center"/>', '<w:sz w:val="24"/>')


def _note(block: Block) -> str:
    return _paragraph(block.text, '<w:spacing w:before="120" w:after="120"/>')


def _heading(block: Block) -> str:
    props = '<w:keepNext/><w:spacing w:before="240" w:after="60"/>'
    return _paragraph(block.text, props, f'{_HEI}<w:sz w:val="24"/>')


def _text(block: Block) -> str:
    return _paragraph(block.text, _kept(block) + _indent(block))


def _row(block: Block) -> str:
    start = block.indent * _CHARACTER
    step = (_WIDTH - start) // max(len(block.cells), 1)
    stops = [start + step * place for place in range(1, len(block.cells))]
    tabs = "".join(f'<w:tab w:val="left" w:pos="{stop}"/>' for stop in stops)
    listed = f"<w:tabs>{tabs}</w:tabs>" if tabs else ""
    return _paragraph("\t".join(block.cells).rstrip("\t"), _kept(block) + listed + _indent(block))


def _kept(block: Block) -> str:
    return f"{'<w:keepNext/>' if block.kept else ''}<w:keepLines/>"


def _indent(block: Block) -> str:
    return f'<w:ind w:left="{block.indent * _CHARACTER}"/>' if block.indent else ""


def _lines(block: Block) -> str:
    border = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="808080"/>'
    between = '<w:between w:val="single" w:sz="4" w:space="1" w:color="808080"/></w:pBdr>'
    spacing = '<w:spacing w:before="160"/>'
    return _paragraph("", border + between + spacing) * block.count


def _grid(block: Block) -> str:
    columns = block.count
    width = _WIDTH // columns
    lines = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{line} w:val="single" w:sz="4"/>' for line in lines)
    grid = f'<w:gridCol w:w="{width}"/>' * columns
    cells = [_cell(text, width) for text in block.cells]
    rows = "".join(
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells[at : at + columns])}</w:tr>"
        for at in range(0, len(cells), columns)
    )
    props = f'<w:tblW w:w="{width * columns}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
    return f"<w:tbl><w:tblPr>{props}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl><w:p/>"


def _cell(text: str, width: int) -> str:
    inner = _paragraph(text, '<w:keepNext/><w:jc w:val="center"/>')
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inner}</w:tc>'


def _page(_block: Block) -> str:
    return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


_DRAW: dict[str, Callable[[Block], str]] = {
    "title": _title,
    "centre": _centre,
    "note": _note,
    "heading": _heading,
    "text": _text,
    "row": _row,
    "lines": _lines,
    "grid": _grid,
    "page": _page,
}
