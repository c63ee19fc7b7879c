"""clearings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import quizengine.storage.types


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clearings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('file', sa.String(length=300), nullable=False),
    sa.Column('origin', sa.String(length=8), nullable=False),
    sa.Column('excerpt', sa.Text(), nullable=False),
    sa.Column('cleared_by_id', sa.Integer(), nullable=True),
    sa.Column('cleared_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('withdrawn_at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['cleared_by_id'], ['persons.id'], name=op.f('fk_clearings_cleared_by_id_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clearings')),
    sa.UniqueConstraint('key', name=op.f('uq_clearings_key'))
    )
    with op.batch_alter_table('clearings', schema=None) as batch_op:
        batch_op.create_index('ix_clearings_cleared_at', ['cleared_at'], unique=False)

    op.create_table('clearings_asked',
    sa.Column('clearing_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['clearing_id'], ['clearings.id'], name=op.f('fk_clearings_asked_clearing_id_clearings')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_clearings_asked_person_id_persons')),
    sa.PrimaryKeyConstraint('clearing_id', 'person_id', name=op.f('pk_clearings_asked'))
    )
    op.create_table('bank_file_saves',
    sa.Column('file', sa.String(length=300), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', quizengine.storage.types.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_bank_file_saves_by_id_persons')),
    sa.PrimaryKeyConstraint('file', name=op.f('pk_bank_file_saves'))
    )
    # What the files say is cleared counts no longer: the next look at the folder tells.
    op.execute("UPDATE bank_state SET seen_digest = ''")


def downgrade() -> None:
    op.drop_table('bank_file_saves')
    op.drop_table('clearings_asked')
    with op.batch_alter_table('clearings', schema=None) as batch_op:
        batch_op.drop_index('ix_clearings_cleared_at')

    op.drop_table('clearings')
