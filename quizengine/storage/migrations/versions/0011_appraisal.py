"""appraisal"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('bank_state', schema=None) as batch_op:
        batch_op.add_column(sa.Column('appraisals', sa.Text(), server_default='', nullable=False))
    # What is served was read without them: the next look at the folder reads them.
    op.execute("UPDATE bank_state SET seen_digest = ''")


def downgrade() -> None:
    with op.batch_alter_table('bank_state', schema=None) as batch_op:
        batch_op.drop_column('appraisals')
