"""training"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import quizengine.storage.types


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('training_teachers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('employer', sa.String(length=200), nullable=False),
    sa.Column('topics', sa.Text(), nullable=False),
    sa.Column('fee', sa.String(length=60), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_training_teachers_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_teachers'))
    )
    with op.batch_alter_table('training_teachers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_teachers_unit_id'), ['unit_id'], unique=False)

    op.create_table('training_classes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('aims', sa.Text(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=True),
    sa.Column('late_after', sa.Integer(), nullable=False),
    sa.Column('absent_after', sa.Integer(), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('least_answers', sa.Integer(), nullable=False),
    sa.Column('feedback_days', sa.Integer(), nullable=False),
    sa.Column('rated', sa.Text(), nullable=False),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_training_classes_by_id_persons')),
    sa.ForeignKeyConstraint(['exam_id'], ['exams.id'], name=op.f('fk_training_classes_exam_id_exams')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_training_classes_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_classes'))
    )
    with op.batch_alter_table('training_classes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_classes_unit_id'), ['unit_id'], unique=False)

    op.create_table('training_batches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('starts_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('secret', sa.String(length=64), nullable=False),
    sa.Column('closed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('feedback_closed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('entry_seq', sa.Integer(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['training_classes.id'], name=op.f('fk_training_batches_class_id_training_classes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_batches'))
    )
    with op.batch_alter_table('training_batches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_batches_class_id'), ['class_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_batches_starts_at'), ['starts_at'], unique=False)

    op.create_table('training_costs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('item', sa.String(length=100), nullable=False),
    sa.Column('planned', quizengine.storage.types.Points(length=16), nullable=False),
    sa.Column('actual', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['training_classes.id'], name=op.f('fk_training_costs_class_id_training_classes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_costs'))
    )
    with op.batch_alter_table('training_costs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_costs_class_id'), ['class_id'], unique=False)

    op.create_table('training_answers',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['training_batches.id'], name=op.f('fk_training_answers_batch_id_training_batches'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_answers'))
    )
    with op.batch_alter_table('training_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_answers_batch_id'), ['batch_id'], unique=False)

    op.create_table('training_audience',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('tier', sa.String(length=40), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['training_batches.id'], name=op.f('fk_training_audience_batch_id_training_batches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_training_audience_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_audience')),
    sa.UniqueConstraint('batch_id', 'tier', 'unit_id', name=op.f('uq_training_audience_batch_id'))
    )
    with op.batch_alter_table('training_audience', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_audience_batch_id'), ['batch_id'], unique=False)

    op.create_table('training_places',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(length=10), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=True),
    sa.Column('hours', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('excused', sa.Boolean(), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.Column('entry_seq', sa.Integer(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.CheckConstraint("origin IN ('audience', 'named', 'guest')", name=op.f('ck_training_places_origin')),
    sa.CheckConstraint("outcome IN ('attended', 'missed')", name=op.f('ck_training_places_outcome')),
    sa.ForeignKeyConstraint(['batch_id'], ['training_batches.id'], name=op.f('fk_training_places_batch_id_training_batches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_training_places_person_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_training_places_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_places')),
    sa.UniqueConstraint('batch_id', 'person_id', name=op.f('uq_training_places_batch_id'))
    )
    with op.batch_alter_table('training_places', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_places_person_id'), ['person_id'], unique=False)

    op.create_table('training_sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=200), nullable=False),
    sa.Column('teacher_id', sa.Integer(), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('starts_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('hours', quizengine.storage.types.Points(length=16), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['training_batches.id'], name=op.f('fk_training_sessions_batch_id_training_batches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['teacher_id'], ['training_teachers.id'], name=op.f('fk_training_sessions_teacher_id_training_teachers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_sessions'))
    )
    with op.batch_alter_table('training_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_sessions_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_sessions_teacher_id'), ['teacher_id'], unique=False)

    op.create_table('training_marks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('how', sa.String(length=10), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("how IN ('scan', 'list', 'hand', 'rule')", name=op.f('ck_training_marks_how')),
    sa.CheckConstraint("state IN ('present', 'late', 'absent', 'excused')", name=op.f('ck_training_marks_state')),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_training_marks_by_id_persons')),
    sa.ForeignKeyConstraint(['place_id'], ['training_places.id'], name=op.f('fk_training_marks_place_id_training_places'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['training_sessions.id'], name=op.f('fk_training_marks_session_id_training_sessions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_marks')),
    sa.UniqueConstraint('place_id', 'session_id', name=op.f('uq_training_marks_place_id'))
    )
    with op.batch_alter_table('training_marks', schema=None) as batch_op:
        batch_op.create_index('ix_training_marks_session', ['session_id', 'state'], unique=False)
