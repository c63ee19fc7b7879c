"""Load and check the files of frequency duties."""

from __future__ import annotations

from quizengine.bank.loaded import LoadedBank, Source
from quizengine.bank.validate import validated
from quizengine.bank.yamlfile import YamlFile
from quizengine.domain.duties.check import check_duty
from quizengine.domain.duties.rules import DutyRule
from quizengine.domain.ledgerkinds import KINDS
from quizengine.domain.text import N_, Text


def load_duty(bank: LoadedBank, file: YamlFile) -> None:
    """Add the duty in `file` to `bank`, if it is well-formed; what is wrong is reported."""
    rule = _read(bank, file)
    if rule is not None:
        first = bank.duty_sources.get(rule.id)
        if first is None:
            bank.duties[rule.id] = rule
            bank.duty_sources[rule.id] = Source(file.name, 1, 1)
        else:
            message = Text(
                N_("There is a duty %(id)s already, in %(file)s."),
                {"id": rule.id, "file": first.file},
            )
            file.report("duplicate-id", file.place(("id",)), message)
    bank.problems.extend(file.problems)


def _read(bank: LoadedBank, file: YamlFile) -> DutyRule | None:
    if file.value is None:
        if not file.problems:
            file.report("missing-field", (1, 1), Text(N_("The file is empty.")))
        return None
    rule = validated(file, DutyRule, file.value, ())
    if rule is not None:
        for finding in check_duty(rule, KINDS, bank.registry.tiers):
            file.report(finding.code, file.place(finding.path), finding.text, finding.severity)
    return rule
