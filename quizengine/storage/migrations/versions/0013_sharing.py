"""sharing"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import quizengine.storage.types


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ledger_nodes',
    sa.Column('level', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('level', 'position', name=op.f('pk_ledger_nodes'))
    )
    op.create_table('lookup_failures',
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('period', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('source', 'period', name=op.f('pk_lookup_failures'))
    )
    op.create_table('sharing_watches',
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('purpose', name=op.f('pk_sharing_watches'))
    )
    op.create_table('checkpoint_sendings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('way', sa.String(length=8), nullable=False),
    sa.Column('target', sa.String(length=300), nullable=False),
    sa.Column('checkpoint_id', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['checkpoint_id'], ['ledger_checkpoints.id'], name=op.f('fk_checkpoint_sendings_checkpoint_id_ledger_checkpoints')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checkpoint_sendings')),
    sa.UniqueConstraint('day', 'way', 'target', name=op.f('uq_checkpoint_sendings_day'))
    )
    with op.batch_alter_table('checkpoint_sendings', schema=None) as batch_op:
        batch_op.create_index('ix_checkpoint_sendings_sent_at', ['sent_at', 'next_at'], unique=False)

    op.create_table('access_tokens',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('scopes', sa.String(length=200), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('used_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_access_tokens_by_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_access_tokens_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_tokens')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_access_tokens_token_hash'))
    )
    op.create_table('certificates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('result_seq', sa.Integer(), nullable=False),
    sa.Column('standing_seq', sa.Integer(), nullable=False),
    sa.Column('entry_seq', sa.Integer(), nullable=False),
    sa.Column('issued_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('issued_by_id', sa.Integer(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('revoked_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('revoked_for', sa.String(length=12), nullable=True),
    sa.Column('erased_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['issued_by_id'], ['persons.id'], name=op.f('fk_certificates_issued_by_id_persons')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_certificates_person_id_persons')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_certificates_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificates')),
    sa.UniqueConstraint('number', name=op.f('uq_certificates_number'))
    )
    with op.batch_alter_table('certificates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificates_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificates_result_seq'), ['result_seq'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificates_standing_seq'), ['standing_seq'], unique=False)

    op.create_table('erasures',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=12), nullable=False),
    sa.Column('entry_seq', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_erasures_by_id_persons')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_erasures_person_id_persons')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_erasures'))
    )
