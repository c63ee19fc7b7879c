"""Names of laws as people write them, and citations as the texts of questions make them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizengine.bank.exchange.typed_words import CHINESE_NUMBER, chinese_number, plain
from quizengine.domain.asked import Basis
from quizengine.domain.registry import Law, Registry

_STATE = "中华人民共和国"
# Short names that everybody uses, by family in the registry.
_SHORT = {"bmf": ("保密法",), "bmf-reg": ("保密法实施条例", "实施条例")}
_N = rf"(?:\d{{1,3}}|{CHINESE_NUMBER})"
_PLACE = (
    rf"第\s*(?P<article>{_N})\s*条(?:之[一二三四五六七八九十])?"
    rf"(?:\s*第\s*(?P<paragraph>{_N})\s*款)?"
    rf"(?:\s*第\s*[(]?\s*(?P<item>{_N})\s*[)]?\s*项)?"
)
_FOLLOWING = re.compile(rf"\s*(?:[、,;]|和|及|以及|与)\s*{_PLACE}")
_PLACED = re.compile(_PLACE)
_MACHINE = re.compile(
    r"(?P<law>[a-z][a-z0-9-]*)\s+(?P<article>\d+)(?:\((?P<paragraph>\d+)\))?(?:\[(?P<item>\d+)\])?"
)
_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)\s*年?")
_NEW = re.compile(r"新修订|新版|新法|修订后|(?<![一-鿿])新$|新$|现行")
_OLD = re.compile(r"旧法|旧版|原法|修订前|(?:旧|原)$")
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Cited:
    """A place of a law as a text cites it; `version` names the version if the text does.

    `version` is a year, `new` or `old`, or "" if the text leaves it open.
    """

    family: str
    article: str
    paragraph: str | None
    item: str | None
    version: str
    text: str
    exact: str = ""


class LawNames:
    """The laws of a registry by the names that people give them."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._families = dict(sorted(_names(registry), key=lambda pair: -len(pair[0])))
        names = "|".join(map(re.escape, self._families)) or "(?!)"
        book = r"《\s*(?P<book>[^《》]{2,60})\s*》"
        before = "新修订的?|新版?|旧版?|原|修订前的?|修订后的?|现行"
        note = r"(?P<note>[(\[][^()\[\]]{0,24}[)\]])?"
        self._cited = re.compile(
            rf"(?P<before>{before})?\s*(?:{book}|(?P<name>{names}))\s*{note}"
            rf"\s*(?:的?规定)?\s*[,:的]?\s*(?=第\s*{_N}\s*条)"
        )

    def cited_in(self, text: str) -> Iterator[Cited]:
        """The citations of known laws in a text, in order."""
        flat = plain(text)
        for match in _MACHINE.finditer(flat):
            if match["law"] in self.registry.laws:
                law = self.registry.laws[match["law"]]
                yield _place(match, law.family, "", match.group(), law.id)
        for match in self._cited.finditer(flat):
            family = self._family(match["book"] or match["name"])
            if family:
                yield from _places(match, family, flat)

    def unknown_in(self, text: str) -> list[str]:
        """Titles in 《》 with an article behind them that are no law of the registry."""
        return [
            match["book"]
            for match in self._cited.finditer(plain(text))
            if match["book"] and not self._family(match["book"])
        ]

    def _family(self, name: str) -> str:
        bare = re.sub(r"[(\[].*?[)\]]|\s", "", name).removeprefix(_STATE)
        return self._families.get(bare, "")

    def versions(self, family: str) -> list[Law]:
        """The versions of a law, oldest first."""
        laws = [law for law in self.registry.laws.values() if law.family == family]
        return sorted(laws, key=lambda law: law.in_force.from_)


def _names(registry: Registry) -> Iterator[tuple[str, str]]:
    for law in registry.laws.values():
        yield law.title.zh.removeprefix(_STATE), law.family
        for short in _SHORT.get(law.family, ()):
            yield short, law.family


def _places(match: re.Match[str], family: str, flat: str) -> Iterator[Cited]:
    version = _version(match)
    place = _PLACED.match(flat, match.end())
    while place is not None:
        yield _place(place, family, version, flat[match.start() : place.end()])
        place = _FOLLOWING.match(flat, place.end())


def _place(match: re.Match[str], family: str, version: str, text: str, exact: str = "") -> Cited:
    article, paragraph, item = (
        str(chinese_number(match[name])) if match[name] else None
        for name in ("article", "paragraph", "item")
    )
    return Cited(family, article or "", paragraph, item, version, text, exact)


def _version(match: re.Match[str]) -> str:
    note = match["note"] or ""
    inside = re.search(r"[(\[].*?[)\]]", match["book"] or "")
    for words in (note, inside.group() if inside else ""):
        year = _YEAR.search(words)
        if year:
            return year["year"]
    words = (match["before"] or "").removesuffix("的") + note.strip("()[]")
    if _NEW.search(words):
        return "new"
    return "old" if _OLD.search(words) else ""


def chinese(number: int) -> str:
    """20 → 二十, as laws count their articles; up to 999."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = _DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def cite(basis: Basis, registry: Registry) -> str:
    """A basis in words that `LawNames` reads back: 《…法》（2024年修订）第二十条第二款."""
    law = registry.laws.get(basis.law)
    if law is None or not _YEAR.search(law.version.zh):
        text = f"{basis.law} {basis.article}"
        text += f"({basis.paragraph})" if basis.paragraph else ""
        return text + (f"[{basis.item}]" if basis.item else "")
    text = f"《{law.title.zh}》（{law.version.zh}）第{chinese(int(basis.article))}条"
    text += f"第{chinese(int(basis.paragraph))}款" if basis.paragraph else ""
    return text + (f"第（{chinese(int(basis.item))}）项" if basis.item else "")
