"""Dialogs that wait for an event, and commands that an operator switched."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make two tables; nothing waits for an event in a database of the first schema."""
    op.create_table(
        "switch",
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("command", name="pk_switch"),
    )
    op.create_table(
        "waiting",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("frame", sa.String(length=64), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("user", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name="fk_waiting_conversation"
        ),
        sa.PrimaryKeyConstraint("conversation", "frame", name="pk_waiting"),
    )
    op.create_index("ix_waiting_event_key", "waiting", ["event", "key"])


def downgrade() -> None:
    """Drop both; a dialog that waits writes its row again with its conversation's next turn."""
    op.drop_table("waiting")
    op.drop_table("switch")
