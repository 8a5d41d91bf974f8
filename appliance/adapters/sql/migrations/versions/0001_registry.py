"""The registry as it began: council, members, accounts, cards, sign-ins, displays, absences, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_AUDIT_RULES = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
    # An INSERT OR REPLACE deletes without a delete trigger.
    (
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
        "WHEN EXISTS (SELECT 1 FROM audit WHERE version = NEW.version) "
        "OR EXISTS (SELECT 1 FROM audit WHERE command = NEW.command) "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
    ),
)


def upgrade() -> None:
    """To this version."""
    _council()
    _people()
    _displays()
    _cards()
    _audit()


def downgrade() -> None:
    """Back to nothing."""
    op.drop_table("tablet_requests")
    op.drop_index("ix_sessions_ended", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_cards_member", table_name="cards")
    op.drop_table("cards")
    op.drop_table("accounts")
    op.drop_table("absences")
    op.drop_table("pairings")
    op.drop_table("members")
    op.drop_table("councils")
    op.drop_table("audit")


def _council() -> None:
    op.create_table(
        "councils",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_councils"),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=True),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("seat", name="uq_members_seat"),
    )


def _people() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("noted", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["member"], ["members.id"], name="fk_absences_member"),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("devices", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["member"], ["members.id"], name="fk_accounts_member"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("member", name="uq_accounts_member"),
    )


def _displays() -> None:
    op.create_table(
        "pairings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("approved", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_pairings"),
        sa.UniqueConstraint("display", name="uq_pairings_display"),
    )


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("issued", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=True),
        sa.Column("revoked", sa.DateTime(), nullable=True),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.Column("device", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["member"], ["members.id"], name="fk_cards_member"),
        sa.PrimaryKeyConstraint("id", name="pk_cards"),
    )
    op.create_index("ix_cards_member", "cards", ["member"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("member", sa.Text(), nullable=True),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["member"], ["members.id"], name="fk_sessions_member"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_ended", "sessions", ["ended"], unique=False)
    op.create_table(
        "tablet_requests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["card"], ["cards.id"], name="fk_tablet_requests_card"),
        sa.ForeignKeyConstraint(["member"], ["members.id"], name="fk_tablet_requests_member"),
        sa.PrimaryKeyConstraint("id", name="pk_tablet_requests"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_audit"),
        sa.UniqueConstraint("command", name="uq_audit_command"),
    )
    for rule in _AUDIT_RULES:
        op.execute(rule)
