"""Text for a new question: the fields of its type, with dots where the author writes.

The lint reports each place that still holds dots, so that a template is never served.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from quizengine.bank.yamlfile import read_yaml
from quizengine.domain.registry import Registry

_ID = re.compile(r"""^ *(?:- *)?\{? *id: *["']?([a-z][a-z0-9_]*(?:-[a-z0-9_]+)+)""", re.MULTILINE)
_QUESTIONS = re.compile(r"^questions:", re.MULTILINE)
# The first item of the list: those of a case stand deeper.
_ITEM = re.compile(r"^questions:.*\n(?:[ ]*(?:#.*)?\n)*( *)- ", re.MULTILINE)
_EMPTY_LIST = re.compile(r"^questions: *\[ *\] *$", re.MULTILINE)
_NUMBERED = re.compile(r"(.*?)([0-9]+)")
_PLAIN = re.compile(r"[a-z][a-z0-9_.-]*")
_WIDTH = 4

_BODIES = {
    "single": "stem: …\noptions:\n  a: …\n  b: …\n  c: …\n  d: …\nanswer: [a]",
    "multiple": "stem: …\noptions:\n  a: …\n  b: …\n  c: …\n  d: …\nanswer: [a, b]",
    "true_false": "stem: …\nanswer: true",
    "fill": "stem: …____…\nanswer:\n  - […]",
    "numeric": 'stem: …____\nanswer:\n  - {value: "?", tolerance: "0", unit: …}',
    "short": (
        "stem: …\nkey_points:\n  - {text: …, points: 2, keywords: []}\n"
        "  - {text: …, points: 2, keywords: []}\n  - {text: …, points: 2, keywords: []}\nanswer: …"
    ),
    "order": "stem: …\noptions:\n  a: …\n  b: …\n  c: …\n  d: …\nanswer: [c, a, d, b]",
    "match": (
        "stem: …\nleft:\n  l1: …\n  l2: …\n  l3: …\nright:\n  r1: …\n  r2: …\n  r3: …\n  r4: …\n"
        "answer: {l1: r2, l2: r1, l3: r3}"
    ),
    "case": (
        "stem: …\nparts:\n  - id: p1\n    type: single\n    points: 2\n    stem: …\n    options:\n"
        "      a: …\n      b: …\n      c: …\n      d: …\n    answer: [a]\n    explanation: …\n"
        "  - id: p2\n    type: true_false\n    points: 2\n    stem: …\n    answer: true\n"
        "    explanation: …"
    ),
}
KINDS = tuple(_BODIES)


def skeleton(tier: str, pool: str) -> str:
    """The head of a new bank file."""
    return f"schema: 1\ndefaults: {{pool: {pool}, tiers: [{_listed([tier])}]}}\nquestions:\n"


def next_id(text: str, taken: Iterable[str], stem: str) -> str:
    """The id after the last one of the file `text`, free in all of `taken`.

    A file without any id begins with `stem`.
    """
    own = _ID.findall(text)
    numbered = _NUMBERED.fullmatch(own[-1]) if own else None
    prefix = numbered[1] if numbered else f"{own[-1] if own else stem}-"
    width = len(numbered[2]) if numbered else _WIDTH
    tails = [name[len(prefix) :] for name in {*own, *taken} if name.startswith(prefix)]
    number = 1 + max((int(tail) for tail in tails if re.fullmatch("[0-9]+", tail)), default=0)
    return f"{prefix}{number:0{width}}"


def law_to_cite(registry: Registry, today: date) -> str:
    """The first law version in force whose articles may be cited; dots if there is none."""
    usable = (law.id for law in registry.laws.values() if law.articles and law.in_force_on(today))
    return next(usable, "…")


def with_question(text: str, kind: str, question_id: str, law: str) -> tuple[str, int]:
    """The file `text` with a template for a question of type `kind` at its end; its line, from 1.

    Tiers and topics are those of the file's last question, unless its defaults give them.
    KeyError for an unknown `kind`.
    """
    item = _ITEM.search(text)
    indent = item[1] if item else "  "
    lines = _question(kind, question_id, law, *_given(text))
    block = "\n".join(indent + line for line in lines) + "\n"
    head = _opened(text)
    if item:
        head += "\n"
    return head + block, head.count("\n") + 1


def _opened(text: str) -> str:
    """The text up to where the next question may stand."""
    text = _EMPTY_LIST.sub("questions:", text).rstrip()
    if not text:
        text = "schema: 1"
    return text + ("\n" if _QUESTIONS.search(text) else "\nquestions:\n")


def _given(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The file's defaults and its last question, as far as they can be read."""
    value = read_yaml("", text).value
    if not isinstance(value, dict):
        return {}, {}
    defaults, questions = value.get("defaults"), value.get("questions")
    last = questions[-1] if isinstance(questions, list) and questions else {}
    return (
        defaults if isinstance(defaults, dict) else {},
        last if isinstance(last, dict) else {},
    )


def _question(
    kind: str, question_id: str, law: str, defaults: dict[str, Any], last: dict[str, Any]
) -> list[str]:
    fields = {
        "revision": "1",
        "type": kind,
        "pool": "exam",
        "tiers": f"[{_listed(last.get('tiers'))}]",
        "topics": f"[{_listed(last.get('topics'))}]",
        "difficulty": "2",
        "cognitive_level": "apply",
    }
    lines = [f"id: {question_id}"]
    lines += [f"{name}: {value}" for name, value in fields.items() if name not in defaults]
    lines += _BODIES[kind].split("\n")
    if "basis" not in defaults:
        lines.append(f'basis: [{{law: {law}, article: "?"}}]')
    lines.append("explanation: …")
    return [("  " if number else "- ") + line for number, line in enumerate(lines)]


def _listed(names: Any) -> str:
    """Ids as the inside of a YAML list; dots where there are none."""
    if not isinstance(names, list):
        return "…"
    return ", ".join(n for n in names if isinstance(n, str) and _PLAIN.fullmatch(n)) or "…"
