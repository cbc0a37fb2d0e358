"""How a database file becomes what this version expects, one small step at a time."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

type Step = Sequence[str]
"""The statements of one version. What was released is never changed, only followed."""

_FIRST: Step = (
    # Keys of their own: VACUUM renumbers rows without, the full text points there.
    """
    CREATE TABLE turn (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        conversation TEXT NOT NULL,
        owner TEXT,
        agent TEXT,
        device TEXT,
        area TEXT,
        language TEXT,
        at INTEGER NOT NULL,
        said TEXT NOT NULL,
        answered TEXT,
        done TEXT NOT NULL,
        model TEXT,
        excluded INTEGER NOT NULL,
        terms TEXT NOT NULL,
        whose TEXT AS (iif(owner IS NULL, 'household', 'x' || hex(owner)))
    ) STRICT
    """,
    "CREATE INDEX turn_of_conversation ON turn (conversation, at, id)",
    "CREATE INDEX turn_of_owner ON turn (owner, at)",
    "CREATE INDEX turn_by_time ON turn (at)",
    """
    CREATE TABLE fact (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        owner TEXT,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        subject TEXT NOT NULL,
        origin TEXT NOT NULL,
        confidence REAL NOT NULL,
        importance REAL NOT NULL,
        valid_from INTEGER,
        valid_to INTEGER,
        expires_at INTEGER,
        source_turn TEXT,
        superseded_by TEXT,
        created_at INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        terms TEXT NOT NULL,
        whose TEXT AS (iif(owner IS NULL, 'household', 'x' || hex(owner)))
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX fact_once
    ON fact (coalesce(owner, ''), kind, content_hash) WHERE superseded_by IS NULL
    """,
    "CREATE INDEX fact_of_owner ON fact (owner, created_at)",
    "CREATE INDEX fact_by_time ON fact (created_at)",
    "CREATE INDEX fact_of_turn ON fact (source_turn) WHERE source_turn IS NOT NULL",
    """
    CREATE INDEX fact_by_successor
    ON fact (superseded_by) WHERE superseded_by IS NOT NULL
    """,
    "CREATE INDEX fact_by_end ON fact (expires_at) WHERE expires_at IS NOT NULL",
    """
    CREATE TABLE embedding_space (
        id TEXT PRIMARY KEY,
        model TEXT NOT NULL,
        dimensions INTEGER NOT NULL,
        prefixes TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX one_space_serves
    ON embedding_space (state) WHERE state IN ('serving', 'building')
    """,
    """
    CREATE TABLE vector (
        seq INTEGER PRIMARY KEY,
        space TEXT NOT NULL REFERENCES embedding_space (id),
        item TEXT NOT NULL,
        item_kind TEXT NOT NULL,
        owner TEXT,
        data BLOB NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX vector_of_item ON vector (item, space)",
    "CREATE INDEX vector_of_space ON vector (space)",
    """
    CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        op TEXT NOT NULL,
        item_kind TEXT NOT NULL,
        item TEXT NOT NULL,
        payload TEXT,
        created_at INTEGER NOT NULL,
        tries INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX outbox_of_item ON outbox (item)",
    """
    CREATE TABLE tombstone (
        owner TEXT,
        content_hash TEXT NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX tombstone_once
    ON tombstone (content_hash, coalesce(owner, ''))
    """,
    """
    CREATE TABLE off_limits (
        id TEXT PRIMARY KEY,
        owner TEXT,
        text TEXT NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)

_REMINDERS: Step = (
    """
    CREATE TABLE reminder (
        id TEXT NOT NULL PRIMARY KEY,
        what TEXT NOT NULL,
        kind TEXT NOT NULL,
        owner TEXT,
        whom TEXT NOT NULL,
        due INTEGER,
        grain INTEGER NOT NULL,
        rule TEXT,
        first INTEGER,
        zone TEXT NOT NULL,
        awaited TEXT,
        language TEXT NOT NULL,
        device TEXT,
        user_id TEXT,
        created_at INTEGER NOT NULL,
        state TEXT NOT NULL,
        rung INTEGER,
        again_at INTEGER,
        is_held INTEGER NOT NULL,
        claimed_at INTEGER,
        begun_at INTEGER,
        told_at INTEGER,
        tellings INTEGER NOT NULL,
        ended_at INTEGER,
        next_at INTEGER
    ) STRICT
    """,
    # The next one is found at once, however many there are.
    """
    CREATE INDEX reminder_by_next
    ON reminder (next_at) WHERE next_at IS NOT NULL AND claimed_at IS NULL
    """,
    """
    CREATE INDEX reminder_being_told
    ON reminder (claimed_at) WHERE claimed_at IS NOT NULL
    """,
    "CREATE INDEX reminder_of_owner ON reminder (owner, state)",
    "CREATE INDEX reminder_by_end ON reminder (ended_at) WHERE ended_at IS NOT NULL",
)

_TIMERS: Step = (
    """
    CREATE TABLE timer (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        seconds INTEGER NOT NULL,
        owner TEXT,
        device TEXT,
        language TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        state TEXT NOT NULL,
        due INTEGER,
        seconds_left REAL,
        rung INTEGER,
        again_at INTEGER,
        tellings INTEGER NOT NULL,
        ended_at INTEGER
    ) STRICT
    """,
    "CREATE INDEX timer_open ON timer (created_at) WHERE ended_at IS NULL",
    "CREATE INDEX timer_by_end ON timer (ended_at) WHERE ended_at IS NOT NULL",
)


def _full_text(table: str) -> Step:
    """Return what indexes the terms of a table, and keeps the index in step.

    The owner is a term too: among ten owners that makes a search three times faster.
    """
    index = f"{table}_terms"
    add = (
        f"INSERT INTO {index} (rowid, whose, terms)"  # noqa: S608
        " VALUES (new.seq, new.whose, new.terms);"
    )
    remove = (
        f"INSERT INTO {index} ({index}, rowid, whose, terms)"  # noqa: S608
        " VALUES ('delete', old.seq, old.whose, old.terms);"
    )
    return (
        f"""
        CREATE VIRTUAL TABLE {index} USING fts5 (
            whose, terms, content = '{table}', content_rowid = 'seq', tokenize = 'ascii'
        )
        """,
        # What is forgotten leaves the index at once, not when segments merge.
        f"INSERT INTO {index} ({index}, rank) VALUES ('secure-delete', 1)",  # noqa: S608
        f"CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {table}_removed AFTER DELETE ON {table} BEGIN {remove} END",
        f"""
        CREATE TRIGGER {table}_changed AFTER UPDATE OF terms ON {table}
        BEGIN {remove} {add} END
        """,
    )


MIGRATIONS: Sequence[Step] = (
    (*_FIRST, *_full_text("turn"), *_full_text("fact")),
    _REMINDERS,
    _TIMERS,
)
"""What leads from each version to the next: the first makes version 1."""


async def migrate(engine: AsyncEngine, steps: Sequence[Step] = MIGRATIONS) -> int:
    """Bring a database to the newest version; return the one that it had."""
    async with engine.connect() as connection:
        found = await connection.exec_driver_sql("PRAGMA user_version")
        before = int(found.scalar_one())
    for version, statements in enumerate(steps[before:], before + 1):
        async with engine.begin() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)
            await connection.exec_driver_sql(f"PRAGMA user_version = {version}")
    return before
