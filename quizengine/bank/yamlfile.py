"""A YAML file with the place of each value: parsed by libyaml, duplicate keys refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from quizengine.domain.problems import Path, Problem, Severity
from quizengine.domain.text import N_, Text

# An alias bomb must not fill the memory: a bank file of 5,000 questions has some 200,000 values.
_MOST_VALUES = 2_000_000
_DEEPEST = 40
_STR = "tag:yaml.org,2002:str"
_SCALARS = {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")
}

# libyaml's parser composes; only small scalars are constructed here.
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Place = tuple[int, int]


class _TooLarge(Exception):
    pass


@dataclass
class YamlFile:
    """The value of a file, where each part of it stands, and what is wrong with it as YAML."""

    name: str
    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """Line and column, from 1, of the value at `path` or of the nearest value around it."""
        here: Path = ()
        for element in path:
            if element == "[key]" and here in self.keys:
                return self.keys[here]
            if (*here, element) in self.places:
                here = (*here, element)
        return self.places.get(here, (1, 1))

    def report(self, code: str, at: Place, text: Text, severity: Severity = "error") -> None:
        """Note a problem at a place of this file."""
        self.problems.append(Problem(self.name, at[0], at[1], code, severity, text))


def read_yaml(name: str, text: str) -> YamlFile:
    """Parse `text`; never raises, faults are in `.problems` (then `.value` may be None)."""
    result = YamlFile(name)
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is not None:
                result.value = _Reader(result, loader).read(node, ())
        finally:
            loader.dispose()
    except _TooLarge:
        message = Text(
            N_("The file is nested too deeply, or too large once its aliases are resolved.")
        )
        result.report("yaml-syntax", (1, 1), message)
        result.value = None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        result.report("yaml-syntax", at, _syntax(error.problem or error.context or str(error)))
    except (yaml.YAMLError, ValueError) as error:
        result.report("yaml-syntax", _reader_place(error, text), _syntax(str(error).split("\n")[0]))
    return result


def read_bytes(name: str, content: bytes) -> YamlFile:
    """Parse a file's content, UTF-8 with or without a byte order mark; never raises."""
    try:
        return read_yaml(name, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        file = YamlFile(name)
        message = Text(N_("The file is not readable as UTF-8: %(error)s."), {"error": error.reason})
        # Its own object is what stands behind a byte order mark.
        before = error.object[: error.start].decode("utf-8")
        place = (before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        file.report("yaml-syntax", place, message)
        return file


def unreadable(name: str, error: OSError) -> YamlFile:
    """What stands for a file that can't be read from disk."""
    file = YamlFile(name)
    message = Text(N_("The file can't be read: %(error)s."), {"error": error.strerror or ""})
    file.report("file-unreadable", (1, 1), message)
    return file


def read_file(path: FilePath, name: str) -> YamlFile:
    """The YAML file at `path`, called `name` in its problems; never raises."""
    try:
        return read_bytes(name, path.read_bytes())
    except OSError as error:
        return unreadable(name, error)


def _syntax(message: str) -> Text:
    return Text(N_("This is not valid YAML: %(message)s."), {"message": message})


def _reader_place(error: Exception, text: str) -> Place:
    position = getattr(error, "position", 0) or 0
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


class _Reader:
    """Turns nodes into values and notes their places."""

    def __init__(self, into: YamlFile, loader: Any) -> None:
        self._into = into
        self._loader = loader
        self._left = _MOST_VALUES

    def read(self, node: yaml.Node, path: Path) -> Any:
        self._left -= 1
        if self._left < 0 or len(path) > _DEEPEST:
            raise _TooLarge
        mark = node.start_mark
        self._into.places[path] = (mark.line + 1, mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            at = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                message = Text(N_("A key must be a plain word."))
                self._into.report("yaml-syntax", at, message)
                continue
            key = key_node.value if key_node.tag == _STR else self._scalar(key_node, path)
            if key in result:
                first = self._into.keys[(*path, key)]
                message = Text(
                    N_("The key %(key)s appears twice, first in line %(line)s."),
                    {"key": str(key), "line": first[0]},
                )
                self._into.report("duplicate-key", at, message)
                continue
            self._into.keys[(*path, key)] = at
            result[key] = self.read(value_node, (*path, key))
        return result

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        if node.tag == _STR:
            return node.value
        at = (node.start_mark.line + 1, node.start_mark.column + 1)
        if node.tag not in _SCALARS:
            message = Text(N_("The tag %(tag)s is not allowed."), {"tag": node.tag})
            self._into.report("yaml-syntax", at, message)
            return None
        try:
            return self._loader.construct_object(node)
        except (ValueError, OverflowError) as error:
            self._into.report("yaml-syntax", at, _syntax(str(error)))
            return None
