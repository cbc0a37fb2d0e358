"""The tables, as both databases have them.

`migrations.py` makes SQLite's, `postgres_migrations.py` PostgreSQL's.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, override

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine, UserDefinedType

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment; SQLite, which has no type for it, keeps microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type where it has one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return what is written for a moment."""
        if value is None or dialect.name == "postgresql":
            return value
        return (value - _EPOCH) // timedelta(microseconds=1)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the moment that was written."""
        if isinstance(value, int):
            return _EPOCH + timedelta(microseconds=value)
        return value.astimezone(UTC) if isinstance(value, datetime) else None


class _Halfvec(UserDefinedType[bytes]):
    """pgvector's type; the connection reads and writes it as bytes."""

    cache_ok = True

    @override
    def get_col_spec(self, **_more: Any) -> str:
        """Return its name."""
        return "halfvec"


class HalfVector(TypeDecorator[bytes]):
    """A vector as the bytes of its float16s, the low byte of each first."""

    impl = LargeBinary
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type where it has one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(_Halfvec())
        return dialect.type_descriptor(LargeBinary())


metadata = MetaData()

turn = Table(
    "turn",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("conversation", Text, nullable=False),
    Column("owner", Text),
    Column("agent", Text),
    Column("device", Text),
    Column("area", Text),
    Column("language", Text),
    Column("at", UtcDateTime, nullable=False),
    Column("said", Text, nullable=False),
    Column("answered", Text),
    Column("done", JSON, nullable=False),
    Column("model", Text),
    Column("excluded", Boolean, nullable=False),
    Column("terms", Text, nullable=False),
)

fact = Table(
    "fact",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("owner", Text),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("importance", Float, nullable=False),
    Column("valid_from", UtcDateTime),
    Column("valid_to", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("source_turn", Text),
    Column("superseded_by", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("terms", Text, nullable=False),
)

embedding_space = Table(
    "embedding_space",
    metadata,
    Column("id", Text, primary_key=True),
    Column("model", Text, nullable=False),
    Column("dimensions", Integer, nullable=False),
    Column("prefixes", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

vector = Table(
    "vector",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("space", Text, ForeignKey("embedding_space.id"), nullable=False),
    Column("item", Text, nullable=False),
    Column("item_kind", Text, nullable=False),
    Column("owner", Text),
    Column("data", HalfVector, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("op", Text, nullable=False),
    Column("item_kind", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("payload", JSON(none_as_null=True)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
)

tombstone = Table(
    "tombstone",
    metadata,
    Column("owner", Text),
    Column("content_hash", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

off_limits = Table(
    "off_limits",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text),
    Column("text", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

reminder = Table(
    "reminder",
    metadata,
    Column("id", Text, primary_key=True),
    Column("what", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("owner", Text),
    Column("whom", JSON, nullable=False),
    Column("due", UtcDateTime),
    Column("grain", Integer, nullable=False),
    Column("rule", Text),
    Column("first", UtcDateTime),
    Column("zone", Text, nullable=False),
    Column("awaited", JSON(none_as_null=True)),
    Column("language", Text, nullable=False),
    Column("device", Text),
    Column("user_id", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("rung", UtcDateTime),
    Column("again_at", UtcDateTime),
    Column("is_held", Boolean, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("begun_at", UtcDateTime),
    Column("told_at", UtcDateTime),
    Column("tellings", Integer, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("next_at", UtcDateTime),
)

timer = Table(
    "timer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("owner", Text),
    Column("device", Text),
    Column("language", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("due", UtcDateTime),
    Column("seconds_left", Float),
    Column("rung", UtcDateTime),
    Column("again_at", UtcDateTime),
    Column("tellings", Integer, nullable=False),
    Column("ended_at", UtcDateTime),
)
