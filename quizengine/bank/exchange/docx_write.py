"""Lines of text as a Word document: one paragraph each, in Chinese typography."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

from quizengine.bank.exchange.typed_marks import heading_kind
from quizengine.bank.exchange.typed_words import plain

# XML 1.0, 2.2: what is no Char.
_NO_CHAR = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OFFICE = "http://schemas.openxmlformats.org"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = (
    f'{_HEAD}<Types xmlns="{_OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.styles+xml"/></Types>'
)
_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_DOCUMENT_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{_OFFICE}/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
    "</Relationships>"
)
_NAMESPACE = f'xmlns:w="{_OFFICE}/wordprocessingml/2006/main"'
# Body 10.5 pt (五号) in Song, headings 14 pt (四号) in Hei, as papers of offices are set.
_STYLES = (
    f"{_HEAD}<w:styles {_NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/>'
    '<w:sz w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:line="320" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name '
    'w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="h"><w:name '
    'w:val="heading 1"/><w:basedOn w:val="a"/><w:pPr><w:keepNext/><w:spacing w:before="240" '
    'w:after="120"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/><w:b/>'
    '<w:sz w:val="28"/></w:rPr></w:style></w:styles>'
)
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" '
    'w:bottom="1440" w:left="1440" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
)


def document_of(lines: Iterable[str]) -> bytes:
    """The document; characters that XML forbids are left out."""
    body = "".join(map(_paragraph, lines))
    document = f"{_HEAD}<w:document {_NAMESPACE}><w:body>{body}{_PAGE}</w:body></w:document>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
            ("word/styles.xml", _STYLES),
            ("word/_rels/document.xml.rels", _DOCUMENT_RELATIONS),
        ):
            # The same questions give the same file, whenever it is written.
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 1, 0, 0, 0)), text.encode())
    return out.getvalue()


def _paragraph(line: str) -> str:
    text = escape(_NO_CHAR.sub("", line)).replace("\t", "</w:t><w:tab/><w:t>")
    style = '<w:pPr><w:pStyle w:val="h"/></w:pPr>' if heading_kind(plain(line)) else ""
    run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p>{style}{run}</w:p>"
