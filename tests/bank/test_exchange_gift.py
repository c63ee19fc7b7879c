"""GIFT: what Moodle's own examples and people write, and there and back again."""

from __future__ import annotations

from quizengine.bank.exchange.gift import read, write
from quizengine.domain.questions import question_from_data
from quizengine.domain.registry import Registry

REGISTRY = Registry()


SAMPLES = r"""// An example of people who write by hand
$CATEGORY: $course$/top/保密法

// [tag:difficulty:4] [tag:hard one] [id:old 17]
::首页::Who's buried in Grant's tomb?{~Grant#No, he is not. ~Jefferson =no one#Right!
####General.}

Grant is {~buried =entombed ~living} in Grant's tomb.

Two plus two equals {=four =4 =%50%vier}.

Grant is buried in Grant's tomb.{FALSE#Nobody is.#Indeed.}

Match the countries with their capitals.{=Canada->Ottawa =Italy->Rome
  =Vatican -> Rome = -> Oslo}

What two people are entombed?{
   ~%-50%No one

   ~%50%Grant
   ~%50%Grant's wife
   ~%-50%Grant's father }

Pi to three places? {#3.141..3.142}.

When was he born? {#=1822:0 =%50%1822:2 ~#No.}

[html]<p>哪个 <b>不</b> 是?<br>看图
 <img src="@@PLUGINFILE@@/a.png" alt="标志"></p>{=\{甲\} ~乙 \= 丙}

国家秘密分为{=绝密}、{=机密}和{=秘密}三级。

谈谈{}

A line of text that introduces what follows.

没有闭合 {=a

哪些做法正确？ {=%100%登记 =%100%清点 ~%0%带走}

密级是{=*密}
"""


def test_what_people_write_is_read_or_named() -> None:
    reading = read(SAMPLES.encode("gb18030"), "x.gift")
    assert reading.unclaimed() == []
    assert [heading.text for heading in reading.headings] == [
        "An example of people who write by hand",
        "$course$/top/保密法",
        "A line of text that introduces what follows.",
    ]
    assert [unread.line.text for unread in reading.unread] == ["没有闭合 {=a"]
    kinds = [draft.type for draft in reading.drafts]
    assert kinds == [
        *("single", "single", "fill", "true_false", "match", "multiple", "numeric", "numeric"),
        *("single", "fill", "short", "multiple", "fill"),
    ]
    tomb, gap, four, false, match, two, pi, born, html, levels, _, done, wild = reading.drafts
    assert tomb.label == "old 17" and tomb.difficulty == 4 and tomb.answer == ["c"]
    assert tomb.explanation == "General.\nGrant：No, he is not.\nno one：Right!"
    assert ["hard one" in guess.why.render() for guess in tomb.guesses] == [False, True]
    assert gap.stem == "Grant is ____ in Grant's tomb."
    assert four.answer == [["four", "4"]] and "vier 50%" in four.guesses[0].why.render()
    assert false.answer == ["b"] and false.explanation == "Nobody is.\nIndeed."
    assert dict(match.right) == {"r1": "Ottawa", "r2": "Rome", "r3": "Oslo"}
    assert match.answer == {"l1": "r1", "l2": "r2", "l3": "r2"}
    assert two.answer == ["b", "c"] and [text for _, text in two.options][3] == "Grant's father"
    assert pi.answer == [{"value": "3.1415", "tolerance": "0.0005"}] and pi.stem.endswith("____.")
    assert born.answer == [{"value": "1822"}] and born.explanation == "No."
    assert html.stem == "哪个 不 是?\n看图 〔标志〕" and html.needs[0].code == "picture-missing"
    assert [text for _, text in html.options] == ["{甲}", "乙 = 丙"]
    assert levels.stem == "国家秘密分为____、____和____三级。"
    assert levels.answer == [["绝密"], ["机密"], ["秘密"]]
    assert done.answer == ["a", "b"]
    assert [need.code for need in wild.needs] == ["wildcard"]


def test_what_gift_cannot_hold_is_named() -> None:
    data = {
        "id": "made-1",
        "type": "fill",
        "stem": "____和____",
        "answer": ["甲", "乙"],
        "tiers": ["leader"],
        "topics": ["basics"],
    }
    several = question_from_data(data)
    cleared = [{"code": "classification-mark", "reason": "式样", "by": "王某"}]
    truth = {"a": "对", "b": "错"}
    other = question_from_data(
        {
            **data,
            "type": "true_false",
            "options": truth,
            "answer": False,
            "cleared": cleared,
            "stem": "\x07错 ",
        }
    )
    written = write([several, other], REGISTRY)
    assert [(loss.question, loss.field) for loss in written.losses] == [
        ("made-1", "question"),
        ("made-1", "cleared"),
        ("made-1", "type"),
        ("made-1", "stem"),
    ]
    (draft,) = read(written.data, "x.gift").drafts
    assert (draft.type, draft.stem, draft.answer) == ("single", "错", ["b"])
    assert "cleared" not in draft.more
