"""Triggers that refuse to change what must never change."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

# Papers may only go together with their exam (before anyone sat), hence no DELETE guard there.
GUARDED: dict[str, tuple[str, ...]] = {
    "ledger_entries": ("UPDATE", "DELETE"),
    "revisions": ("UPDATE", "DELETE"),
    "papers": ("UPDATE",),
}


def guard_statements(dialect: str) -> Iterator[str]:
    """The DDL for `dialect` ('sqlite' or 'postgresql')."""
    if dialect == "postgresql":
        yield (
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table, operations in GUARDED.items():
        for operation in operations:
            yield _trigger(dialect, table, operation)
        if dialect == "postgresql" and "DELETE" in operations:
            yield (
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
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
    """Names of guards that are not in the database (any more)."""
    if connection.dialect.name == "postgresql":
        # A disabled trigger guards as little as a dropped one.
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    present = set(connection.execute(text(query)).scalars())
    wanted = [f"{t}_no_{o.lower()}" for t, ops in GUARDED.items() for o in ops]
    return [name for name in wanted if name not in present]
