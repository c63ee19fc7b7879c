"""The job itself as plain Python: no clock, no I/O, no web framework, no database."""
