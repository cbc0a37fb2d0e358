"""What is done with the database's files as a whole. It blocks: for threads only."""

from datetime import UTC, datetime
from pathlib import Path

_BESIDE = ("", "-wal", "-shm")
_ASIDE = ".corrupt-"


def prepare(path: Path) -> bool:
    """Make the folder; tell whether the last one who wrote did not close the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    log = _beside(path, "-wal")
    return log.exists() and log.stat().st_size > 0


def set_aside(path: Path) -> Path:
    """Rename a corrupt database and what belongs to it; return its new name."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    aside = path.with_name(f"{path.name}{_ASIDE}{stamp}")
    for ending in _BESIDE:
        part = _beside(path, ending)
        if part.exists():
            # SQLite finds the log by the name of the file that it belongs to.
            part.rename(_beside(aside, ending))
    return aside


def files_set_aside(path: Path) -> list[Path]:
    """Return all files that were ever set aside and are still there."""
    if not path.parent.exists():
        return []
    return sorted(path.parent.glob(f"{path.name}{_ASIDE}*"))


def remove_set_aside(path: Path) -> int:
    """Delete everything that was set aside; return how many files that were."""
    files = files_set_aside(path)
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
