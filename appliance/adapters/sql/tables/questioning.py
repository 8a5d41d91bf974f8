"""Question slips, their groups, pledges followed up; and opinions between meetings."""

from typing import Final

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, Table

from appliance.adapters.sql.tables.base import maybe_text, metadata, moment, row_id, text

issue_groups: Final = Table(
    "issue_groups", metadata, row_id(), text("title"), Column("position", Integer, nullable=False)
)

question_slips: Final = Table(
    "question_slips",
    metadata,
    row_id(),
    text("member", ForeignKey("members.id")),
    text("addressee"),
    text("title"),
    text("text"),
    moment("sent"),
    text("state"),
    maybe_text("group"),
    Column("due", Date, nullable=True),
    text("answer"),
    moment("answered", nullable=True),
)

pledge_follow_ups: Final = Table(
    "pledge_follow_ups",
    metadata,
    row_id(),
    text("ledger"),
    text("pledge"),
    text("note"),
    moment("at"),
    Column("settled", Boolean, nullable=False),
)

opinions: Final = Table(
    "opinions",
    metadata,
    row_id(),
    text("title"),
    text("text"),
    Column("closes", Date, nullable=False),
    moment("asked"),
    moment("closed", nullable=True),
)

opinion_answers: Final = Table(
    "opinion_answers",
    metadata,
    row_id(),
    text("opinion", ForeignKey("opinions.id")),
    text("member", ForeignKey("members.id")),
    text("choice"),
    text("text"),
    moment("at"),
)
