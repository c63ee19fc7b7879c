"""Triggers that refuse to change what must never change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, text

# Papers may only go together with their exam (before anyone sat), hence no DELETE guard there.
GUARDED: dict[str, tuple[str, ...]] = {
    "ledger_entries": ("UPDATE", "DELETE"),
    "revisions": ("UPDATE", "DELETE"),
    "papers": ("UPDATE",),
    "contest_events": ("UPDATE", "DELETE"),
    "closed_appraisals": ("UPDATE", "DELETE"),
}

_FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
)


def guard_statements(dialect: str, tables: Iterable[str]) -> Iterator[str]:
    """The DDL that guards `tables` (keys of `GUARDED`) in `dialect` ('sqlite', 'postgresql')."""
    if dialect == "postgresql":
        yield _FUNCTION
    for table in tables:
        operations = GUARDED[table]
        for operation in operations:
            yield _trigger(dialect, table, operation)
        if dialect == "postgresql" and "DELETE" in operations:
            yield (
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


# What makes two rows the same to SQLite, whose INSERT OR REPLACE deletes the old row without
# firing the trigger that refuses a DELETE.
_SAME: dict[str, str] = {
    "ledger_entries": "seq = NEW.seq OR source = NEW.source",
    "revisions": (
        "id = NEW.id"
        " OR (question_id = NEW.question_id AND number = NEW.number AND digest = NEW.digest)"
    ),
    "papers": (
        "id = NEW.id"
        " OR (exam_id = NEW.exam_id AND person_id = NEW.person_id AND attempt = NEW.attempt)"
    ),
    "contest_events": ("contest_id = NEW.contest_id AND (seq = NEW.seq OR command = NEW.command)"),
    "closed_appraisals": "year = NEW.year",
}


def replace_guard_statements(dialect: str, tables: Iterable[str]) -> Iterator[str]:
    """The DDL that keeps SQLite from replacing a guarded row; others have no such statement."""
    if dialect == "sqlite":
        for table in tables:
            same = _SAME[table]
            yield (
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _trigger(dialect: str, table: str, operation: str) -> str:
    name = f"{table}_no_{operation.lower()}"
    if dialect == "postgresql":
        return (
            f"CREATE TRIGGER {name} BEFORE {operation} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    return (
        f"CREATE TRIGGER {name} BEFORE {operation} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def missing_guards(connection: Connection) -> list[str]:
    """Names of guards that are not in the database (any more), or no longer refuse anything."""
    if connection.dialect.name == "postgresql":
        # A disabled trigger guards as little as a dropped one, or as one with another function.
        query = (
            "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE NOT tgisinternal AND tgenabled <> 'D'"
            " AND strpos(prosrc, 'RAISE EXCEPTION') > 0"
        )
        present = set(connection.execute(text(query)).scalars())
        wanted = [f"{t}_no_{o.lower()}" for t, ops in GUARDED.items() for o in ops]
        return [name for name in wanted if name not in present]
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
    stored = set(connection.execute(text(query)).scalars())
    statements = [
        *guard_statements("sqlite", GUARDED),
        *replace_guard_statements("sqlite", _SAME),
    ]
    # The name is the third word: CREATE TRIGGER name …
    return [statement.split()[2] for statement in statements if statement not in stored]
