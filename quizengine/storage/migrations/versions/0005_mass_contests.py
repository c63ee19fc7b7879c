"""mass contests"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import quizengine.storage.types


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mass_series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title_zh', sa.String(length=180), nullable=False),
    sa.Column('title_en', sa.String(length=180), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('period', sa.String(length=4), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('opens_minute', sa.Integer(), nullable=False),
    sa.Column('open_minutes', sa.Integer(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('template', sa.Text(), nullable=False),
    sa.Column('ended_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("period IN ('day', 'week')", name=op.f('ck_mass_series_period')),
    sa.CheckConstraint('last_day >= first_day', name=op.f('ck_mass_series_days')),
    sa.ForeignKeyConstraint(['created_by_id'], ['persons.id'], name=op.f('fk_mass_series_created_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_mass_series_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mass_series'))
    )
    with op.batch_alter_table('mass_series', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mass_series_unit_id'), ['unit_id'], unique=False)

    op.create_table('mass_contests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('exam_id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('per_day', sa.Integer(), nullable=True),
    sa.Column('per_week', sa.Integer(), nullable=True),
    sa.Column('in_all', sa.Integer(), nullable=True),
    sa.Column('question_s', sa.Integer(), nullable=True),
    sa.Column('freeze_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('frozen_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('published_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('award', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['exam_id'], ['exams.id'], name=op.f('fk_mass_contests_exam_id_exams')),
    sa.ForeignKeyConstraint(['series_id'], ['mass_series.id'], name=op.f('fk_mass_contests_series_id_mass_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mass_contests')),
    sa.UniqueConstraint('exam_id', name=op.f('uq_mass_contests_exam_id')),
    sa.UniqueConstraint('series_id', 'number', name=op.f('uq_mass_contests_series_id'))
    )
    op.create_table('mass_awards',
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('entry_seq', sa.Integer(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('entered', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['contest_id'], ['mass_contests.id'], name=op.f('fk_mass_awards_contest_id_mass_contests'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_mass_awards_unit_id_units')),
    sa.PrimaryKeyConstraint('contest_id', 'unit_id', name=op.f('pk_mass_awards'))
    )
    op.create_table('mass_lotteries',
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('threshold', sa.Integer(), nullable=True),
    sa.Column('prizes', sa.Text(), nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('commitment', sa.String(length=64), nullable=False),
    sa.Column('public_source', sa.String(length=200), nullable=False),
    sa.Column('public_value', sa.String(length=200), nullable=False),
    sa.Column('listed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('list_digest', sa.String(length=64), nullable=False),
    sa.Column('drawn_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('drawn_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['contest_id'], ['mass_contests.id'], name=op.f('fk_mass_lotteries_contest_id_mass_contests'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['drawn_by_id'], ['persons.id'], name=op.f('fk_mass_lotteries_drawn_by_id_persons')),
    sa.PrimaryKeyConstraint('contest_id', name=op.f('pk_mass_lotteries'))
    )
    op.create_table('mass_unit_counts',
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=8), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('members', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contest_id'], ['mass_contests.id'], name=op.f('fk_mass_unit_counts_contest_id_mass_contests'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_mass_unit_counts_unit_id_units')),
    sa.PrimaryKeyConstraint('contest_id', 'stage', 'unit_id', name=op.f('pk_mass_unit_counts'))
    )
    op.create_table('mass_entries',
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=16), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('duration_ms', sa.BigInteger(), nullable=True),
    sa.Column('handed_in_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('member', sa.Boolean(), nullable=True),
    sa.Column('frozen_score', sa.Integer(), nullable=True),
    sa.Column('frozen_duration_ms', sa.BigInteger(), nullable=True),
    sa.Column('frozen_handed_in_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('frozen_attempts', sa.Integer(), nullable=True),
    sa.Column('frozen_unit_id', sa.Integer(), nullable=True),
    sa.Column('frozen_member', sa.Boolean(), nullable=True),
    sa.Column('listed', sa.Boolean(), nullable=False),
    sa.Column('prize', sa.Integer(), nullable=True),
    sa.Column('entry_seq', sa.Integer(), nullable=True),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('entered', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['contest_id'], ['mass_contests.id'], name=op.f('fk_mass_entries_contest_id_mass_contests'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['frozen_unit_id'], ['units.id'], name=op.f('fk_mass_entries_frozen_unit_id_units')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_mass_entries_person_id_persons')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_mass_entries_sitting_id_sittings')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_mass_entries_unit_id_units')),
    sa.PrimaryKeyConstraint('contest_id', 'person_id', name=op.f('pk_mass_entries')),
    sa.UniqueConstraint('contest_id', 'token', name=op.f('uq_mass_entries_contest_id'))
    )
    with op.batch_alter_table('mass_entries', schema=None) as batch_op:
        batch_op.create_index('ix_mass_entries_person', ['person_id'], unique=False)
        batch_op.create_index('ix_mass_entries_rank', ['contest_id', 'score', 'duration_ms', 'handed_in_at'], unique=False)

    op.create_table('mass_steps',
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('shown_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('done_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=8), nullable=True),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_mass_steps_sitting_id_sittings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sitting_id', 'number', name=op.f('pk_mass_steps'))
    )
    # Not in a batch: that would make the table anew, and dropping the old one takes papers with it.
    op.add_column('exams', sa.Column('purpose', sa.String(length=12), server_default='exam', nullable=False))


def downgrade() -> None:
    op.drop_column('exams', 'purpose')

    op.drop_table('mass_steps')
    with op.batch_alter_table('mass_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_mass_entries_rank')
        batch_op.drop_index('ix_mass_entries_person')

    op.drop_table('mass_entries')
    op.drop_table('mass_unit_counts')
    op.drop_table('mass_lotteries')
    op.drop_table('mass_awards')
    op.drop_table('mass_contests')
    with op.batch_alter_table('mass_series', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mass_series_unit_id'))

    op.drop_table('mass_series')