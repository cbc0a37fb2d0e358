"""How a PostgreSQL database becomes what this version expects, by small steps."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from .errors import Reason, StoreError

type Step = Sequence[str]
"""The statements of one version. What was released is never changed, only followed."""

SCHEMA = "jarvis_memory"
OLDEST_SERVER = 14
OLDEST_VECTOR = (0, 7)
"""The first with `halfvec`."""
ITERATIVE_VECTOR = (0, 8)
"""The first whose index goes on searching until enough rows pass the filters."""

_LOCK = 0x4A61727669730001
"""Several houses may migrate at once; this number is the lock of all."""
_NOT_AVAILABLE = {"0A000", "58P01"}


def _searched(owner: str) -> str:
    """Return the column of terms that each begin with whose they are.

    So a search reads no list that others have made long.
    """
    key = f"(coalesce(replace({owner}, ' ', '_'), '') || ':')"
    return f"""
        searched text[] COLLATE "C" NOT NULL GENERATED ALWAYS AS (
            CASE WHEN terms = '' THEN '{{}}'::text[] ELSE string_to_array(
                {key} || replace(terms, ' ', ' ' || {key}), ' '
            ) END
        ) STORED
    """


_FIRST: Step = (
    f"""
    CREATE TABLE turn (
        seq bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        id text COLLATE "C" NOT NULL UNIQUE,
        conversation text NOT NULL,
        owner text,
        agent text,
        device text,
        area text,
        language text,
        at timestamptz NOT NULL,
        said text NOT NULL,
        answered text,
        done json NOT NULL,
        model text,
        excluded boolean NOT NULL,
        terms text NOT NULL,
        {_searched("owner")}
    )
    """,
    "CREATE INDEX turn_of_conversation ON turn (conversation, at, id)",
    "CREATE INDEX turn_of_owner ON turn (owner, at)",
    "CREATE INDEX turn_by_time ON turn (at)",
    # Without the list of what is yet to be sorted in: every search would read it.
    "CREATE INDEX turn_terms ON turn USING gin (searched) WITH (fastupdate = off)",
    f"""
    CREATE TABLE fact (
        seq bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        id text COLLATE "C" NOT NULL UNIQUE,
        owner text,
        kind text NOT NULL,
        text text NOT NULL,
        subject text NOT NULL,
        origin text NOT NULL,
        confidence double precision NOT NULL,
        importance double precision NOT NULL,
        valid_from timestamptz,
        valid_to timestamptz,
        expires_at timestamptz,
        source_turn text COLLATE "C",
        superseded_by text COLLATE "C",
        created_at timestamptz NOT NULL,
        content_hash text NOT NULL,
        terms text NOT NULL,
        {_searched("owner")}
    )
    """,
    """
    CREATE UNIQUE INDEX fact_once
    ON fact (coalesce(owner, ''), kind, content_hash) WHERE superseded_by IS NULL
    """,
    "CREATE INDEX fact_of_owner ON fact (owner, created_at)",
    "CREATE INDEX fact_by_time ON fact (created_at)",
    "CREATE INDEX fact_by_hash ON fact (content_hash)",
    "CREATE INDEX fact_of_turn ON fact (source_turn) WHERE source_turn IS NOT NULL",
    """
    CREATE INDEX fact_by_successor
    ON fact (superseded_by) WHERE superseded_by IS NOT NULL
    """,
    "CREATE INDEX fact_by_end ON fact (expires_at) WHERE expires_at IS NOT NULL",
    "CREATE INDEX fact_terms ON fact USING gin (searched) WITH (fastupdate = off)",
    """
    CREATE TABLE embedding_space (
        id text COLLATE "C" PRIMARY KEY,
        model text NOT NULL,
        dimensions integer NOT NULL,
        prefixes json NOT NULL,
        state text NOT NULL,
        created_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE space_of_house (
        house text NOT NULL,
        named text COLLATE "C" NOT NULL,
        space text COLLATE "C" NOT NULL REFERENCES embedding_space (id),
        PRIMARY KEY (house, named)
    )
    """,
    """
    CREATE TABLE vector (
        seq bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        space text COLLATE "C" NOT NULL REFERENCES embedding_space (id),
        item text COLLATE "C" NOT NULL,
        item_kind text NOT NULL,
        owner text,
        data halfvec NOT NULL,
        code bit varying NOT NULL GENERATED ALWAYS AS (binary_quantize(data)) STORED
    )
    -- A vector stays in its row as long as that fits a page.
    WITH (toast_tuple_target = 8160)
    """,
    "CREATE UNIQUE INDEX vector_of_item ON vector (item, space)",
    # An owner's codes side by side: the table is read for the best of them alone.
    """
    CREATE INDEX vector_of_owner
    ON vector (space, owner, item_kind) INCLUDE (seq, code)
    """,
    """
    CREATE TABLE tombstone (
        owner text,
        content_hash text NOT NULL,
        created_at timestamptz NOT NULL,
        noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    """
    CREATE UNIQUE INDEX tombstone_once
    ON tombstone (content_hash, coalesce(owner, ''))
    """,
    "CREATE INDEX tombstone_by_time ON tombstone (noted_at)",
    """
    CREATE TABLE gone (
        id text COLLATE "C" PRIMARY KEY,
        house text NOT NULL,
        noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "CREATE INDEX gone_by_time ON gone (noted_at)",
    """
    CREATE TABLE off_limits (
        id text COLLATE "C" PRIMARY KEY,
        owner text,
        text text NOT NULL,
        created_at timestamptz NOT NULL,
        noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "CREATE TABLE meta (key text PRIMARY KEY, value text NOT NULL)",
)

MIGRATIONS: Sequence[Step] = (_FIRST,)
"""What leads from each version to the next: the first makes version 1."""


@dataclass(frozen=True, slots=True)
class Extension:
    """The extension `vector`, as the database has it."""

    version: str
    schema: str

    @property
    def is_iterative(self) -> bool:
        """Tell whether an index can go on until enough rows pass the filters."""
        return numbers(self.version) >= ITERATIVE_VECTOR

    @property
    def path(self) -> str:
        """Return where names are looked up."""
        return f'{SCHEMA}, "{self.schema}", public'


def numbers(version: str) -> tuple[int, ...]:
    """Return what two versions are compared by."""
    return tuple(int(one) for one in version.split(".") if one.isdecimal())


async def extension(connection: asyncpg.Connection) -> Extension | None:
    """Return the extension of a database."""
    row = await connection.fetchrow(
        "SELECT extversion, nspname FROM pg_extension"
        " JOIN pg_namespace ON pg_namespace.oid = extnamespace"
        " WHERE extname = 'vector'"
    )
    return Extension(row["extversion"], row["nspname"]) if row else None


async def migrate(
    connection: asyncpg.Connection, steps: Sequence[Step] = MIGRATIONS
) -> int:
    """Bring a database to the newest version; return the one that it had."""
    server = connection.get_server_version()
    if server.major < OLDEST_SERVER:
        raise StoreError(Reason.SERVER_TOO_OLD, f"{server.major}.{server.minor}")
    before = await _version(connection)
    if before > len(steps):
        raise StoreError(Reason.NEWER, f"version {before}, newest known {len(steps)}")
    if before == len(steps):
        _usable(await extension(connection))
        return before
    # Held by the connection, so that it ends with it whatever happens.
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
    try:
        return await _migrate(connection, steps)
    finally:
        if not connection.is_closed():
            await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)


async def _migrate(connection: asyncpg.Connection, steps: Sequence[Step]) -> int:
    """Do what is left to do, alone."""
    if await extension(connection) is None:
        await _create_extension(connection)
    found = _usable(await extension(connection))
    known = await connection.fetchval("SELECT to_regnamespace($1)::oid", SCHEMA)
    if known is None:
        await connection.execute(f"CREATE SCHEMA {SCHEMA}")
    await connection.execute(f"SET search_path = {found.path}")
    before = await _version(connection)
    for version, statements in enumerate(steps[before:], before + 1):
        async with connection.transaction():
            for statement in statements:
                await connection.execute(statement)
            await connection.execute(
                f"CREATE TABLE IF NOT EXISTS {SCHEMA}.version (version integer)"
            )
            await connection.execute(f"DELETE FROM {SCHEMA}.version")  # noqa: S608
            await connection.execute(
                f"INSERT INTO {SCHEMA}.version VALUES ($1)",  # noqa: S608
                version,
            )
    return before


async def _version(connection: asyncpg.Connection) -> int:
    """Return the version of the tables; 0 where there are none."""
    name = f"{SCHEMA}.version"
    if await connection.fetchval("SELECT to_regclass($1)::oid", name) is None:
        return 0
    return int(await connection.fetchval(f"SELECT version FROM {name}"))  # noqa: S608


async def _create_extension(connection: asyncpg.Connection) -> None:
    try:
        await connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except asyncpg.InsufficientPrivilegeError as err:
        raise StoreError(Reason.VECTOR_RIGHTS, "CREATE EXTENSION vector") from err
    except asyncpg.PostgresError as err:
        if err.sqlstate not in _NOT_AVAILABLE:
            raise
        raise StoreError(Reason.NO_VECTOR, str(err)) from err


def _usable(found: Extension | None) -> Extension:
    if found is None:
        raise StoreError(Reason.NO_VECTOR, "dropped")
    if numbers(found.version) < OLDEST_VECTOR:
        raise StoreError(Reason.VECTOR_TOO_OLD, found.version)
    return found
