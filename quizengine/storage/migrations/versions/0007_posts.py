"""posts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import quizengine.storage.types


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('posts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('secrecy', sa.String(length=10), nullable=False),
    sa.Column('risks', sa.Text(), nullable=False),
    sa.Column('hours', quizengine.storage.types.Points(length=16), nullable=False),
    sa.Column('classes', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.CheckConstraint("secrecy IN ('core', 'important', 'general')", name=op.f('ck_posts_secrecy')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_posts_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posts'))
    )
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_posts_unit_id'), ['unit_id'], unique=False)
    op.create_table('incidents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('severity', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('found_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('report_by', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reported_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('entry_seq', sa.Integer(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('leak', 'violation')", name=op.f('ck_incidents_kind')),
    sa.CheckConstraint("severity IN ('slight', 'general', 'serious', 'grave')", name=op.f('ck_incidents_severity')),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_incidents_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_incidents_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incidents'))
    )
    with op.batch_alter_table('incidents', schema=None) as batch_op:
        batch_op.create_index('ix_incidents_happened', ['happened_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_incidents_unit_id'), ['unit_id'], unique=False)
    op.create_table('letter_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('level BETWEEN 1 AND 3', name=op.f('ck_letter_texts_level')),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_letter_texts_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_letter_texts_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_texts')),
    sa.UniqueConstraint('unit_id', 'year', 'level', 'version', name=op.f('uq_letter_texts_unit_id'))
    )
    op.create_table('office_terms',
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('core_months', sa.Integer(), nullable=False),
    sa.Column('important_months', sa.Integer(), nullable=False),
    sa.Column('general_months', sa.Integer(), nullable=False),
    sa.Column('pass_days', sa.Integer(), nullable=False),
    sa.Column('watch_days', sa.Integer(), nullable=False),
    sa.Column('talk_days', sa.Integer(), nullable=False),
    sa.Column('refresher_days', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_office_terms_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_office_terms_unit_id_units')),
    sa.PrimaryKeyConstraint('unit_id', name=op.f('pk_office_terms'))
    )
    op.create_table('post_holders',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('secrecy', sa.String(length=10), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('on_from', sa.Date(), nullable=False),
    sa.Column('in_from', sa.Date(), nullable=True),
    sa.Column('off_from', sa.Date(), nullable=True),
    sa.Column('control_until', sa.Date(), nullable=True),
    sa.Column('left_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.CheckConstraint("stage IN ('on_post', 'in_post', 'off_post')", name=op.f('ck_post_holders_stage')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_post_holders_person_id_persons')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_holders_post_id_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_holders'))
    )
    with op.batch_alter_table('post_holders', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_post_holders_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_post_holders_post_id'), ['post_id'], unique=False)
        batch_op.create_index('ix_post_holders_stage', ['stage', 'left_at'], unique=False)
    op.create_table('record_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record', sa.String(length=60), nullable=False),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_record_events_by_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_events'))
    )
    with op.batch_alter_table('record_events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_record_events_record'), ['record'], unique=False)
    op.create_table('incident_liable',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('liability', sa.String(length=10), nullable=False),
    sa.Column('sanction', sa.String(length=20), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('entry_seq', sa.Integer(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.CheckConstraint("liability IN ('main', 'leader', 'direct')", name=op.f('ck_incident_liable_liability')),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_incident_liable_by_id_persons')),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_incident_liable_incident_id_incidents')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_incident_liable_person_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_liable')),
    sa.UniqueConstraint('incident_id', 'person_id', name=op.f('uq_incident_liable_incident_id'))
    )
    with op.batch_alter_table('incident_liable', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_liable_person_id'), ['person_id'], unique=False)
    op.create_table('incident_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('what', sa.String(length=1000), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_incident_steps_by_id_persons')),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_incident_steps_incident_id_incidents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_steps'))
    )
    with op.batch_alter_table('incident_steps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_steps_incident_id'), ['incident_id'], unique=False)
    op.create_table('letter_signatures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('signed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_letter_signatures_person_id_persons')),
    sa.ForeignKeyConstraint(['text_id'], ['letter_texts.id'], name=op.f('fk_letter_signatures_text_id_letter_texts')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_letter_signatures_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_signatures')),
    sa.UniqueConstraint('text_id', 'unit_id', 'person_id', name=op.f('uq_letter_signatures_text_id'))
    )
    with op.batch_alter_table('letter_signatures', schema=None) as batch_op:
        batch_op.create_index('ix_letter_signatures_unit', ['unit_id'], unique=False)
    op.create_table('post_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('holder_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=24), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_post_steps_by_id_persons')),
    sa.ForeignKeyConstraint(['holder_id'], ['post_holders.id'], name=op.f('fk_post_steps_holder_id_post_holders'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_steps')),
    sa.UniqueConstraint('holder_id', 'step', name=op.f('uq_post_steps_holder_id'))
    )
    op.create_table('incident_appeals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('liable_id', sa.Integer(), nullable=False),
    sa.Column('grounds', sa.Text(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=10), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['persons.id'], name=op.f('fk_incident_appeals_decided_by_id_persons')),
    sa.ForeignKeyConstraint(['liable_id'], ['incident_liable.id'], name=op.f('fk_incident_appeals_liable_id_incident_liable')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_appeals'))
    )
    with op.batch_alter_table('incident_appeals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_appeals_liable_id'), ['liable_id'], unique=False)
    op.create_table('outbound_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('destination', sa.String(length=200), nullable=False),
    sa.Column('purpose', sa.String(length=500), nullable=False),
    sa.Column('escort', sa.String(length=200), nullable=False),
    sa.Column('approval', sa.String(length=200), nullable=False),
    sa.Column('departs_on', sa.Date(), nullable=False),
    sa.Column('returns_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=True),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.Column('returned_on', sa.Date(), nullable=True),
    sa.Column('talk_on', sa.Date(), nullable=True),
    sa.Column('talk_note', sa.String(length=1000), nullable=False),
    sa.Column('refresher_on', sa.Date(), nullable=True),
    sa.Column('filed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('official', 'private')", name=op.f('ck_outbound_files_kind')),
    sa.CheckConstraint("state IN ('filed', 'cleared', 'left', 'returned', 'closed', 'cancelled')", name=op.f('ck_outbound_files_state')),
    sa.CheckConstraint('returns_on >= departs_on', name=op.f('ck_outbound_files_dates')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_outbound_files_person_id_persons')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_outbound_files_sitting_id_sittings')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_outbound_files_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbound_files'))
    )
    with op.batch_alter_table('outbound_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbound_files_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_outbound_files_state', ['state', 'departs_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbound_files_unit_id'), ['unit_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('outbound_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbound_files_unit_id'))
        batch_op.drop_index('ix_outbound_files_state')
        batch_op.drop_index(batch_op.f('ix_outbound_files_person_id'))
    op.drop_table('outbound_files')
    with op.batch_alter_table('incident_appeals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_appeals_liable_id'))
    op.drop_table('incident_appeals')
    op.drop_table('post_steps')
    with op.batch_alter_table('letter_signatures', schema=None) as batch_op:
        batch_op.drop_index('ix_letter_signatures_unit')
    op.drop_table('letter_signatures')
    with op.batch_alter_table('incident_steps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_steps_incident_id'))
    op.drop_table('incident_steps')
    with op.batch_alter_table('incident_liable', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_liable_person_id'))
    op.drop_table('incident_liable')
    with op.batch_alter_table('record_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_record_events_record'))
    op.drop_table('record_events')
    with op.batch_alter_table('post_holders', schema=None) as batch_op:
        batch_op.drop_index('ix_post_holders_stage')
        batch_op.drop_index(batch_op.f('ix_post_holders_post_id'))
        batch_op.drop_index(batch_op.f('ix_post_holders_person_id'))
    op.drop_table('post_holders')
    op.drop_table('office_terms')
    op.drop_table('letter_texts')
    with op.batch_alter_table('incidents', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incidents_unit_id'))
        batch_op.drop_index('ix_incidents_happened')
    op.drop_table('incidents')
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_posts_unit_id'))
    op.drop_table('posts')
