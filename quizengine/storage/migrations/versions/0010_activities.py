"""activities, surveys, ballots"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import quizengine.storage.types

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('activities',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('task', sa.Text(), nullable=False),
    sa.Column('entrants', sa.String(length=10), nullable=False),
    sa.Column('blind', sa.Boolean(), nullable=False),
    sa.Column('rule', sa.String(length=10), nullable=False),
    sa.Column('closes_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('judged_by', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('published_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("entrants IN ('person', 'unit')", name=op.f('ck_activities_entrants')),
    sa.CheckConstraint("rule IN ('mean', 'trimmed')", name=op.f('ck_activities_rule')),
    sa.CheckConstraint("state IN ('open', 'judging', 'published', 'cancelled')", name=op.f('ck_activities_state')),
    sa.CheckConstraint("type IN ('demonstration', 'slogan', 'drafting', 'lecture')", name=op.f('ck_activities_type')),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_activities_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_activities_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activities'))
    )
    with op.batch_alter_table('activities', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activities_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_activities_unit_id'), ['unit_id'], unique=False)

    op.create_table('ballots',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('about', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('intro', sa.Text(), nullable=False),
    sa.Column('options', sa.Text(), nullable=False),
    sa.Column('quorum', sa.Integer(), nullable=False),
    sa.Column('closes_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('opened_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('proof', sa.String(length=64), nullable=False),
    sa.CheckConstraint("about IN ('unit', 'colleagues')", name=op.f('ck_ballots_about')),
    sa.CheckConstraint("state IN ('draft', 'open', 'closed', 'cancelled')", name=op.f('ck_ballots_state')),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_ballots_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_ballots_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ballots'))
    )
    with op.batch_alter_table('ballots', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ballots_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_ballots_unit_id'), ['unit_id'], unique=False)

    op.create_table('surveys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('tier', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('intro', sa.Text(), nullable=False),
    sa.Column('questions', sa.Text(), nullable=False),
    sa.Column('least_answers', sa.Integer(), nullable=False),
    sa.Column('closes_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f('ck_surveys_state')),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_surveys_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_surveys_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_surveys'))
    )
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_surveys_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_surveys_unit_id'), ['unit_id'], unique=False)

    op.create_table('activity_criteria',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('most', quizengine.storage.types.Points(length=16), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('fk_activity_criteria_activity_id_activities'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_criteria'))
    )
    with op.batch_alter_table('activity_criteria', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_criteria_activity_id'), ['activity_id'], unique=False)

    op.create_table('activity_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('handed_in_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('score', quizengine.storage.types.Points(length=16), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('entry_seq', sa.Integer(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('fk_activity_entries_activity_id_activities')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_activity_entries_person_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_activity_entries_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_entries'))
    )
    with op.batch_alter_table('activity_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_entries_activity_id'), ['activity_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activity_entries_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activity_entries_unit_id'), ['unit_id'], unique=False)

    op.create_table('activity_judges',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('activity_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('declared', sa.String(length=300), nullable=False),
    sa.Column('released', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('fk_activity_judges_activity_id_activities'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_activity_judges_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_judges')),
    sa.UniqueConstraint('activity_id', 'person_id', name=op.f('uq_activity_judges_activity_id'))
    )
    with op.batch_alter_table('activity_judges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_judges_person_id'), ['person_id'], unique=False)

    op.create_table('ballot_electors',
    sa.Column('ballot_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('voted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['ballot_id'], ['ballots.id'], name=op.f('fk_ballot_electors_ballot_id_ballots'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_ballot_electors_person_id_persons')),
    sa.PrimaryKeyConstraint('ballot_id', 'person_id', name=op.f('pk_ballot_electors'))
    )
    with op.batch_alter_table('ballot_electors', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ballot_electors_person_id'), ['person_id'], unique=False)

    op.create_table('ballot_subjects',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ballot_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['ballot_id'], ['ballots.id'], name=op.f('fk_ballot_subjects_ballot_id_ballots'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_ballot_subjects_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ballot_subjects')),
    sa.UniqueConstraint('ballot_id', 'number', name=op.f('uq_ballot_subjects_ballot_id'))
    )
    with op.batch_alter_table('ballot_subjects', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ballot_subjects_person_id'), ['person_id'], unique=False)

    op.create_table('ballot_votes',
    sa.Column('receipt', sa.String(length=64), nullable=False),
    sa.Column('ballot_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('choice', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['ballot_id'], ['ballots.id'], name=op.f('fk_ballot_votes_ballot_id_ballots'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('receipt', name=op.f('pk_ballot_votes')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('ballot_votes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ballot_votes_ballot_id'), ['ballot_id'], unique=False)

    op.create_table('survey_answers',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_answers_survey_id_surveys'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_answers')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_answers_survey_id'), ['survey_id'], unique=False)

    op.create_table('survey_people',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_survey_people_person_id_persons')),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_people_survey_id_surveys'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('survey_id', 'person_id', name=op.f('pk_survey_people'))
    )
    with op.batch_alter_table('survey_people', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_people_person_id'), ['person_id'], unique=False)

    op.create_table('activity_sheets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('judge_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('points', sa.Text(), nullable=False),
    sa.Column('remark', sa.String(length=1000), nullable=False),
    sa.Column('sent_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['activity_entries.id'], name=op.f('fk_activity_sheets_entry_id_activity_entries')),
    sa.ForeignKeyConstraint(['judge_id'], ['activity_judges.id'], name=op.f('fk_activity_sheets_judge_id_activity_judges'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_sheets')),
    sa.UniqueConstraint('judge_id', 'entry_id', name=op.f('uq_activity_sheets_judge_id'))
    )
    with op.batch_alter_table('activity_sheets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_sheets_entry_id'), ['entry_id'], unique=False)


def downgrade() -> None:
    op.drop_table('activity_sheets')
    op.drop_table('survey_people')
    op.drop_table('survey_answers')
    op.drop_table('ballot_votes')
    op.drop_table('ballot_subjects')
    op.drop_table('ballot_electors')
    op.drop_table('activity_judges')
    op.drop_table('activity_entries')
    op.drop_table('activity_criteria')
    op.drop_table('surveys')
    op.drop_table('ballots')
    op.drop_table('activities')
