"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WAITING_ONLY = sa.text("status = 'waiting'")

TABLES = (
    "customer",
    "early_report",
    "gate",
    "shelf",
    "wrong_try",
    "address",
    "conversation",
    "identity",
    "link_code",
    "effect",
    "inbox",
    "outbox",
    "timeline",
    "timer",
)


def upgrade() -> None:
    """Make the tables, those first that others point to."""
    _make_customer()
    _make_early_report()
    _make_gate()
    _make_shelf()
    _make_wrong_try()
    _make_address()
    _make_conversation()
    _make_identity()
    _make_link_code()
    _make_effect()
    _make_inbox()
    _make_outbox()
    _make_timeline()
    _make_timer()


def downgrade() -> None:
    """Drop the tables, with all that is in them."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _make_customer() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("merged_into", sa.String(length=64), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("preferences", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["customer.id"], name="fk_customer_merged_into"),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
    )
    op.create_index("ix_customer_merged_into", "customer", ["merged_into"])


def _make_early_report() -> None:
    op.create_table(
        "early_report",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "provider_id", name="pk_early_report"),
    )


def _make_gate() -> None:
    op.create_table(
        "gate",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("passes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_gate"),
    )


def _make_shelf() -> None:
    op.create_table(
        "shelf",
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("connector", "key", name="pk_shelf"),
    )
    op.create_index("ix_shelf_expires", "shelf", ["expires"])


def _make_wrong_try() -> None:
    op.create_table(
        "wrong_try",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wrong_try"),
    )
    op.create_index("ix_wrong_try_account_user", "wrong_try", ["account", "user"])
    op.create_index("ix_wrong_try_at", "wrong_try", ["at"])


def _make_address() -> None:
    op.create_table(
        "address",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customer.id"], name="fk_address_customer"),
        sa.PrimaryKeyConstraint("account", "user", "place", name="pk_address"),
    )
    op.create_index("ix_address_customer", "address", ["customer"])


def _make_conversation() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("inbox_n", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customer.id"], name="fk_conversation_customer"),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
        sa.UniqueConstraint("customer", "scope", name="uq_conversation_customer_scope"),
    )
    op.create_index("ix_conversation_used_at", "conversation", ["used_at"])


def _make_identity() -> None:
    op.create_table(
        "identity",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customer.id"], name="fk_identity_customer"),
        sa.PrimaryKeyConstraint("account", "name", name="pk_identity"),
    )


def _make_link_code() -> None:
    op.create_table(
        "link_code",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customer.id"], name="fk_link_code_customer"),
        sa.PrimaryKeyConstraint("hash", name="pk_link_code"),
        sa.UniqueConstraint("account", "user", "place", name="uq_link_code_account_user_place"),
    )


def _make_effect() -> None:
    op.create_table(
        "effect",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("frame", sa.String(length=64), nullable=True),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name="fk_effect_conversation"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_effect"),
    )
    op.create_index("ix_effect_conversation", "effect", ["conversation"])


def _make_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("shown", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("trace", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name="fk_inbox_conversation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("account", "event_id", name="uq_inbox_account_event_id"),
        sa.UniqueConstraint("conversation", "n", name="uq_inbox_conversation_n"),
    )
    op.create_index("ix_inbox_status_done_at", "inbox", ["status", "done_at"])
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["conversation", "n"],
        sqlite_where=WAITING_ONLY,
        postgresql_where=WAITING_ONLY,
    )


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hints", sa.Text(), nullable=False),
        sa.Column("prompt", sa.String(length=64), nullable=True),
        sa.Column("trace", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("reported", sa.String(length=16), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name="fk_outbox_conversation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint(
            "conversation",
            "account",
            "user",
            "place",
            "n",
            name="uq_outbox_conversation_account_user_place_n",
        ),
        sa.UniqueConstraint("turn", "ordinal", name="uq_outbox_turn_ordinal"),
    )
    op.create_index("ix_outbox_account_provider_id", "outbox", ["account", "provider_id"])
    op.create_index("ix_outbox_destination", "outbox", ["account", "user", "place", "n"])
    op.create_index("ix_outbox_status_done_at", "outbox", ["status", "done_at"])
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["due"],
        sqlite_where=WAITING_ONLY,
        postgresql_where=WAITING_ONLY,
    )


def _make_timeline() -> None:
    op.create_table(
        "timeline",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("trace", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name="fk_timeline_conversation"
        ),
        sa.PrimaryKeyConstraint("conversation", "seq", name="pk_timeline"),
    )


def _make_timer() -> None:
    op.create_table(
        "timer",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("user", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversation.id"], name="fk_timer_conversation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_timer"),
    )
    op.create_index("ix_timer_due", "timer", ["due"])
