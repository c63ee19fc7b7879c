"""How fast a large bank is loaded with its full lint, loaded again, and searched for twins.

The bank is that of the product, copied as often as the size asks for: each copy has ids of its own
and other characters in its texts, so that no two copies are alike. Times are of one process, by
its own processor time. The baseline is libyaml composing the same files, without any lint.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from benchmarks.machine import describe
from benchmarks.output import tell
from quizengine.bank.exchange.bankyaml import Entry, file_text
from quizengine.bank.folder import bank_files
from quizengine.bank.loader import load_bank, load_bank_with
from quizengine.domain.lawmap import law_map
from quizengine.domain.questions import Question, question_to_data
from quizengine.domain.twins import twins

# Larger ones take minutes: `python -m benchmarks.bank --sizes 12500 25000 100000`.
SIZES = (1_250, 6_250)
BANK = Path(__file__).parents[1] / "question_bank"
_TODAY = date(2026, 11, 1)
_FIRST, _COUNT = 0x4E00, 0x5000
_LIKENESS = 0.6
_PLANTED = 100


def shifted(value: Any, by: int) -> Any:
    """`value` with other Chinese characters in its texts."""
    if isinstance(value, str):
        return "".join(
            chr(_FIRST + (ord(c) - _FIRST + by) % _COUNT) if _FIRST <= ord(c) < 0x9E00 else c
            for c in value
        )
    if isinstance(value, dict):
        return {key: shifted(inner, by) for key, inner in value.items()}
    return [shifted(inner, by) for inner in value] if isinstance(value, list) else value


def make(folder: Path, questions: list[Question], size: int) -> None:
    """A bank of `size` questions in files of as many as the product's bank has."""
    shutil.copytree(BANK / "_registry", folder / "_registry")
    data = [question_to_data(question) for question in questions]
    for number, start in enumerate(range(0, size, len(data))):
        entries = []
        for each in data[: size - start]:
            copy: dict[str, Any] = shifted({**each, "en": {}}, 37 * number)
            del copy["en"]
            entries.append(Entry({**copy, "id": f"copy-{number}-{each['id']}"}))
        (folder / f"{number:03}.yaml").write_text(file_text(entries), encoding="utf-8")


def used(what: Callable[[], object]) -> float:
    """Seconds of this process's own time."""
    begun = time.process_time()
    what()
    return time.process_time() - begun


def compose(folder: Path) -> None:
    """The baseline: the nodes of each file, by libyaml."""
    for name in bank_files(folder):
        yaml.compose((folder / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def measure(questions: list[Question], size: int) -> dict[str, Any]:
    """One row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "bank"
        make(folder, questions, size)
        composed = used(lambda: compose(folder))
        banks = []
        cold = used(lambda: banks.append(load_bank(folder, _TODAY)))
        bank = banks[0]
        if len(bank.questions) != size:
            raise RuntimeError(f"{len(bank.questions)} of {size} questions were loaded")
        load_bank_with(folder, _TODAY, {})
        file = folder / "000.yaml"
        text = file.read_text(encoding="utf-8")
        again = used(lambda: load_bank_with(folder, _TODAY, {file.name: f"# changed\n{text}"}))
    stems = {question.id: question.stem for question in bank.questions.values()}
    planted = {f"twin-{n}": f"{stem}？" for n, stem in enumerate(list(stems.values())[:_PLANTED])}
    found = []
    sought = used(lambda: found.append(twins({**stems, **planted}, _LIKENESS)))
    names = {each.other for each in found[0]} | {each.one for each in found[0]}
    if not planted.keys() <= names:
        raise RuntimeError("a planted twin was not found")
    mapped = used(lambda: law_map(bank.questions.values(), bank.registry, _TODAY))
    return {
        "questions": size,
        "compose_seconds": round(composed, 2),
        "cold_load_seconds": round(cold, 2),
        "reload_seconds": round(again, 2),
        "twins_seconds": round(sought, 2),
        "law_map_seconds": round(mapped, 2),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def run(sizes: tuple[int, ...]) -> dict[str, Any]:
    """All sizes, each in a new folder."""
    questions = list(load_bank(BANK, _TODAY).questions.values())
    rows = [measure(questions, size) for size in sizes]
    last = rows[-1]
    return {
        "bench": "bank",
        "machine": {**describe(), "day": date.today().isoformat()},
        "baseline": {
            "name": "libyaml composing the same files, without lint",
            "seconds": last["compose_seconds"],
        },
        "rows": rows,
        "ratios": {
            "compose_to_cold_load": round(last["compose_seconds"] / last["cold_load_seconds"], 3),
            "reload_to_cold_load": round(last["reload_seconds"] / last["cold_load_seconds"], 3),
        },
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    given = parser.parse_args()
    tell(run(tuple(given.sizes)), given.json)


if __name__ == "__main__":
    main()
