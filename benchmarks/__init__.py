"""Measured work: each module prints one JSON object with `python -m benchmarks.NAME --json`."""
