"""Load and check the rule files of annual appraisals."""

from __future__ import annotations

from pathlib import Path

from quizengine.bank.loaded import LoadedBank, Source
from quizengine.bank.validate import validated
from quizengine.bank.yamlfile import YamlFile, read_file
from quizengine.domain.appraisal.check import check_appraisal
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.domain.ledgerkinds import KINDS
from quizengine.domain.problems import Problem
from quizengine.domain.text import N_, Text


def load_appraisal(bank: LoadedBank, file: YamlFile) -> None:
    """Add the rules in `file` to `bank`; of one year there is one file."""
    rules = _read(file)
    if rules is not None:
        first = bank.appraisal_sources.get(rules.year)
        if first is None:
            bank.appraisals[rules.year] = rules
            bank.appraisal_sources[rules.year] = Source(file.name, 1, 1)
        else:
            message = Text(
                N_("There are rules for %(year)s already, in %(file)s."),
                {"year": rules.year, "file": first.file},
            )
            file.report("duplicate-id", file.place(("year",)), message)
    bank.problems.extend(file.problems)


def read_appraisal(path: Path) -> tuple[AppraisalRules | None, list[Problem]]:
    """The rules in a file outside of a bank, and the problems in it."""
    file = read_file(path, path.name)
    return _read(file), file.problems


def _read(file: YamlFile) -> AppraisalRules | None:
    """The rules, if they are well-formed; what is wrong with them is reported."""
    if file.value is None:
        if not file.problems:
            file.report("missing-field", (1, 1), Text(N_("The file is empty.")))
        return None
    rules = validated(file, AppraisalRules, file.value, ())
    if rules is not None:
        for finding in check_appraisal(rules, KINDS):
            file.report(finding.code, file.place(finding.path), finding.text, finding.severity)
    return rules
