"""appraisal"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import quizengine.storage.types
from quizengine.storage.guards import guard_statements, replace_guard_statements

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('bank_state', schema=None) as batch_op:
        batch_op.add_column(sa.Column('appraisals', sa.Text(), server_default='', nullable=False))
    # What is served was read without them: the next look at the folder reads them.
    op.execute("UPDATE bank_state SET seen_digest = ''")
    op.create_table('closed_appraisals',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('rules', sa.Text(), nullable=False),
    sa.Column('rules_sha256', sa.String(length=64), nullable=False),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('result_sha256', sa.String(length=64), nullable=False),
    sa.Column('names', sa.Text(), nullable=False),
    sa.Column('closed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_closed_appraisals'))
    )
    op.create_table('appraisal_watches',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_appraisal_watches'))
    )
    op.create_table('appraisal_cases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=64), nullable=True),
    sa.Column('about', sa.String(length=60), nullable=False),
    sa.Column('entry', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('opened_seq', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(length=20), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_seq', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_appraisal_cases_by_id_persons'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['persons.id'], name=op.f('fk_appraisal_cases_decided_by_id_persons'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_appraisal_cases_person_id_persons'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_cases')),
    sa.UniqueConstraint('year', 'entry', name=op.f('uq_appraisal_cases_year'))
    )
    with op.batch_alter_table('appraisal_cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appraisal_cases_year'), ['year'], unique=False)

    dialect = op.get_bind().dialect.name
    for statement in guard_statements(dialect, ('closed_appraisals',)):
        op.execute(statement)
    for statement in replace_guard_statements(dialect, ('closed_appraisals',)):
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table('appraisal_cases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_appraisal_cases_year'))

    op.drop_table('appraisal_cases')
    op.drop_table('appraisal_watches')
    op.drop_table('closed_appraisals')
    with op.batch_alter_table('bank_state', schema=None) as batch_op:
        batch_op.drop_column('appraisals')
