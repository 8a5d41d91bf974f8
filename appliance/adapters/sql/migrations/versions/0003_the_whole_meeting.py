"""What a meeting without paper needs on file."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""


def downgrade() -> None:
    """Back to what a vote alone needs."""
