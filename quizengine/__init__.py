"""Confidentiality education: question banks, tiered exams, contests and an assessment ledger."""

__version__ = "0.1.0"
