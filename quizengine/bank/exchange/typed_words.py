"""Words that people use in typed question banks: types, labels, right and wrong, numerals.

`plain` text has full-width letters, digits and signs as their ASCII twins, one character for one,
so that an offset in it is an offset in the line as typed.
"""

from __future__ import annotations

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_WIDE |= {ord("【"): ord("["), ord("】"): ord("]"), ord("〔"): ord("["), ord("〕"): ord("]")}
_WIDE |= {ord("﹙"): ord("("), ord("﹚"): ord(")"), ord("﹒"): ord("."), ord("〖"): ord("[")}
_WIDE |= {ord("〗"): ord("]"), ord("。"): ord("。"), ord("\t"): 0x20}

CHINESE_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
CHINESE_DIGITS |= {"〇": 0, "两": 2}
CHINESE_NUMBER = "[零〇一二两三四五六七八九十百]+"

# What a section or a tag in brackets calls a type, `choice` for single or multiple.
KIND_WORDS = {
    "不定项选择": "choice", "不定项": "choice", "单项选择": "single", "单选": "single",
    "多项选择": "multiple", "多选": "multiple", "选择": "choice", "判断": "true_false",
    "是非": "true_false", "填空": "fill", "数值": "numeric", "计算": "numeric",
    "名词解释": "short", "简答": "short", "问答": "short", "论述": "short", "简述": "short",
    "案例": "case", "材料": "case", "情景": "case", "综合": "case",
    "排序": "order", "匹配": "match", "连线": "match",
}  # fmt: skip

# Field of a draft or of a bank question → labels before its value.
_LABELS = {
    "case_explanation": ("全题解析",),
    "answer": (
        "正确答案", "参考答案", "标准答案", "参考要点", "答案要点", "答题要点", "评分要点", "答案",
        "Answer", "ANSWER", "Correct answer",
    ),
    "explanation": (
        "答案解析", "试题解析", "参考解析", "解析", "详解", "解释", "点评", "Explanation",
    ),
    "basis": ("法律依据", "法规依据", "政策依据", "依据", "出处", "来源"),
    "difficulty": ("难度系数", "难易程度", "难易度", "难度"),
    "topics": ("知识点", "考查点", "考点"),
    "tiers": ("受众层级", "受众", "适用对象", "适用人员", "层级"),
    "id": ("试题编号", "题目编号", "编号"),
    "points": ("分值", "分数"),
    "cognitive_level": ("认知层次", "能力层次"),
    "pool": ("题库用途", "用途"),
    "key_points": ("得分点",),
    "revision": ("修订号",),
    "valid": ("有效期",),
    "left": ("左列",),
    "right": ("右列",),
    "any_order": ("填空顺序",),
}  # fmt: skip
LABELS = {label: field for field, labels in _LABELS.items() for label in labels}

_TRUE = {*"√✓✔☑对是真TYVR", "正确", "TRUE", "YES", "RIGHT"}
_FALSE = {*"×✗✘╳✕错否假FNXW", "错误", "不对", "不正确", "FALSE", "NO", "WRONG"}


def plain(text: str) -> str:
    """The text with full-width signs as ASCII, character by character."""
    return text.translate(_WIDE)


def kind_of(words: str) -> str:
    """The type that Chinese words name; the longest that is in them counts; "" if none."""
    found = [word for word in KIND_WORDS if word in words]
    return KIND_WORDS[max(found, key=len)] if found else ""


def truth_of(text: str) -> bool | None:
    """What a word or sign says of a statement; None if it is no such word."""
    word = plain(text).strip(" 。.;,!").upper()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def chinese_number(text: str) -> int:
    """一百二十三 → 123, 二〇 → 20, also in digits; 0 for something else."""
    if text.isdecimal():
        return int(text)
    if not any(unit in text for unit in "十百"):
        digits = "".join(str(CHINESE_DIGITS[char]) for char in text if char in CHINESE_DIGITS)
        return int(digits or "0")
    total = digit = 0
    for char in text:
        if char in CHINESE_DIGITS:
            digit = CHINESE_DIGITS[char]
        elif char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
    return total + digit
