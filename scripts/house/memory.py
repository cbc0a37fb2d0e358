"""What the last start did, and the lock that keeps one house per folder."""

from dataclasses import asdict, dataclass, field, fields
import fcntl
import json
from pathlib import Path
from typing import Self, TextIO

from .server import HouseError


@dataclass
class Applied:
    """What is already done in this house."""

    plan: str = ""
    furnished: bool = False
    endpoints: list[str] = field(default_factory=list)
    language: str = ""
    model: str | None = None
    prefer_local: bool = True
    voice: bool = False

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what the last start wrote; nothing, at the first."""
        if not path.exists():
            return cls()
        content = json.loads(path.read_text(encoding="utf-8"))
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in content.items() if name in known})

    def save(self, path: Path) -> None:
        """Remember it for the next start."""
        path.write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")


def lock(state: Path) -> TextIO:
    """Take the folder for this process, until the file is closed."""
    file = (state / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as err:
        file.close()
        raise HouseError(
            f"A house already runs from {state}. End it first, or choose another"
            " folder with --state.",
            2,
        ) from err
    return file
