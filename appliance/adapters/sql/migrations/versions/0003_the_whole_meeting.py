"""What a meeting without paper needs on file."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MEMBERS_FACTS = ("photo", "unit", "committee")


def upgrade() -> None:
    """To this version."""
    _people()
    _eases()
    _excuses()
    _documents()
    _questioning()
    _plans()


def downgrade() -> None:
    """Back to what a vote alone needs."""
    for table in _QUESTIONING:
        op.drop_table(table)
    for table in ("excuses", "plans", "documents", "eases", "seat_maps", "guests", "committees", "member_groups"):
        op.drop_table(table)
    for name in _MEMBERS_FACTS:
        op.drop_column("members", name)


def _excuses() -> None:
    op.create_table(
        "excuses",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sent", sa.DateTime(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered", sa.DateTime(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_type", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member"], ["members.id"], name="fk_excuses_member"),
        sa.PrimaryKeyConstraint("id", name="pk_excuses"),
    )


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


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("sittings", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("ledger", sa.Text(), nullable=True),
        sa.Column("invited", sa.DateTime(), nullable=True),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )


def _people() -> None:
    for name in reversed(_MEMBERS_FACTS):
        op.add_column("members", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "member_groups",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_member_groups"),
        sa.UniqueConstraint("name", name="uq_member_groups_name"),
    )
    op.create_table(
        "committees",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_committees"),
        sa.UniqueConstraint("name", name="uq_committees_name"),
    )
    op.create_table(
        "guests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_guests"),
    )
    op.create_table(
        "seat_maps",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seat_maps"),
    )
    # Groups were only names at their members.
    op.execute(
        "INSERT INTO member_groups (id, name, area, position) "
        "SELECT 'g' || substr('0' || row_number() OVER (ORDER BY \"group\"), -2), \"group\", '', "
        'row_number() OVER (ORDER BY "group") FROM (SELECT DISTINCT "group" FROM members WHERE "group" <> \'\')'
    )


_QUESTIONING = ("opinion_answers", "opinions", "pledge_follow_ups", "question_slips", "issue_groups")


def _questioning() -> None:
    op.create_table(
        "issue_groups",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_issue_groups"),
    )
    op.create_table(
        "question_slips",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("addressee", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent", sa.DateTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["member"], ["members.id"], name="fk_question_slips_member"),
        sa.PrimaryKeyConstraint("id", name="pk_question_slips"),
    )
    op.create_table(
        "pledge_follow_ups",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("ledger", sa.Text(), nullable=False),
        sa.Column("pledge", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pledge_follow_ups"),
    )
    _opinions()


def _opinions() -> None:
    op.create_table(
        "opinions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.Column("closed", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_opinions"),
    )
    op.create_table(
        "opinion_answers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["member"], ["members.id"], name="fk_opinion_answers_member"),
        sa.ForeignKeyConstraint(["opinion"], ["opinions.id"], name="fk_opinion_answers_opinion"),
        sa.PrimaryKeyConstraint("id", name="pk_opinion_answers"),
    )
