"""initial schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import quizengine.storage.types
from quizengine.storage.guards import guard_statements


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

_TABLES = ('ledger_entries', 'revisions', 'papers')


def upgrade() -> None:
    op.create_table('bank_state',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('served_digest', sa.String(length=64), nullable=False),
    sa.Column('served_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('seen_digest', sa.String(length=64), nullable=False),
    sa.Column('seen_on', sa.String(length=10), nullable=False),
    sa.Column('problems', sa.Text(), nullable=False),
    sa.Column('registries', sa.Text(), nullable=False),
    sa.Column('blueprints', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_state'))
    )
    op.create_table('ledger_checkpoints',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_checkpoints'))
    )
    op.create_table('ledger_entries',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=True),
    sa.Column('unit', sa.String(length=64), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('leaf_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('chain_hash', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_ledger_entries')),
    sa.UniqueConstraint('source', name=op.f('uq_ledger_entries_source'))
    )
    with op.batch_alter_table('ledger_entries', schema=None) as batch_op:
        batch_op.create_index('ix_ledger_entries_kind', ['kind', 'seq'], unique=False)
        batch_op.create_index('ix_ledger_entries_subject', ['subject', 'seq'], unique=False)
        batch_op.create_index('ix_ledger_entries_unit', ['unit', 'seq'], unique=False)

    op.create_table('ledger_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('chain_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('frontier', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_head'))
    )
    op.create_table('revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('created_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revisions')),
    sa.UniqueConstraint('question_id', 'number', 'digest', name=op.f('uq_revisions_question_id'))
    )
    with op.batch_alter_table('revisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_revisions_question_id'), ['question_id'], unique=False)

    op.create_table('units',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('head_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('level BETWEEN 1 AND 3', name=op.f('ck_units_level')),
    sa.ForeignKeyConstraint(['head_id'], ['persons.id'], name=op.f('fk_units_head_id_persons'), ondelete='SET NULL', use_alter=True),
    sa.ForeignKeyConstraint(['parent_id'], ['units.id'], name=op.f('fk_units_parent_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_units')),
    sa.UniqueConstraint('code', name=op.f('uq_units_code'))
    )
    with op.batch_alter_table('units', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_units_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_units_path'), ['path'], unique=False)

    op.create_table('current_questions',
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('pool', sa.String(length=20), nullable=False),
    sa.Column('file', sa.String(length=300), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['revision_id'], ['revisions.id'], name=op.f('fk_current_questions_revision_id_revisions')),
    sa.PrimaryKeyConstraint('question_id', name=op.f('pk_current_questions'))
    )
    with op.batch_alter_table('current_questions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_current_questions_pool'), ['pool'], unique=False)

    op.create_table('persons',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('login', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('staff_no', sa.String(length=64), nullable=False),
    sa.Column('id_no', sa.String(length=32), nullable=False),
    sa.Column('phone', sa.String(length=32), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('created_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('code_hash', sa.String(length=200), nullable=True),
    sa.Column('code_expires_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('must_change', sa.Boolean(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('session_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_persons_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_persons')),
    sa.UniqueConstraint('login', name=op.f('uq_persons_login'))
    )
    with op.batch_alter_table('persons', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_persons_unit_id'), ['unit_id'], unique=False)

    op.create_table('api_tokens',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('session_version', sa.Integer(), nullable=False),
    sa.Column('created_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_api_tokens_person_id_persons'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_tokens')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_tokens_token_hash'))
    )
    op.create_table('exams',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title_zh', sa.String(length=200), nullable=False),
    sa.Column('title_en', sa.String(length=200), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('blueprint', sa.Text(), nullable=False),
    sa.Column('opens_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closes_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('duration_s', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('drawn_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('concluded_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('scores_released_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answers_released_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('closes_at > opens_at', name=op.f('ck_exams_window')),
    sa.ForeignKeyConstraint(['created_by_id'], ['persons.id'], name=op.f('fk_exams_created_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_exams_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exams'))
    )
    with op.batch_alter_table('exams', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exams_closes_at'), ['closes_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_exams_opens_at'), ['opens_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_exams_unit_id'), ['unit_id'], unique=False)

    op.create_table('ledger_subjects',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_ledger_subjects_person_id_persons'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_ledger_subjects')),
    sa.UniqueConstraint('person_id', name=op.f('uq_ledger_subjects_person_id'))
    )
    op.create_table('person_roles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("role IN ('organizer', 'grader', 'admin', 'auditor')", name=op.f('ck_person_roles_role')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_person_roles_person_id_persons'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_person_roles_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_roles')),
    sa.UniqueConstraint('person_id', 'role', 'unit_id', name=op.f('uq_person_roles_person_id'))
    )
    op.create_table('person_tiers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('tier', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('departs_on', sa.Date(), nullable=True),
    sa.Column('returns_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_person_tiers_person_id_persons'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_tiers')),
    sa.UniqueConstraint('person_id', 'tier', name=op.f('uq_person_tiers_person_id'))
    )
    with op.batch_alter_table('person_tiers', schema=None) as batch_op:
        batch_op.create_index('ix_person_tiers_tier', ['tier', 'person_id'], unique=False)

    op.create_table('repairs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(length=20), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('finished_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_repairs_by_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repairs'))
    )
    with op.batch_alter_table('repairs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_repairs_question_id'), ['question_id'], unique=False)

    op.create_table('exam_adjustments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('extra_s', sa.Integer(), nullable=False),
    sa.Column('opens_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closes_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('extra_attempts', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_exam_adjustments_by_id_persons')),
    sa.ForeignKeyConstraint(['exam_id'], ['exams.id'], name=op.f('fk_exam_adjustments_exam_id_exams'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_exam_adjustments_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exam_adjustments')),
    sa.UniqueConstraint('exam_id', 'person_id', name=op.f('uq_exam_adjustments_exam_id'))
    )
    op.create_table('exam_audience',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('tier', sa.String(length=40), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['exam_id'], ['exams.id'], name=op.f('fk_exam_audience_exam_id_exams'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_exam_audience_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exam_audience')),
    sa.UniqueConstraint('exam_id', 'tier', 'unit_id', name=op.f('uq_exam_audience_exam_id'))
    )
    with op.batch_alter_table('exam_audience', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_exam_audience_exam_id'), ['exam_id'], unique=False)

    op.create_table('papers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('items', sa.Text(), nullable=False),
    sa.Column('drawn_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['exam_id'], ['exams.id'], name=op.f('fk_papers_exam_id_exams'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_papers_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_papers')),
    sa.UniqueConstraint('exam_id', 'person_id', 'attempt', name=op.f('uq_papers_exam_id'))
    )
    with op.batch_alter_table('papers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_papers_person_id'), ['person_id'], unique=False)

    op.create_table('signed_commitments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('tier', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text_digest', sa.String(length=64), nullable=False),
    sa.Column('signed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['exam_id'], ['exams.id'], name=op.f('fk_signed_commitments_exam_id_exams')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_signed_commitments_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signed_commitments')),
    sa.UniqueConstraint('person_id', 'exam_id', name=op.f('uq_signed_commitments_person_id'))
    )
    with op.batch_alter_table('signed_commitments', schema=None) as batch_op:
        batch_op.create_index('ix_signed_commitments_exam', ['exam_id'], unique=False)

    op.create_table('sittings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('paper_id', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('started_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('deadline', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('closed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=8), nullable=True),
    sa.Column('graded_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('score', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('max_score', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('passed', sa.Boolean(), nullable=True),
    sa.Column('entry_seq', sa.Integer(), nullable=True),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('marks', sa.Text(), nullable=False),
    sa.CheckConstraint("state IN ('open', 'submitted', 'expired', 'graded')", name=op.f('ck_sittings_state')),
    sa.ForeignKeyConstraint(['exam_id'], ['exams.id'], name=op.f('fk_sittings_exam_id_exams')),
    sa.ForeignKeyConstraint(['paper_id'], ['papers.id'], name=op.f('fk_sittings_paper_id_papers')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_sittings_person_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_sittings_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sittings')),
    sa.UniqueConstraint('exam_id', 'person_id', 'attempt', name=op.f('uq_sittings_exam_id')),
    sa.UniqueConstraint('paper_id', name=op.f('uq_sittings_paper_id'))
    )
    with op.batch_alter_table('sittings', schema=None) as batch_op:
        batch_op.create_index('ix_sittings_person', ['person_id'], unique=False)
        batch_op.create_index('ix_sittings_state_deadline', ['state', 'deadline'], unique=False)

    op.create_table('answers',
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('saved_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_answers_sitting_id_sittings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sitting_id', 'question_id', name=op.f('pk_answers'))
    )
    op.create_table('item_scores',
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('score', quizengine.storage.types.Points(length=16), nullable=False),
    sa.Column('max_score', quizengine.storage.types.Points(length=16), nullable=False),
    sa.Column('pending', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['revision_id'], ['revisions.id'], name=op.f('fk_item_scores_revision_id_revisions')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_item_scores_sitting_id_sittings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sitting_id', 'question_id', name=op.f('pk_item_scores'))
    )
    with op.batch_alter_table('item_scores', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_scores_pending'), ['pending'], unique=False)
        batch_op.create_index(batch_op.f('ix_item_scores_revision_id'), ['revision_id'], unique=False)

    op.create_table('late_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('received_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('arrived', sa.String(length=16), nullable=False),
    sa.Column('decision', sa.String(length=8), nullable=True),
    sa.Column('decided_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['persons.id'], name=op.f('fk_late_answers_decided_by_id_persons')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_late_answers_sitting_id_sittings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_late_answers'))
    )
    with op.batch_alter_table('late_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_late_answers_sitting_id'), ['sitting_id'], unique=False)

    op.create_table('marking_tasks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('claimed_by_id', sa.Integer(), nullable=True),
    sa.Column('claimed_until', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['claimed_by_id'], ['persons.id'], name=op.f('fk_marking_tasks_claimed_by_id_persons')),
    sa.ForeignKeyConstraint(['exam_id'], ['exams.id'], name=op.f('fk_marking_tasks_exam_id_exams')),
    sa.ForeignKeyConstraint(['revision_id'], ['revisions.id'], name=op.f('fk_marking_tasks_revision_id_revisions')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_marking_tasks_sitting_id_sittings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_marking_tasks')),
    sa.UniqueConstraint('exam_id', 'number', name=op.f('uq_marking_tasks_exam_id')),
    sa.UniqueConstraint('sitting_id', 'question_id', name=op.f('uq_marking_tasks_sitting_id'))
    )
    with op.batch_alter_table('marking_tasks', schema=None) as batch_op:
        batch_op.create_index('ix_marking_tasks_queue', ['exam_id', 'question_id', 'digest'], unique=False)

    op.create_table('marks',
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('path', sa.String(length=16), nullable=False),
    sa.Column('points', sa.Text(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('grader_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['grader_id'], ['persons.id'], name=op.f('fk_marks_grader_id_persons')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_marks_sitting_id_sittings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sitting_id', 'question_id', 'path', name=op.f('pk_marks'))
    )
    for statement in guard_statements(op.get_bind().dialect.name, _TABLES):
        op.execute(statement)
    # The one row that appending locks; made here so that two first writers don't race for it.
    op.execute(
        sa.text("INSERT INTO ledger_head (id, size, chain_hash, frontier) VALUES (1, 0, :genesis, :empty)")
        .bindparams(genesis=bytes(32), empty=bytes(8))
    )


def downgrade() -> None:
    op.drop_table('marks')
    with op.batch_alter_table('marking_tasks', schema=None) as batch_op:
        batch_op.drop_index('ix_marking_tasks_queue')

    op.drop_table('marking_tasks')
    with op.batch_alter_table('late_answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_late_answers_sitting_id'))

    op.drop_table('late_answers')
    with op.batch_alter_table('item_scores', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_item_scores_revision_id'))
        batch_op.drop_index(batch_op.f('ix_item_scores_pending'))

    op.drop_table('item_scores')
    op.drop_table('answers')
    with op.batch_alter_table('sittings', schema=None) as batch_op:
        batch_op.drop_index('ix_sittings_state_deadline')
        batch_op.drop_index('ix_sittings_person')

    op.drop_table('sittings')
    with op.batch_alter_table('signed_commitments', schema=None) as batch_op:
        batch_op.drop_index('ix_signed_commitments_exam')

    op.drop_table('signed_commitments')
    with op.batch_alter_table('papers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_papers_person_id'))

    op.drop_table('papers')
    with op.batch_alter_table('exam_audience', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_exam_audience_exam_id'))

    op.drop_table('exam_audience')
    op.drop_table('exam_adjustments')
    with op.batch_alter_table('repairs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_repairs_question_id'))

    op.drop_table('repairs')
    with op.batch_alter_table('person_tiers', schema=None) as batch_op:
        batch_op.drop_index('ix_person_tiers_tier')

    op.drop_table('person_tiers')
    op.drop_table('person_roles')
    op.drop_table('ledger_subjects')
    with op.batch_alter_table('exams', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_exams_unit_id'))
        batch_op.drop_index(batch_op.f('ix_exams_opens_at'))
        batch_op.drop_index(batch_op.f('ix_exams_closes_at'))

    op.drop_table('exams')
    op.drop_table('api_tokens')
    with op.batch_alter_table('persons', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_persons_unit_id'))

    op.drop_table('persons')
    with op.batch_alter_table('current_questions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_current_questions_pool'))

    op.drop_table('current_questions')
    with op.batch_alter_table('units', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_units_path'))
        batch_op.drop_index(batch_op.f('ix_units_parent_id'))

    op.drop_table('units')
    with op.batch_alter_table('revisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revisions_question_id'))

    op.drop_table('revisions')
    op.drop_table('ledger_head')
    with op.batch_alter_table('ledger_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_ledger_entries_unit')
        batch_op.drop_index('ix_ledger_entries_subject')
        batch_op.drop_index('ix_ledger_entries_kind')

    op.drop_table('ledger_entries')
    op.drop_table('ledger_checkpoints')
    op.drop_table('bank_state')
