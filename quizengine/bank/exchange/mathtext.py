"""Formulas of MathML (presentation, MathML 3, chapter 3) and raised letters in one line."""

from __future__ import annotations

from quizengine.bank.exchange.xmlnode import Node

_UP = dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True))
_DOWN = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))
_SIGNS = {"sup": ("^", _UP), "sub": ("_", _DOWN)}
_SIMPLE = 1


def raised(text: str, kind: str) -> str:
    """`text` as a superscript (`kind` sup) or subscript (sub): 10², x_(max)."""
    text = " ".join(text.split())
    sign, letters = _SIGNS[kind]
    if text and all(letter in letters for letter in text):
        return "".join(letters[letter] for letter in text)
    return f"{sign}{_grouped(text)}" if text else ""


def _grouped(text: str) -> str:
    return text if len(text) <= _SIMPLE or text.isalnum() else f"({text})"


def math_text(node: Node) -> str:
    """A formula in one line, such as (a+b)/2 or √(x)."""
    tag = node.tag.lower()
    parts = [math_text(child) for child in node.children() if "annotation" not in child.tag]
    if tag == "mfrac" and len(parts) == 2:
        return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
    if tag == "msqrt":
        return f"√({''.join(parts)})"
    if tag == "mroot" and len(parts) == 2:
        return f"{raised(parts[1], 'sup')}√({parts[0]})"
    if tag in ("msup", "mover") and len(parts) == 2:
        return parts[0] + raised(parts[1], "sup")
    if tag in ("msub", "munder") and len(parts) == 2:
        return parts[0] + raised(parts[1], "sub")
    if tag in ("msubsup", "munderover") and len(parts) == 3:
        return parts[0] + raised(parts[1], "sub") + raised(parts[2], "sup")
    if tag == "mfenced":
        return f"{node.get('open', '(')}{','.join(parts)}{node.get('close', ')')}"
    return "".join(parts) if parts else "".join(node.text().split())
