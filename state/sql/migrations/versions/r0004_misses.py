"""Sentences that were not read right."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; what was missed before stands in the log only."""
    op.create_table(
        "miss",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"], name="fk_miss_conversation"),
        sa.ForeignKeyConstraint(["customer"], ["customer.id"], name="fk_miss_customer"),
        sa.PrimaryKeyConstraint("id", name="pk_miss"),
    )
    op.create_index("ix_miss_customer", "miss", ["customer"])
    op.create_index("ix_miss_state_at", "miss", ["state", "at"])


def downgrade() -> None:
    """Drop it, with what was labelled and not exported."""
    op.drop_table("miss")
    op.execute("DELETE FROM gate WHERE name = 'taught'")
