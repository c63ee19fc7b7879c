"""guards against INSERT OR REPLACE"""

from __future__ import annotations

from alembic import op

from quizengine.storage.guards import replace_guard_statements

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

_TABLES = ('ledger_entries', 'revisions', 'papers')


def upgrade() -> None:
    for statement in replace_guard_statements(op.get_bind().dialect.name, _TABLES):
        op.execute(statement)


def downgrade() -> None:
    for statement in replace_guard_statements(op.get_bind().dialect.name, _TABLES):
        op.execute(f"DROP TRIGGER {statement.split()[2]}")
