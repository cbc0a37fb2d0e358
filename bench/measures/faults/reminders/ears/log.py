"""What was promised and what people saw and heard, line by line on the disk."""

from collections.abc import Iterator
from enum import StrEnum
import json
import os
from pathlib import Path

NAME = "heard.jsonl"
"""The file's name, in Home Assistant's folder."""


class How(StrEnum):
    """What happened."""

    ASKED = "asked"
    """Somebody asks for it; perhaps nobody answers."""
    PROMISED = "promised"
    HEARD = "heard"
    """Said aloud: its beginning."""
    SHOWN = "shown"
    RAN = "ran"


class Log:
    """A file to which several processes add one after the other."""

    def __init__(self, path: Path) -> None:
        """Take where it is; blocks."""
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(self, how: How, what: str) -> None:
        """Write a line, which outlives the process; blocks."""
        line = json.dumps([how.value, what], ensure_ascii=False)
        os.write(self._file, f"{line}\n".encode())
        os.fsync(self._file)

    def lines(self) -> Iterator[tuple[How, str]]:
        """Yield what was noted, in its order."""
        for line in self._path.read_text("utf-8").splitlines():
            how, what = json.loads(line)
            yield How(how), what

    def close(self) -> None:
        """Add nothing more."""
        os.close(self._file)
