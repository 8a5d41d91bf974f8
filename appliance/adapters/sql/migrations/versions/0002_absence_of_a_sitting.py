"""An absence is noted for one sitting. Older notes name none, and no minutes print them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    for name in ("ledger", "sitting"):
        op.add_column("absences", sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Back to notes without a sitting."""
    for name in ("sitting", "ledger"):
        op.drop_column("absences", name)
