"""plans"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import quizengine.storage.types


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('bank_state', schema=None) as batch_op:
        batch_op.add_column(sa.Column('duties', sa.Text(), server_default='', nullable=False))
    # What is served was read without them: the next look at the folder reads them.
    op.execute("UPDATE bank_state SET seen_digest = ''")
    op.create_table('duty_closings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=20), nullable=False),
    sa.Column('met', sa.Integer(), nullable=False),
    sa.Column('short', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_closings')),
    sa.UniqueConstraint('rule', 'period', name=op.f('uq_duty_closings_rule'))
    )
    op.create_table('plan_clock',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_clock'))
    )
    op.create_table('annual_plans',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('submitted_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('returned', sa.String(length=500), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'approved')", name=op.f('ck_annual_plans_state')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['persons.id'], name=op.f('fk_annual_plans_submitted_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_annual_plans_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annual_plans')),
    sa.UniqueConstraint('unit_id', 'year', name=op.f('uq_annual_plans_unit_id'))
    )
    op.create_index('ix_annual_plans_year', 'annual_plans', ['year', 'unit_id'], unique=False)
    op.create_table('plan_marks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=4), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("what IN ('done', 'late')", name=op.f('ck_plan_marks_what')),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_plan_marks_by_id_persons')),
    sa.ForeignKeyConstraint(['plan_id'], ['annual_plans.id'], name=op.f('fk_plan_marks_plan_id_annual_plans')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_marks')),
    sa.UniqueConstraint('plan_id', 'number', 'what', name=op.f('uq_plan_marks_plan_id'))
    )
    op.create_table('plan_tasks',
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('goal', sa.Text(), nullable=False),
    sa.Column('gauge', sa.String(length=40), nullable=False),
    sa.Column('target', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('responsible_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('dropped', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['annual_plans.id'], name=op.f('fk_plan_tasks_plan_id_annual_plans'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['responsible_id'], ['persons.id'], name=op.f('fk_plan_tasks_responsible_id_persons')),
    sa.PrimaryKeyConstraint('plan_id', 'number', name=op.f('pk_plan_tasks'))
    )
    op.create_index(op.f('ix_plan_tasks_responsible_id'), 'plan_tasks', ['responsible_id'], unique=False)
    op.create_table('plan_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_plan_versions_by_id_persons')),
    sa.ForeignKeyConstraint(['plan_id'], ['annual_plans.id'], name=op.f('fk_plan_versions_plan_id_annual_plans')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_versions')),
    sa.UniqueConstraint('plan_id', 'version', name=op.f('uq_plan_versions_plan_id'))
    )


def downgrade() -> None:
    op.drop_table('plan_versions')
    op.drop_index(op.f('ix_plan_tasks_responsible_id'), table_name='plan_tasks')
    op.drop_table('plan_tasks')
    op.drop_table('plan_marks')
    op.drop_index('ix_annual_plans_year', table_name='annual_plans')
    op.drop_table('annual_plans')
    op.drop_table('plan_clock')
    op.drop_table('duty_closings')
    with op.batch_alter_table('bank_state', schema=None) as batch_op:
        batch_op.drop_column('duties')
