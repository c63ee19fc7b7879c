"""Moodle XML: what Moodle exports and people write, and there and back again."""

from __future__ import annotations

import pytest

from quizengine.bank.exchange.moodle_xml import read
from quizengine.domain.registry import Registry
from quizengine.domain.text import Refused

REGISTRY = Registry()


SAMPLES = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<!-- question: 0 -->
<question type="category"><category><text>$course$/top/保密法</text></category></question>
<!-- question: 11 -->
<question type="multichoice">
  <name><text>Q1</text></name>
  <questiontext format="html"><text><![CDATA[<p>哪些&nbsp;<b>不</b>可以？<br>10<sup>2</sup></p>
<table><tr><td>甲</td><td>乙</td></tr></table><p><img src="@@PLUGINFILE@@/x.png" alt=""/></p>]]>
  </text><file name="x.png" encoding="base64">iVBORw0KGgo=</file></questiontext>
  <generalfeedback format="html">
  <text>&lt;p&gt;总评 &amp;amp; 其他&lt;/p&gt;</text></generalfeedback>
  <defaultgrade>2.0</defaultgrade><penalty>0.33</penalty><hidden>1</hidden><idnumber></idnumber>
  <single>false</single>
  <correctfeedback format="html"><text>Your answer is correct.</text></correctfeedback>
  <answer fraction="70" format="html"><text><![CDATA[<p>甲</p>]]></text>
    <feedback format="html"><text>对了</text></feedback></answer>
  <answer fraction="30" format="html"><text>乙</text></answer>
  <answer fraction="-100" format="html"><text>丙</text></answer>
  <tags><tag><text>difficulty:9</text></tag></tags>
</question>
<question type="truefalse"><questiontext format="moodle_auto_format"><text>一行
二行</text></questiontext>
  <answer fraction="0"><text>true</text></answer><answer fraction="100"><text>false</text></answer>
</question>
<question type="multichoice"><questiontext><text>地球是圆的。</text></questiontext>
  <single>true</single>
  <answer fraction="0"><text>错</text></answer><answer fraction="100"><text>对</text></answer>
</question>
<question type="shortanswer"><questiontext><text>首都是？</text></questiontext>
  <usecase>1</usecase>
  <answer fraction="100"><text>北京</text></answer>
  <answer fraction="100"><text>北\\*京</text></answer>
  <answer fraction="50"><text>京</text></answer>
  <plugin><text>别的东西</text></plugin>
</question>
<question type="numerical"><questiontext><text>多少？</text></questiontext>
  <answer fraction="100"><text>20</text><tolerance>0.5</tolerance></answer>
  <answer fraction="0"><text>*</text><feedback><text>不对</text></feedback></answer>
  <units><unit><multiplier>1</multiplier><unit_name>年</unit_name></unit></units>
</question>
<question type="matching"><questiontext><text>配对</text></questiontext>
  <subquestion><text>甲</text><answer><text>一</text></answer></subquestion>
  <subquestion><text>乙</text><answer><text>一</text></answer></subquestion>
  <subquestion><text></text><answer><text>二</text></answer></subquestion>
</question>
<question type="essay"><questiontext><text>论述</text></questiontext>
  <graderinfo format="html"><text><![CDATA[<p>要点如下</p>
  <ol><li>第一</li><li><b>2</b> 第二<ul><li>词</li></ul></li></ol>]]></text></graderinfo>
</question>
<question type="cloze"><questiontext format="html">
  <text><![CDATA[<p>期限{1:SHORTANSWER:=三十年~%50%30#近了}，
  等级{:MC:~甲~=乙\\}~丙}，共{2:NUMERICAL:=3:0.1}级。</p>]]></text></questiontext></question>
<question type="cloze"><questiontext><text>{1:MULTIRESPONSE:=a~=b}</text></questiontext></question>
<question type="gapselect"><questiontext><text>甲[[2]]乙[[1]]</text></questiontext>
  <selectoption><text>一</text><group>1</group></selectoption>
  <selectoption><text>二</text><group>1</group></selectoption>
  <selectoption><text>三</text><group>1</group></selectoption>
</question>
<question type="description"><questiontext><text>看下面的材料。</text></questiontext></question>
<question type="calculated"><questiontext><text>{a} + {b}</text></questiontext></question>
<!-- 组长：下面还要补 -->
<nonsense>x</nonsense>
</quiz>
"""


def test_what_moodle_exports_is_read_or_named() -> None:
    reading = read(SAMPLES.encode(), "x.xml")
    assert reading.unclaimed() == []
    assert [h.text for h in reading.headings] == ["$course$/top/保密法", "看下面的材料。"]
    assert [unread.line.text for unread in reading.unread] == [
        "/quiz/question[5]/plugin[1]: 别的东西",
        "/quiz/question[10]: {1:MULTIRESPONSE:=a~=b}",
        "/quiz/question[13]: {a} + {b}",
        "/quiz/nonsense[1]: x",
        "组长：下面还要补",
    ]
    many, false, true, town, years, match, essay, cloze, gaps = reading.drafts
    assert many.stem == "哪些 不可以？\n10²\n甲 乙\n〔x.png〕" and many.type == "multiple"
    assert (many.answer, many.points, many.label) == (["a", "b"], "2.0", "Q1")
    assert many.explanation == "总评 & 其他\n甲：对了"
    assert [need.code for need in many.needs] == ["picture-missing"]
    assert {guess.field for guess in many.guesses} == {
        *("stem", "explanation", "state", "answer", "topics")
    }
    assert (false.stem, false.answer) == ("一行\n二行", ["b"])
    assert (true.type, true.answer, true.options) == ("true_false", ["a"], ())
    assert town.answer == [["北京", "北*京"]] and len(town.guesses) == 2
    assert years.answer == [{"value": "20", "tolerance": "0.5", "unit": "年"}]
    assert years.explanation == "*：不对"
    assert match.answer == {"l1": "r1", "l2": "r1"} and len(match.right) == 2
    assert essay.answer == "要点如下"
    assert essay.more["key_points"] == [
        {"text": "第一"},
        {"points": "2", "text": "第二", "keywords": ["词"]},
    ]
    assert cloze.stem == "期限____，等级____，共____级。"
    assert cloze.answer == [["三十年"], ["乙}"], ["3"]] and cloze.explanation == "30：近了"
    assert gaps.stem == "甲____乙____" and gaps.answer == [["二"], ["一"]]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ('<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><quiz>&d;</quiz>', "file-unsafe"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><quiz>&b;</quiz>', "file-unsafe"),
        ("<quiz>" + "<a>" * 500 + "</a>" * 500 + "</quiz>", "file-unsafe"),
        ("<quiz><question></quiz>", "file-unreadable"),
        ("<html/>", "other-format"),
        ("这不是 XML", "file-unreadable"),
    ],
)
def test_what_is_no_moodle_xml_is_refused_with_its_place(source: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(source.encode(), "坏.xml")
    assert (refused.value.code, refused.value.status) == (code, 400)
    assert "坏.xml" in str(refused.value)
