"""What is right in a QTI item: response declarations and response processing.

QTI 2.2 information model, "responseDeclaration" (correctResponse, mapping) and "Expressions"
(match, equal, stringMatch).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from quizengine.bank.exchange.found import number
from quizengine.bank.exchange.xmlnode import Node


@dataclass
class Response:
    """A response variable: its cardinality and base type, and what is right.

    `mapped` are the values with their points; `told` is False if only the response processing
    says what is right. `tolerance` is absolute, as a text.
    """

    cardinality: str = "single"
    base: str = "identifier"
    correct: list[str] = field(default_factory=list)
    mapped: dict[str, float] = field(default_factory=dict)
    tolerance: str = "0"
    told: bool = True

    def right(self, *, several: bool) -> list[str]:
        """The right values: those declared, else those with the most points (several: any)."""
        if self.correct:
            return self.correct
        most = max(self.mapped.values(), default=0.0)
        if most <= 0:
            return []
        least = 0.0 if several else most - 1e-9
        return [value for value, points in self.mapped.items() if points > least]

    def accepted(self) -> list[str]:
        """The texts that earn all points of a text entry."""
        most = max(self.mapped.values(), default=0.0)
        full = [value for value, points in self.mapped.items() if points >= most > 0]
        return list(dict.fromkeys([*self.correct, *full]))

    def partial(self) -> list[str]:
        """The mapped values that earn a part of the points, as texts with their points."""
        most = max(self.mapped.values(), default=0.0)
        return [f"{value} {n:g}/{most:g}" for value, n in self.mapped.items() if 0 < n < most]


def responses_of(item: Node) -> dict[str, Response]:
    """The response variables of an item by their identifiers."""
    found = {
        node.get("identifier"): _declared(node) for node in item.children("responseDeclaration")
    }
    for processing in item.children("responseProcessing"):
        for node in processing.inside("match", "equal", "equalRounded", "stringMatch", "member"):
            _processed(node, found)
    return found


def _declared(node: Node) -> Response:
    correct = node.child("correctResponse")
    mapping = node.child("mapping")
    mapped = {}
    for entry in mapping.children("mapEntry") if mapping else ():
        mapped[entry.get("mapKey").strip()] = _points(entry.get("mappedValue"))
    values = correct.children("value") if correct else []
    return Response(
        node.get("cardinality", "single"),
        node.get("baseType", "identifier"),
        [value.text().strip() for value in values],
        mapped,
    )


def _points(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _processed(node: Node, found: dict[str, Response]) -> None:
    """What a comparison of the response processing says of a response variable."""
    names = [each.get("identifier") for each in node.children("variable")]
    response = next((found[name] for name in names if name in found), None)
    if response is None:
        return
    values = [each.text().strip() for each in node.inside("baseValue")]
    if values and not response.correct and not response.mapped:
        response.told = False
        response.correct = values
    elif values and not response.told:
        response.correct += [value for value in values if value not in response.correct]
    if node.tag == "equal" and node.get("toleranceMode") == "absolute":
        # Below and above; a bank knows one distance for both.
        sides = [number(side) or "0" for side in node.get("tolerance").split()]
        response.tolerance = max(sides, key=float, default="0")
