"""`quizengine bank new`: a question to fill in, with a remark behind each field."""

from __future__ import annotations

import re

from quizengine.bank.templates import with_question
from quizengine.domain.questions import QUESTION_CLASSES

_FIELD = re.compile(r"^ {4}([a-z_]+):(?=\s|$)|^ {2}- ([a-z_]+):")
# What the template asks for by a question mark has a form of its own.
_FORMS = {'article: "?"': 'article: "1"', 'value: "?"': 'value: "0"'}


def commented_question(text: str, kind: str, question_id: str, law: str) -> tuple[str, int]:
    """The bank file `text` with a commented draft of type `kind` at its end; its line, from 1.

    It can be loaded as it is: a draft is never drawn, and its dots are warnings until then. The
    remarks are the descriptions of the fields in the JSON Schema.
    """
    made, line = with_question(text, kind, question_id, law)
    lines = made.rstrip("\n").split("\n")
    head, own = lines[: line - 1], lines[line - 1 :]
    indent = own[0][: len(own[0]) - len(own[0].lstrip())]
    draft = f"{indent}  state: draft"
    own = [_remarked(each, kind, indent) for each in (own[0], draft, *own[1:])]
    return "\n".join((*head, *own)) + "\n", line


def _remarked(line: str, kind: str, indent: str) -> str:
    for asked, given in _FORMS.items():
        line = line.replace(asked, given)
    found = _FIELD.match("  " + line.removeprefix(indent))
    field = QUESTION_CLASSES[kind].model_fields.get((found[1] or found[2]) if found else "")
    return f"{line}  # {field.description}" if field and field.description else line
