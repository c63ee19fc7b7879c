"""Load and check checklists of units' self-assessments."""

from __future__ import annotations

from quizengine.bank.loaded import LoadedBank, Source
from quizengine.bank.validate import validated
from quizengine.bank.yamlfile import YamlFile
from quizengine.domain.selfchecks import Checklist, check_checklist
from quizengine.domain.text import N_, Text


def load_checklist(bank: LoadedBank, file: YamlFile) -> None:
    """Add the checklist in `file` to `bank`; of one year there is one file."""
    checklist = _read(file)
    if checklist is not None:
        first = bank.checklist_sources.get(checklist.year)
        if first is None:
            bank.checklists[checklist.year] = checklist
            bank.checklist_sources[checklist.year] = Source(file.name, 1, 1)
        else:
            message = Text(
                N_("There is a checklist for %(year)s already, in %(file)s."),
                {"year": checklist.year, "file": first.file},
            )
            file.report("duplicate-id", file.place(("year",)), message)
    bank.problems.extend(file.problems)


def _read(file: YamlFile) -> Checklist | None:
    if file.value is None:
        if not file.problems:
            file.report("missing-field", (1, 1), Text(N_("The file is empty.")))
        return None
    checklist = validated(file, Checklist, file.value, ())
    if checklist is not None:
        for finding in check_checklist(checklist):
            file.report(finding.code, file.place(finding.path), finding.text, finding.severity)
    return checklist
