"""QTI: packages of other programs, unsafe ones, and there and back again."""

from __future__ import annotations

import io
import zipfile

import pytest

from quizengine.bank.exchange.qti import read
from quizengine.domain.registry import Registry
from quizengine.domain.text import Refused

REGISTRY = Registry()


NS = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'


def item(name: str, inner: str, head: str = "") -> str:
    return f'<assessmentItem {NS} identifier="{name}" title="{name}">{head}{inner}</assessmentItem>'


def response(kind: str, values: str, more: str = "", name: str = "RESPONSE") -> str:
    cardinality, base = kind.split()
    listed = "".join(f"<value>{value}</value>" for value in values.split("|") if value)
    correct = f"<correctResponse>{listed}</correctResponse>" if listed else ""
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}"'
        f' baseType="{base}">{correct}{more}</responseDeclaration>'
    )


CHOICE = """<itemBody><p>看<b>图</b> <img src="a.png" alt="标志"/></p>
<choiceInteraction responseIdentifier="RESPONSE" maxChoices="0"><prompt>哪些正确？</prompt>
<simpleChoice identifier="ChoiceA">甲<feedbackInline
 identifier="x">不错</feedbackInline></simpleChoice>
<simpleChoice identifier="ChoiceB"><math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac>
<mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math></simpleChoice>
<simpleChoice identifier="ChoiceC">丙</simpleChoice></choiceInteraction></itemBody>"""
MAPPED = """<mapping defaultValue="0"><mapEntry mapKey="ChoiceA" mappedValue="2"/>
<mapEntry mapKey="ChoiceB" mappedValue="1"/>
<mapEntry mapKey="ChoiceC" mappedValue="-1"/></mapping>"""
ENTRY = """<itemBody><p>期限<textEntryInteraction responseIdentifier="R1"/>，等级
<inlineChoiceInteraction responseIdentifier="R2"><inlineChoice identifier="x">甲</inlineChoice>
<inlineChoice identifier="y">乙</inlineChoice></inlineChoiceInteraction>。</p></itemBody>"""
NUMBER = """<itemBody><p>多少？<textEntryInteraction responseIdentifier="RESPONSE"/></p></itemBody>
<responseProcessing><responseCondition><responseIf>
<equal toleranceMode="absolute" tolerance="0.5 0.2"><variable identifier="RESPONSE"/>
<correct identifier="RESPONSE"/></equal></responseIf></responseCondition></responseProcessing>
<modalFeedback outcomeIdentifier="F" identifier="no" showHide="show">再想想</modalFeedback>"""
ORDER = """<itemBody><orderInteraction responseIdentifier="RESPONSE"><prompt>排序</prompt>
<simpleChoice identifier="s1">先</simpleChoice><simpleChoice identifier="s2">后</simpleChoice>
</orderInteraction></itemBody>"""
MATCH = """<itemBody><matchInteraction responseIdentifier="RESPONSE"><prompt>配对</prompt>
<simpleMatchSet><simpleAssociableChoice identifier="C">甲</simpleAssociableChoice>
<simpleAssociableChoice identifier="D">乙</simpleAssociableChoice></simpleMatchSet>
<simpleMatchSet><simpleAssociableChoice identifier="M">一</simpleAssociableChoice>
<simpleAssociableChoice identifier="R">二</simpleAssociableChoice></simpleMatchSet>
</matchInteraction></itemBody>"""
TEXT = """<itemBody><p>论述</p><rubricBlock view="scorer"><p>两点</p></rubricBlock>
<rubricBlock view="candidate"><p>不超过一页</p></rubricBlock>
<extendedTextInteraction responseIdentifier="RESPONSE"/></itemBody>"""
SEVERAL = """<itemBody><p>材料</p><p>第一问</p><choiceInteraction responseIdentifier="A">
<simpleChoice identifier="a">正确</simpleChoice><simpleChoice identifier="b">错误</simpleChoice>
</choiceInteraction><p>第二问</p><extendedTextInteraction responseIdentifier="B"/></itemBody>"""
PROCESSED = """<itemBody><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">
<prompt>选</prompt><simpleChoice identifier="a">甲</simpleChoice>
<simpleChoice identifier="b">乙</simpleChoice></choiceInteraction></itemBody><responseProcessing>
<responseCondition><responseIf><match><variable identifier="RESPONSE"/>
<baseValue baseType="identifier">b</baseValue></match></responseIf></responseCondition>
</responseProcessing>"""
GAPS = """<itemBody><gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="w1">一
</gapText><gapText identifier="w2">二</gapText><gapText identifier="w3">三</gapText>
<p>甲<gap identifier="g1"/>乙<gap identifier="g2"/></p></gapMatchInteraction></itemBody>"""
ITEMS = {
    "choice": item("law-choice", CHOICE, response("multiple identifier", "", MAPPED)),
    "entry": item(
        "E 1",
        ENTRY,
        response("single string", "三十年", name="R1")
        + response("single identifier", "y", "", "R2"),
    ),
    "number": item("N", NUMBER, response("single float", "20")),
    "order": item("O", ORDER, response("ordered identifier", "s2|s1")),
    "match": item("M", MATCH, response("multiple directedPair", "C R|D M")),
    "text": item("T", TEXT, response("single string", "")),
    "several": item(
        "S",
        SEVERAL,
        response("single identifier", "a", "", "A") + response("single string", "", "", "B"),
    ),
    "processed": item("P", PROCESSED, response("single identifier", "")),
    "gaps": item("G", GAPS, response("multiple directedPair", "w2 g1|w1 g2")),
    "upload": item(
        "U", '<itemBody><p>交</p><uploadInteraction responseIdentifier="R"/></itemBody>'
    ),
    "empty": item("X", "<itemBody><p>只有字</p></itemBody>"),
}
MANIFEST = """<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>
<resource type="imsqti_item_xmlv2p1" href="q%C3%A9/choice.xml"><metadata><imsmd:lom
 xmlns:imsmd="http://www.imsglobal.org/xsd/imsmd_v1p2"><imsmd:general><imsmd:keyword>
<imsmd:langstring>tier:leader</imsmd:langstring></imsmd:keyword></imsmd:general>
<imsmd:educational><imsmd:difficulty><imsmd:value><imsmd:langstring>easy</imsmd:langstring>
</imsmd:value></imsmd:difficulty></imsmd:educational></imsmd:lom></metadata></resource>
LISTED<resource type="imsqti_item_xmlv2p1" href="gone.xml"/></resources></manifest>"""


