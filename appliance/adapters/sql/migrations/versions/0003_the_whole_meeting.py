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
    _documents()


def downgrade() -> None:
    """Back to what a vote alone needs."""
    for table in ("documents", "eases"):
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


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rights", sa.Text(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_plan", "documents", ["plan"])
