"""Write the parts of docs/ that follow from the code: run it after a change of what it reads.

Between `<!-- generated: NAME -->` and `<!-- end -->` a page holds what `BLOCKS[NAME]` makes; all
other text is written by hand and stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import click
from figures import figures
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from quizengine.bank.loader import BankFile, Defaults
from quizengine.bank.registries import CommitmentsFile, LawsFile, TiersFile, TopicsFile
from quizengine.cli import main as commands
from quizengine.domain.appraisal.rules import (
    Adjustment,
    AppraisalRules,
    Condition,
    Count,
    Grade,
    Least,
    Mean,
    Members,
    Number,
    OfTask,
    PeopleList,
    Persons,
    Scale,
    Share,
    Stage,
    Step,
    Steps,
    Sum,
    Task,
    Veto,
)
from quizengine.domain.appraisal.rules import Source as EntrySource
from quizengine.domain.blueprints import Blueprint, Credit, Quota, ReleasePolicy, Section, Shuffle
from quizengine.domain.contest.rules import (
    AudienceRound,
    BuzzerRound,
    CompulsoryRound,
    ContestRules,
    Early,
    EarlyPolicy,
    Fairness,
    Prize,
    Prompting,
    Steal,
    Teams,
    TieBreakRound,
    Times,
    WagerRound,
    WagerValue,
)
from quizengine.domain.duties.rules import DutyRule, Who
from quizengine.domain.questions import (
    Asked,
    Basis,
    CaseQuestion,
    Clearance,
    English,
    Fill,
    KeyPoint,
    Match,
    Multiple,
    Numeric,
    Order,
    Quantity,
    Short,
    Single,
    SinglePart,
    SingleQuestion,
    TrueFalse,
    Validity,
)
from quizengine.domain.registry import (
    Commitment,
    InForce,
    Law,
    Move,
    Place,
    Structure,
    Tier,
    Title,
    Topic,
)
from quizengine.domain.selfchecks import Checklist, Item, Part
from quizengine.settings import PREFIX, Settings

DOCS = Path(__file__).parents[1] / "docs"
PAGES = tuple(
    DOCS / name
    for name in (
        "yaml.md",
        "settings.md",
        "commands.md",
        "appraisal.md",
        "contests.md",
        "plans.md",
        "performance.md",
    )
)
_ROUNDS = (CompulsoryRound, BuzzerRound, WagerRound, TieBreakRound, AudienceRound)
_BLOCK = re.compile(r"(<!-- generated: ([a-z_ ]+) -->\n).*?(<!-- end -->)", re.DOTALL)

Schema = dict[str, Any]


def _only(cls: type[BaseModel], *without: type[BaseModel]) -> list[str]:
    """Names of the fields that are not those of the classes `without`, nor the type's name."""
    known = {name for other in without for name in other.model_fields}
    return [name for name in cls.model_fields if name not in known and name != "type"]


def _of_all_rounds() -> list[str]:
    """Names of the fields that mean the same in rounds of all kinds."""
    shared = set.intersection(*(set(cls.model_fields) for cls in _ROUNDS))
    own = {"kind", "questions"}
    return [name for name in CompulsoryRound.model_fields if name in shared - own]


def _round(cls: type[BaseModel]) -> str:
    """The fields that a kind of round has to itself."""
    shared = {"kind", *_of_all_rounds()}
    return _table(cls, [name for name in cls.model_fields if name not in shared])