def package(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_package_of_another_program_is_read_or_named() -> None:
    names = [name for name in ITEMS if name != "choice"]
    listed = "".join(f'<resource type="imsqti_item_xmlv2p1" href="{name}.xml"/>' for name in names)
    files: dict[str, str | bytes] = {"imsmanifest.xml": MANIFEST.replace("LISTED", listed)}
    files |= {f"{name}.xml": ITEMS[name] for name in names}
    files |= {"qé/choice.xml": ITEMS["choice"], "a.png": b"\x89PNG", "x/y.xsd": "<schema/>"}
    files["test.xml"] = f'<assessmentTest {NS} title="考试"><testPart/></assessmentTest>'
    reading = read(package(files), "外.zip")
    assert reading.unclaimed() == []
    assert {(unread.line.part, unread.line.text) for unread in reading.unread} == {
        ("upload.xml", "/assessmentItem: 交"),
        ("empty.xml", "/assessmentItem: 只有字"),
        ("gone.xml", "gone.xml"),
        ("test.xml", "test.xml"),
        ("a.png", "a.png"),
    }
    choice, entry, number, order, match, text, several, processed, gaps = reading.drafts
    assert choice.stem == "看图 〔标志〕\n哪些正确？" and choice.type == "multiple"
    assert [option for _, option in choice.options] == ["甲", "(a+b)/2", "丙"]
    assert (choice.answer, choice.difficulty, choice.more["tiers"]) == (["a", "b"], 2, ["leader"])
    assert choice.explanation == "甲：不错" and choice.more["id"] == "law-choice"
    assert [need.code for need in choice.needs] == ["picture-missing"]
    assert entry.stem == "期限____，等级 ____。" and entry.answer == [["三十年"], ["乙"]]
    assert (entry.label, "甲" in entry.guesses[0].why.render()) == ("E 1", True)
    assert number.answer == [{"value": "20", "tolerance": "0.5"}]
    assert number.explanation == "再想想"
    assert order.answer == ["s2", "s1"] and match.answer == {"l1": "r2", "l2": "r1"}
    assert text.answer == "两点" and text.explanation == "不超过一页"
    assert several.stem == "材料" and [part.stem for part in several.parts] == ["第一问", "第二问"]
    assert (several.parts[0].type, several.parts[0].answer) == ("true_false", ["a"])
    assert processed.answer == ["b"] and processed.guesses[0].sure < 0.9
    assert gaps.stem == "甲____乙____" and gaps.answer == [["二"], ["一"]]


def test_a_single_item_is_read_from_its_file() -> None:
    reading = read(ITEMS["number"].encode(), "one.xml")
    assert [draft.stem for draft in reading.drafts] == ["多少？____"]
    assert reading.unclaimed() == []


BOMB = '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><assessmentItem>&d;</assessmentItem>'


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (package({"../../etc/passwd": "x"}), "file-unsafe", "../../etc/passwd"),
        (package({"/etc/passwd": "x"}), "file-unsafe", "/etc/passwd"),
        (package({"c:\\x.xml": "x"}), "file-unsafe", "c:"),
        (package({"big.xml": b"0" * (33 * 2**20)}), "file-unsafe", "big.xml"),
        (package({"imsmanifest.xml": BOMB}), "file-unsafe", "imsmanifest.xml"),
        (package({"a.xml": BOMB}), "file-unsafe", "a.xml"),
        (BOMB.encode(), "file-unsafe", "外.zip"),
        (package({"a.txt": "x"}), "other-format", "外.zip"),
        (package({"a.xml": "<qti-assessment-item/>"}), "other-format", "外.zip"),
        (package({"a.xml": ITEMS["order"]})[:-30], "file-unreadable", "外.zip"),
        (b"nothing", "file-unreadable", "外.zip"),
    ],
)
def test_what_is_unsafe_or_no_qti_is_refused_with_its_place(
    data: bytes, code: str, place: str
) -> None:
    with pytest.raises(Refused) as refused:
        read(data, "外.zip")
    assert (refused.value.code, refused.value.status) == (code, 400)
    assert place in str(refused.value)
