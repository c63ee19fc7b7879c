"""Names of kinds, severities, responsibilities and sanctions of incidents."""

from __future__ import annotations

from quizengine.domain.text import N_

KIND_NAMES = {"leak": N_("Leak"), "violation": N_("Violation")}
SEVERITY_NAMES = {
    "slight": N_("Slight"),
    "general": N_("Ordinary"),
    "serious": N_("Serious"),
    "grave": N_("Particularly serious"),
}
LIABILITY_NAMES = {
    "main": N_("Main responsibility"),
    "leader": N_("Leadership responsibility"),
    "direct": N_("Direct responsibility"),
}
SANCTION_NAMES = {
    "none": N_("None so far"),
    "talk": N_("Admonishing talk"),
    "criticism": N_("Circulated criticism"),
    "warning": N_("Warning"),
    "demerit": N_("Demerit"),
    "major-demerit": N_("Serious demerit"),
    "demotion": N_("Demotion"),
    "removal": N_("Removal from office"),
    "dismissal": N_("Dismissal"),
    "transfer": N_("Moved from the classified post"),
    "referred": N_("Handed over to the authorities"),
}
