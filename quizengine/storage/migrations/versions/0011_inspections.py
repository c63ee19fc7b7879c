"""inspections"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import quizengine.storage.types


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('inspection_rounds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('units', sa.Text(), nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('drawn_by_id', sa.Integer(), nullable=False),
    sa.Column('drawn_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['drawn_by_id'], ['persons.id'], name=op.f('fk_inspection_rounds_drawn_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_inspection_rounds_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_rounds'))
    )
    with op.batch_alter_table('inspection_rounds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inspection_rounds_unit_id'), ['unit_id'], unique=False)

    op.create_table('selfchecks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('checklist', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('submitted_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reviewed_by_id', sa.Integer(), nullable=True),
    sa.Column('reviewed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('verdict', sa.String(length=10), nullable=True),
    sa.Column('remark', sa.String(length=1000), nullable=False),
    sa.Column('own_score', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('score', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('max_score', quizengine.storage.types.Points(length=16), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'reviewed')", name=op.f('ck_selfchecks_state')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['persons.id'], name=op.f('fk_selfchecks_reviewed_by_id_persons')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['persons.id'], name=op.f('fk_selfchecks_submitted_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_selfchecks_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_selfchecks')),
    sa.UniqueConstraint('unit_id', 'year', name=op.f('uq_selfchecks_unit_id'))
    )
    op.create_table('exam_persons',
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['exam_id'], ['exams.id'], name=op.f('fk_exam_persons_exam_id_exams'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_exam_persons_person_id_persons')),
    sa.PrimaryKeyConstraint('exam_id', 'person_id', name=op.f('pk_exam_persons'))
    )
    with op.batch_alter_table('exam_persons', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exam_persons_person_id'), ['person_id'], unique=False)

    op.create_table('inspections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=True),
    sa.Column('by_unit_id', sa.Integer(), nullable=True),
    sa.Column('round_id', sa.Integer(), nullable=True),
    sa.Column('report', sa.Text(), nullable=False),
    sa.Column('score', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('max_score', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('entry_seq', sa.Integer(), nullable=True),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('planned', 'mutual', 'surprise')", name=op.f('ck_inspections_kind')),
    sa.CheckConstraint("state IN ('planned', 'held', 'cancelled')", name=op.f('ck_inspections_state')),
    sa.ForeignKeyConstraint(['by_unit_id'], ['units.id'], name=op.f('fk_inspections_by_unit_id_units')),
    sa.ForeignKeyConstraint(['created_by_id'], ['persons.id'], name=op.f('fk_inspections_created_by_id_persons')),
    sa.ForeignKeyConstraint(['round_id'], ['inspection_rounds.id'], name=op.f('fk_inspections_round_id_inspection_rounds')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_inspections_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspections'))
    )
    with op.batch_alter_table('inspections', schema=None) as batch_op:
        batch_op.create_index('ix_inspections_planned', ['planned_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_inspections_round_id'), ['round_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_inspections_unit_id'), ['unit_id'], unique=False)

    op.create_table('selfcheck_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('selfcheck_id', sa.Integer(), nullable=False),
    sa.Column('item', sa.String(length=40), nullable=False),
    sa.Column('choice', sa.String(length=10), nullable=False),
    sa.Column('points', quizengine.storage.types.Points(length=16), nullable=False),
    sa.Column('remark', sa.String(length=500), nullable=False),
    sa.Column('reviewed_points', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.CheckConstraint("choice IN ('yes', 'partly', 'no')", name=op.f('ck_selfcheck_answers_choice')),
    sa.ForeignKeyConstraint(['selfcheck_id'], ['selfchecks.id'], name=op.f('fk_selfcheck_answers_selfcheck_id_selfchecks'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_selfcheck_answers')),
    sa.UniqueConstraint('selfcheck_id', 'item', name=op.f('uq_selfcheck_answers_selfcheck_id'))
    )
    op.create_table('findings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inspection_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=1000), nullable=False),
    sa.Column('severity', sa.String(length=10), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('first_due_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=False),
    sa.Column('opened_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('on_time', sa.Boolean(), nullable=True),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.CheckConstraint("severity IN ('slight', 'general', 'serious')", name=op.f('ck_findings_severity')),
    sa.CheckConstraint("state IN ('open', 'answered', 'closed')", name=op.f('ck_findings_state')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['persons.id'], name=op.f('fk_findings_closed_by_id_persons')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspections.id'], name=op.f('fk_findings_inspection_id_inspections')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['persons.id'], name=op.f('fk_findings_opened_by_id_persons')),
    sa.ForeignKeyConstraint(['owner_id'], ['persons.id'], name=op.f('fk_findings_owner_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_findings_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_findings'))
    )
    with op.batch_alter_table('findings', schema=None) as batch_op:
        batch_op.create_index('ix_findings_due', ['state', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_findings_inspection_id'), ['inspection_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_findings_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_findings_unit_id'), ['unit_id'], unique=False)

    op.create_table('inspection_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inspection_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('points', quizengine.storage.types.Points(length=16), nullable=False),
    sa.Column('got', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('remark', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspections.id'], name=op.f('fk_inspection_items_inspection_id_inspections'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_items'))
    )
    with op.batch_alter_table('inspection_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inspection_items_inspection_id'), ['inspection_id'], unique=False)

    op.create_table('inspectors',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inspection_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspections.id'], name=op.f('fk_inspectors_inspection_id_inspections'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_inspectors_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspectors')),
    sa.UniqueConstraint('inspection_id', 'person_id', name=op.f('uq_inspectors_inspection_id'))
    )
    with op.batch_alter_table('inspectors', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inspectors_person_id'), ['person_id'], unique=False)

    op.create_table('spot_checks',
    sa.Column('inspection_id', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('commitment', sa.String(length=64), nullable=False),
    sa.Column('list_digest', sa.String(length=64), nullable=False),
    sa.Column('people', sa.Text(), nullable=False),
    sa.Column('public_source', sa.String(length=200), nullable=False),
    sa.Column('public_value', sa.String(length=200), nullable=False),
    sa.Column('fixed_by_id', sa.Integer(), nullable=False),
    sa.Column('fixed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('drawn_by_id', sa.Integer(), nullable=True),
    sa.Column('drawn_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('exam_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['drawn_by_id'], ['persons.id'], name=op.f('fk_spot_checks_drawn_by_id_persons')),
    sa.ForeignKeyConstraint(['exam_id'], ['exams.id'], name=op.f('fk_spot_checks_exam_id_exams')),
    sa.ForeignKeyConstraint(['fixed_by_id'], ['persons.id'], name=op.f('fk_spot_checks_fixed_by_id_persons')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspections.id'], name=op.f('fk_spot_checks_inspection_id_inspections')),
    sa.PrimaryKeyConstraint('inspection_id', name=op.f('pk_spot_checks'))
    )
    op.create_table('finding_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('finding_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('enough', sa.Boolean(), nullable=True),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('judged_by_id', sa.Integer(), nullable=True),
    sa.Column('judged_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_finding_answers_by_id_persons')),
    sa.ForeignKeyConstraint(['finding_id'], ['findings.id'], name=op.f('fk_finding_answers_finding_id_findings')),
    sa.ForeignKeyConstraint(['judged_by_id'], ['persons.id'], name=op.f('fk_finding_answers_judged_by_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding_answers'))
    )
    with op.batch_alter_table('finding_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_answers_finding_id'), ['finding_id'], unique=False)

    op.create_table('spot_persons',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inspection_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('score', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('max_score', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('passed', sa.Boolean(), nullable=True),
    sa.Column('excuse', sa.String(length=200), nullable=False),
    sa.Column('entry_seq', sa.Integer(), nullable=True),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['inspection_id'], ['spot_checks.inspection_id'], name=op.f('fk_spot_persons_inspection_id_spot_checks')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_spot_persons_person_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_spot_persons_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_persons')),
    sa.UniqueConstraint('inspection_id', 'person_id', name=op.f('uq_spot_persons_inspection_id'))
    )
    with op.batch_alter_table('spot_persons', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_spot_persons_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('bank_state', schema=None) as batch_op:
        batch_op.add_column(sa.Column('checklists', sa.Text(), server_default='', nullable=False))
