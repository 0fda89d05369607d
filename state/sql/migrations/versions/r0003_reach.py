"""When customers were heard, where they cannot be reached; edits of what was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that may be empty: of the time before, nothing of this is known."""
    op.add_column("address", sa.Column("heard_at", sa.BigInteger(), nullable=True))
    op.add_column("address", sa.Column("opened_at", sa.BigInteger(), nullable=True))
    op.add_column("address", sa.Column("shut_at", sa.BigInteger(), nullable=True))
    op.add_column("address", sa.Column("is_room", sa.Boolean(), nullable=True))
    op.add_column("outbox", sa.Column("seq", sa.Integer(), nullable=True))
    op.add_column("outbox", sa.Column("edits", sa.String(length=64), nullable=True))
    is_question = sa.text("prompt IS NOT NULL")
    op.create_index(
        "ix_outbox_prompt", "outbox", ["prompt"], sqlite_where=is_question,
        postgresql_where=is_question,
    )  # fmt: skip


def downgrade() -> None:
    """Drop them; who has shut the bot out is learnt again when something is sent there."""
    op.execute("DELETE FROM outbox WHERE edits IS NOT NULL")  # they would go out as messages
    op.drop_index("ix_outbox_prompt", "outbox")
    op.drop_column("outbox", "edits")
    op.drop_column("outbox", "seq")
    op.drop_column("address", "is_room")
    op.drop_column("address", "shut_at")
    op.drop_column("address", "opened_at")
    op.drop_column("address", "heard_at")
