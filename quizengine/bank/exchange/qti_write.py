"""Questions as a QTI 2.2 package (QTI 2.2 "Integration Guide", Content Packaging 1.1.4).

One item a question. What an item has no place for stands in the manifest, as keywords of LOM 1.5
(`quizengine.bank.exchange.labels`); labels of a case's part have its id and a slash in front.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from quizengine.bank.exchange.cleaning import Losses, blanks_fit
from quizengine.bank.exchange.drafts import Loss, Written
from quizengine.bank.exchange.labels import LABELLED, labels_of, shape_labels
from quizengine.bank.exchange.qti_package import MANIFEST, lom_difficulty
from quizengine.bank.exchange.qti_write_items import ItemWriter, needs_keys
from quizengine.bank.exchange.xhtml import attribute, text
from quizengine.domain.asked import Asked
from quizengine.domain.questions import CaseQuestion, Question
from quizengine.domain.registry import Registry
from quizengine.domain.text import N_

# The same questions make the same file on any day.
_DAY = (1980, 1, 1, 0, 0, 0)
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="MANIFEST" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"\
 xmlns:lom="http://ltsc.ieee.org/xsd/LOM">
<metadata><schema>QTIv2.2 Package</schema><schemaversion>1.0.0</schemaversion></metadata>
<organizations/>
<resources>
"""


def write(questions: Sequence[Question], registry: Registry) -> Written:
    """The questions as a package; one that an item can't hold is among the losses."""
    losses: list[Loss] = []
    resources: list[str] = []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for question in questions:
            noted = Losses(question.id)
            item = _item(question, noted)
            if item:
                href = f"items/{question.id}.xml"
                _add(archive, href, item)
                resources.append(_resource(question, href))
            losses += noted.all()
        manifest = "".join((_HEAD, *resources, "</resources>\n</manifest>\n"))
        _add(archive, MANIFEST, manifest)
    return Written(buffer.getvalue(), tuple(losses))


def _add(archive: zipfile.ZipFile, name: str, content: str) -> None:
    info = zipfile.ZipInfo(name, _DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content.encode())


def _item(question: Question, losses: Losses) -> str:
    asked = question.parts if isinstance(question, CaseQuestion) else [question]
    if not all(blanks_fit(each) for each in asked):
        losses.note("question", N_("It has not one answer for each blank: left out."))
        return ""
    losses.fields(question, LABELLED)
    return ItemWriter(losses).item(question)


def _resource(question: Question, href: str) -> str:
    keywords = "".join(
        f"<lom:keyword><lom:string>{text(label)}</lom:string></lom:keyword>\n"
        for label in _labels(question)
    )
    word = lom_difficulty(question.difficulty)
    difficulty = f"<lom:difficulty><lom:source>LOMv1.0</lom:source><lom:value>{word}</lom:value>"
    return (
        f"<resource identifier={attribute('RES-' + question.id)} type='imsqti_item_xmlv2p2'"
        f" href={attribute(href)}>\n<metadata><lom:lom>\n<lom:general>{keywords}</lom:general>\n"
        f"<lom:educational>{difficulty}</lom:difficulty></lom:educational>\n"
        f"</lom:lom></metadata>\n<file href={attribute(href)}/>\n</resource>\n"
    )


def _labels(question: Question) -> list[str]:
    labels = [f"type:{question.type}", *labels_of(question)]
    if not isinstance(question, CaseQuestion):
        return labels + _shape(question)
    for part in question.parts:
        own = [f"type:{part.type}", f"points:{part.points}", *_shape(part)]
        labels += [f"{part.id}/{label}" for label in own]
    return labels


def _shape(asked: Asked) -> list[str]:
    return shape_labels(asked, keys=needs_keys(asked))
