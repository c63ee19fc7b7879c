"""stage contests"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import quizengine.storage.types
from quizengine.storage.guards import guard_statements, replace_guard_statements


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('contests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title_zh', sa.String(length=200), nullable=False),
    sa.Column('title_en', sa.String(length=200), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('planned_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('rules_id', sa.String(length=60), nullable=False),
    sa.Column('rules', sa.Text(), nullable=False),
    sa.Column('rules_digest', sa.String(length=64), nullable=False),
    sa.Column('rehearsal', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('draw', sa.Text(), nullable=False),
    sa.Column('started_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('finished_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('screen_code', sa.String(length=16), nullable=False),
    sa.Column('judge_code', sa.String(length=16), nullable=False),
    sa.Column('join_code', sa.String(length=16), nullable=False),
    sa.Column('codes_version', sa.Integer(), nullable=False),
    sa.Column('alive_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('preparing', 'running', 'finished', 'cancelled')", name=op.f('ck_contests_state')),
    sa.ForeignKeyConstraint(['created_by_id'], ['persons.id'], name=op.f('fk_contests_created_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_contests_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contests')),
    sa.UniqueConstraint('join_code', name=op.f('uq_contests_join_code')),
    sa.UniqueConstraint('judge_code', name=op.f('uq_contests_judge_code')),
    sa.UniqueConstraint('screen_code', name=op.f('uq_contests_screen_code'))
    )
    with op.batch_alter_table('contests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contests_unit_id'), ['unit_id'], unique=False)

    op.create_table('contest_events',
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.String(length=32), nullable=False),
    sa.Column('by_role', sa.String(length=10), nullable=False),
    sa.Column('by_id', sa.String(length=40), nullable=False),
    sa.Column('by_name', sa.String(length=100), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('data', sa.Text(), nullable=False),
    sa.Column('command', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['contest_id'], ['contests.id'], name=op.f('fk_contest_events_contest_id_contests')),
    sa.PrimaryKeyConstraint('contest_id', 'seq', name=op.f('pk_contest_events')),
    sa.UniqueConstraint('contest_id', 'command', name=op.f('uq_contest_events_contest_id'))
    )
    op.create_table('contest_players',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('joined_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contest_id'], ['contests.id'], name=op.f('fk_contest_players_contest_id_contests'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_contest_players_person_id_persons'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest_players'))
    )
    with op.batch_alter_table('contest_players', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contest_players_contest_id'), ['contest_id'], unique=False)

    op.create_table('contest_teams',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('seat', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contest_id'], ['contests.id'], name=op.f('fk_contest_teams_contest_id_contests'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_contest_teams_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest_teams')),
    sa.UniqueConstraint('code', name=op.f('uq_contest_teams_code')),
    sa.UniqueConstraint('contest_id', 'number', name=op.f('uq_contest_teams_contest_id')),
    sqlite_autoincrement=True
    )
    op.create_table('contest_audience_answers',
    sa.Column('contest_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=60), nullable=False),
    sa.Column('player_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('right', sa.Boolean(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contest_id'], ['contests.id'], name=op.f('fk_contest_audience_answers_contest_id_contests'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['player_id'], ['contest_players.id'], name=op.f('fk_contest_audience_answers_player_id_contest_players'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contest_id', 'question', 'player_id', name=op.f('pk_contest_audience_answers'))
    )
    op.create_table('contest_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_contest_members_person_id_persons'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['team_id'], ['contest_teams.id'], name=op.f('fk_contest_members_team_id_contest_teams'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest_members')),
    sa.UniqueConstraint('team_id', 'number', name=op.f('uq_contest_members_team_id'))
    )
    dialect = op.get_bind().dialect.name
    for statement in guard_statements(dialect, ('contest_events',)):
        op.execute(statement)
    for statement in replace_guard_statements(dialect, ('contest_events',)):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('contest_members')
    op.drop_table('contest_audience_answers')
    op.drop_table('contest_teams')
    with op.batch_alter_table('contest_players', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contest_players_contest_id'))

    op.drop_table('contest_players')
    op.drop_table('contest_events')
    with op.batch_alter_table('contests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contests_unit_id'))

    op.drop_table('contests')
