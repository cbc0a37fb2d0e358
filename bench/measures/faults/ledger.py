"""What was acknowledged, and whether a home has it: counted from outside with SQL."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
import shutil
import sqlite3
from tempfile import TemporaryDirectory

from custom_components.jarvis.memory.records import content_hash
from tests.postgres_server import Server

_ROWS = (
    "SELECT id, text, '' FROM {schema}fact"
    " UNION ALL SELECT id, said, coalesce(answered, '') FROM {schema}turn"
)
_BETWEEN = "|"
"""What psql puts between the columns; no text here has it."""

type Rows = Sequence[tuple[str, str, str]]
"""The id, the words and the reply of all that a home holds."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a home has of what was acknowledged."""

    acknowledged: int = 0
    found: int = 0
    doubled: int = 0

    @property
    def lost(self) -> int:
        """How much is not there that was acknowledged."""
        return self.acknowledged - self.found


@dataclass(slots=True)
class Ledger:
    """What was acknowledged so far."""

    written: dict[str, str] = field(default_factory=dict)
    """Words by their ids."""
    answered: dict[str, str] = field(default_factory=dict)
    """Replies by the ids of their turns."""
    said: set[str] = field(default_factory=set)
    """Words that somebody was told are kept, under an id that only Jarvis knows."""

    def found(self, rows: Rows, sent: Sequence[str]) -> Found:
        """Compare with what a home holds; `sent` are words that it may have once."""
        there = {row[0]: row for row in rows}
        ids = Counter(row[0] for row in rows)
        texts = Counter(_plain(text) for _id, text, _answered in rows)
        kept = [
            *(key in there and there[key][1] == it for key, it in self.written.items()),
            *(
                key in there and there[key][2] == it
                for key, it in self.answered.items()
            ),
            *(_plain(text) in texts for text in self.said),
        ]
        once = {_plain(text) for text in sent}
        doubled = sum(count > 1 for count in ids.values())
        doubled += sum(texts[text] > 1 for text in once)
        return Found(len(kept), sum(kept), doubled)


def rows_of_file(path: Path) -> Rows:
    """Read all that a local home holds.

    It is read from a copy: whoever opens the file itself next is to find the log that
    was left there.
    """
    with TemporaryDirectory() as folder:
        for file in (path, path.with_name(f"{path.name}-wal")):
            if file.exists():
                shutil.copy(file, folder)
        with closing(sqlite3.connect(Path(folder) / path.name)) as connection:
            return connection.execute(_ROWS.format(schema="")).fetchall()


def rows_of_server(server: Server, database: str) -> Rows:
    """Read all that a second home holds."""
    lines = server.sql(_ROWS.format(schema="jarvis_memory."), database=database)
    return [_row(line) for line in lines]


def _row(line: str) -> tuple[str, str, str]:
    key, text, answered = line.split(_BETWEEN)
    return key, text, answered


def _plain(text: str) -> str:
    return content_hash(text)