def _table(cls: type[BaseModel], names: Iterable[str] | None = None) -> str:
    schema = cls.model_json_schema(by_alias=True)
    # A class that holds itself is a reference to its own definition.
    properties = schema.get("properties") or schema["$defs"][cls.__name__]["properties"]
    lines = ["| field | type | default | meaning |", "|---|---|---|---|"]
    for name in cls.model_fields if names is None else names:
        field = cls.model_fields[name]
        if field.description is None:
            raise ValueError(f"{cls.__name__}.{name} has no description")
        shown = field.alias or name
        kind = _kind(properties[shown])
        default = _default(field)
        lines.append(f"| `{shown}` | {kind} | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def _default(field: Any) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined or value is None or value == [] or isinstance(value, BaseModel):
        return "–"
    if isinstance(value, dict):
        return f"`{json.dumps(value, ensure_ascii=False)}`" if value else "–"
    return f"`{json.dumps(value, ensure_ascii=False, default=str)}`".replace('"', "")


def _kind(schema: Schema) -> str:
    """The type in words."""
    if "$ref" in schema:
        return f"*{_named(schema)}*"
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "oneOf" in schema:
        named = schema["oneOf"][0]["$ref"]
        return next((f"*{w.lower()}*" for w in ("Part", "Round") if named.endswith(w)), "*measure*")
    if "anyOf" in schema:
        return _either(schema["anyOf"])
    return _PLAIN[schema["type"]](schema)


def _either(choices: list[Schema]) -> str:
    real = [choice for choice in choices if choice.get("type") != "null"]
    if any(choice.get("type") == "number" for choice in real):
        # Exact decimals are text in JSON; in YAML either may be written.
        return _PLAIN["number"](next(c for c in real if c.get("type") == "number"))
    kinds = [_kind(choice) for choice in real]
    if all(kind.endswith(" question*") for kind in kinds):
        return "*question*"
    return " or ".join(dict.fromkeys(kinds))


def _named(schema: Schema) -> str:
    name = str(schema["$ref"].rpartition("/")[2])
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _text(schema: Schema) -> str:
    if schema.get("format") == "date":
        return "date"
    return f"text `{schema['pattern']}`".replace("|", "\\|") if "pattern" in schema else "text"


def _number(schema: Schema, name: str) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{name} {low:g}–{high:g}"
    if low is not None:
        return f"{name} ≥ {low:g}"
    above = schema.get("exclusiveMinimum")
    return f"{name} > {above:g}" if above is not None else name


def _mapping(schema: Schema) -> str:
    patterns = schema.get("patternProperties")
    inner = next(iter(patterns.values())) if patterns else schema.get("additionalProperties", True)
    return f"mapping key → {_kind(inner)}" if isinstance(inner, dict) else "mapping"


def _list(schema: Schema) -> str:
    inner = _kind(schema["items"])
    return f"list of ({inner})" if " or " in inner else f"list of {inner}"


_PLAIN: dict[str, Callable[[Schema], str]] = {
    "string": _text,
    "integer": lambda schema: _number(schema, "whole number"),
    "number": lambda schema: _number(schema, "number"),
    "boolean": lambda _schema: "`true`, `false`",
    "array": _list,
    "object": _mapping,
}


def _measures() -> str:
    """Each operation with what it is and its own fields."""
    kinds = (Count, Persons, Sum, Mean, Members, Number, Share, Scale, Steps, OfTask)
    lines = ["| `op` | value | fields |", "|---|---|---|"]
    for cls in kinds:
        own = [name for name in cls.model_fields if name not in ("op", "kind", "where")]
        shown = ["`kind`, `where`"] if issubclass(cls, EntrySource) else []
        shown += [f"`{name}`: {cls.model_fields[name].description}" for name in own]
        (op,) = get_args(cls.model_fields["op"].annotation)
        lines.append(f"| `{op}` | {cls.__doc__} | {' '.join(shown) or '–'} |")
    of = Least.model_fields["of"].description
    several = "The smallest of several, the largest, all added up."
    lines.append(f"| `least`, `most`, `total` | {several} | `of`: {of} |")
    return "\n".join(lines) + f"\n\nA step of `steps`:\n\n{_table(Step)}"


def _settings() -> str:
    lines = [
        "| in `config.py` | as environment variable | default | meaning |",
        "|---|---|---|---|",
    ]
    for setting in fields(Settings):
        name = setting.name.upper()
        default = "empty" if setting.default == "" else f"`{setting.default}`"
        inside = "–" if setting.name == "instance" else f"`{name}`"
        meaning = setting.metadata["doc"]
        lines.append(f"| {inside} | `{PREFIX}{name}` | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def _commands() -> str:
    return "\n".join(_command(commands, ["quizengine"]))


def _command(command: click.Command, path: list[str]) -> Iterator[str]:
    context = click.Context(command, info_name=" ".join(path))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _command(inner, [*path, name])
        return
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"## `{' '.join(path)}`\n"
    yield f"    {' '.join(path)} {usage}".rstrip() + "\n"
    yield _unwrapped(command.help or "") + "\n"
    records = [
        record
        for parameter in command.get_params(context)
        if isinstance(parameter, click.Option) and "--help" not in parameter.opts
        if (record := parameter.get_help_record(context)) is not None
    ]
    if records:
        yield "| option | meaning |\n|---|---|"
        for option, meaning in records:
            yield f"| `{option}` | {meaning} |".replace("[text|json]", "text or json")
        yield ""


def _unwrapped(text: str) -> str:
    """Paragraphs of a docstring, one line each."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


BLOCKS: dict[str, Callable[[], str]] = {
    "file": lambda: _table(BankFile),
    "defaults": lambda: _table(Defaults),
    "question": lambda: (
        _table(SingleQuestion, [*_only(SingleQuestion, Single), "stem"])
        + _table(Asked, ["explanation", "en"]).split("\n", 2)[2]
    ),
    "english": lambda: _table(English),
    "single": lambda: _table(Single, _only(Single, Asked)),
    "multiple": lambda: _table(Multiple, _only(Multiple, Asked)),
    "true_false": lambda: _table(TrueFalse, _only(TrueFalse, Asked)),
    "fill": lambda: _table(Fill, _only(Fill, Asked)),
    "numeric": lambda: _table(Numeric, _only(Numeric, Asked)),
    "quantity": lambda: _table(Quantity),
    "short": lambda: _table(Short, _only(Short, Asked)),
    "key point": lambda: _table(KeyPoint),
    "order": lambda: _table(Order, _only(Order, Asked)),
    "match": lambda: _table(Match, _only(Match, Asked)),
    "case": lambda: _table(CaseQuestion, ["parts"]),
    "part": lambda: _table(SinglePart, _only(SinglePart, Single)),
    "basis": lambda: _table(Basis),
    "validity": lambda: _table(Validity),
    "clearance": lambda: _table(Clearance),
    "blueprint": lambda: _table(Blueprint),
    "section": lambda: _table(Section),
    "quota": lambda: _table(Quota),
    "credit": lambda: _table(Credit),
    "shuffle": lambda: _table(Shuffle),
    "release": lambda: _table(ReleasePolicy),
    "title": lambda: _table(Title),
    "tiers file": lambda: _table(TiersFile),
    "tier": lambda: _table(Tier),
    "topics file": lambda: _table(TopicsFile),
    "topic": lambda: _table(Topic),
    "laws file": lambda: _table(LawsFile),
    "law": lambda: _table(Law),
    "in force": lambda: _table(InForce),
    "structure": lambda: _table(Structure),
    "move": lambda: _table(Move),
    "place": lambda: _table(Place),
    "commitments file": lambda: _table(CommitmentsFile),
    "commitment": lambda: _table(Commitment),
    "contest": lambda: _table(ContestRules),
    "teams": lambda: _table(Teams),
    "prize": lambda: _table(Prize),
    "fairness": lambda: _table(Fairness),
    "round": lambda: _table(CompulsoryRound, _of_all_rounds()),
    "times": lambda: _table(Times),
    "compulsory": lambda: _round(CompulsoryRound),
    "prompting": lambda: _table(Prompting),
    "buzzer": lambda: _round(BuzzerRound),
    "early policy": lambda: _table(EarlyPolicy),
    "early": lambda: _table(Early),
    "wager": lambda: _round(WagerRound),
    "wager value": lambda: _table(WagerValue),
    "steal": lambda: _table(Steal),
    "tie_break": lambda: _round(TieBreakRound),
    "audience": lambda: _round(AudienceRound),
    "appraisal": lambda: _table(AppraisalRules),
    "stage": lambda: _table(Stage),
    "task": lambda: _table(Task),
    "adjustment": lambda: _table(Adjustment),
    "veto": lambda: _table(Veto),
    "grade": lambda: _table(Grade),
    "people list": lambda: _table(PeopleList),
    "condition": lambda: _table(Condition),
    "entries counted": lambda: _table(EntrySource),
    "measures": _measures,
    "duty": lambda: _table(DutyRule),
    "duty who": lambda: _table(Who),
    "checklist": lambda: _table(Checklist),
    "checklist part": lambda: _table(Part),
    "checklist item": lambda: _table(Item),
    "settings": _settings,
    "commands": _commands,
    "figures of answers": lambda: figures("answers"),
    "figures of assembly": lambda: figures("assembly"),
    "figures of stampede": lambda: figures("stampede"),
    "figures of fanout": lambda: figures("fanout"),
}


def written(page: str) -> str:
    """The page with its generated parts as they should be."""
    return _BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]]()}\n{found[3]}", page)


def main() -> None:
    """Bring all pages up to date."""
    for path in PAGES:
        path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
