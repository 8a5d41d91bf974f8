"""What a meeting without paper needs on file."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    _eases()


def downgrade() -> None:
    """Back to what a vote alone needs."""
    for table in ("eases",):
        op.drop_table(table)


def _eases() -> None:
    op.create_table(
        "eases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("size", sa.Text(), nullable=False),
        sa.Column("contrast", sa.Boolean(), nullable=False),
        sa.Column("spoken", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_eases"),
    )
