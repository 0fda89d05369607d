"""Tables, and nothing else.

Moments are whole microseconds since 1970 in UTC: exact, ordered, and the same on both databases.
Personal data stands in five places only, so that erasure has five places: the profile in columns
of ``customer``, messages in ``timeline.body``, answers in ``conversation.state``, what was done in
``effect``, what was not understood in ``miss``. Bodies of ``inbox`` and ``outbox`` are transport:
they are emptied once done.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from typing_extensions import override

REVISION = "0004"
"""The newest migration: known here so that Alembic is imported only when a database is behind."""

WAITING = "waiting"
DONE = "done"
SENT = "sent"
DEAD = "dead"
DROPPED = "dropped"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND


customer = Table(
    "customer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("merged_into", String(64), ForeignKey("customer.id"), index=True),
    Column("name", Text),
    Column("locale", Text),
    Column("time_zone", Text),
    Column("preferences", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
)

# One row for each key that a platform vouches for ("user:…", "phone:…"). Inserting it is what
# makes two first messages of one person, arriving at once, wait for each other.
identity = Table(
    "identity",
    metadata,
    Column("account", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("customer", String(64), ForeignKey("customer.id"), nullable=False),
)

# `heard_at` is the newest message's moment, `opened_at` and `shut_at` those of the newest news that
# the customer has let the bot in or shut it out. Each only grows, so the order in which news arrive
# does not matter; an address is shut while `shut_at` is the newest of the three.
address = Table(
    "address",
    metadata,
    Column("account", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("phone", Text),
    Column("customer", String(64), ForeignKey("customer.id"), nullable=False, index=True),
    Column("shown", String(64)),
    Column("made_at", Moment, nullable=False),
    Column("heard_at", Moment),
    Column("opened_at", Moment),
    Column("shut_at", Moment),
    Column("is_room", Boolean),
)

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("customer", String(64), ForeignKey("customer.id"), nullable=False),
    Column("scope", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("lease_until", Moment),
    Column("state", Text, nullable=False),
    Column("inbox_n", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("used_at", Moment, nullable=False, index=True),
    UniqueConstraint("customer", "scope"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("conversation", String(64), ForeignKey("conversation.id")),
    Column("n", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("shown", String(64)),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("trace", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("done_at", Moment),
    UniqueConstraint("account", "event_id"),
    UniqueConstraint("conversation", "n"),
    Index(
        "ix_inbox_waiting",
        "conversation",
        "n",
        sqlite_where=text("status = 'waiting'"),
        postgresql_where=text("status = 'waiting'"),
    ),
    Index("ix_inbox_status_done_at", "status", "done_at"),
)

effect = Table(
    "effect",
    metadata,
    Column("key", Text, primary_key=True),
    Column("action", Text, nullable=False),
    Column("frame", String(64)),
    Column("conversation", String(64), ForeignKey("conversation.id"), nullable=False, index=True),
    Column("request_hash", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("arguments", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
)

# `seq` is the message's line in the log; `edits` the row that this one takes the place of.
outbox = Table(
    "outbox",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation", String(64), ForeignKey("conversation.id"), nullable=False),
    Column("account", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("phone", Text),
    Column("n", Integer, nullable=False),
    Column("turn", String(64), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("hints", Text, nullable=False),
    Column("prompt", String(64)),
    Column("trace", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("due", Moment, nullable=False),
    Column("claimed_until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("provider_id", Text),
    Column("reported", String(16)),
    Column("created_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("seq", Integer),
    Column("edits", String(64)),
    UniqueConstraint("turn", "ordinal"),
    UniqueConstraint("conversation", "account", "user", "place", "n"),
    Index("ix_outbox_account_provider_id", "account", "provider_id"),
    Index(
        "ix_outbox_prompt",
        "prompt",
        sqlite_where=text("prompt IS NOT NULL"),
        postgresql_where=text("prompt IS NOT NULL"),
    ),
    Index("ix_outbox_destination", "account", "user", "place", "n"),
    Index(
        "ix_outbox_waiting",
        "due",
        sqlite_where=text("status = 'waiting'"),
        postgresql_where=text("status = 'waiting'"),
    ),
    Index("ix_outbox_status_done_at", "status", "done_at"),
)

# Reports that overtook the commit of the receipt they belong to; `sent` collects them.
early_report = Table(
    "early_report",
    metadata,
    Column("account", Text, primary_key=True),
    Column("provider_id", Text, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

timeline = Table(
    "timeline",
    metadata,
    Column("conversation", String(64), ForeignKey("conversation.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Column("trace", String(64)),
)

timer = Table(
    "timer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation", String(64), ForeignKey("conversation.id"), nullable=False),
    Column("due", Moment, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("account", Text),
    Column("user", Text),
    Column("place", Text),
)

# Dialogs that wait for an event, each beside its frame: a copy of what the state says, to be found
# by. Where the customer was last heard is where the dialog goes on.
waiting = Table(
    "waiting",
    metadata,
    Column("conversation", String(64), ForeignKey("conversation.id"), primary_key=True),
    Column("frame", String(64), primary_key=True),
    Column("event", Text, nullable=False),
    Column("key", Text),
    Column("account", Text),
    Column("user", Text),
    Column("place", Text),
    Index("ix_waiting_event_key", "event", "key"),
)

link_code = Table(
    "link_code",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("customer", String(64), ForeignKey("customer.id"), nullable=False),
    Column("expires", Moment, nullable=False),
    UniqueConstraint("account", "user", "place"),
)

wrong_try = Table(
    "wrong_try",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Index("ix_wrong_try_account_user", "account", "user"),
)

# Its one row is locked by whoever redeems: wrong tries are counted one after another.
gate = Table(
    "gate",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("passes", BigInteger, nullable=False),
)

shelf = Table(
    "shelf",
    metadata,
    Column("connector", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("expires", Moment, index=True),
)

# Commands that an operator switched at run time; one that is not here is as its plugin says.
switch = Table(
    "switch",
    metadata,
    Column("command", Text, primary_key=True),
    Column("is_on", Boolean, nullable=False),
)

# Sentences that were not read right. `body` is the `bot.Missed`, `words` the hash of its text in
# lower case; `customer` is who said it, also where they were linked to somebody.
miss = Table(
    "miss",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation", String(64), ForeignKey("conversation.id"), nullable=False),
    Column("customer", String(64), ForeignKey("customer.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Column("words", String(64), nullable=False),
    Column("chosen", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("meaning", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Index("ix_miss_state_at", "state", "at"),
)
