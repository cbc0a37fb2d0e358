"""Sentences of others and the homes they were said in, as their files tell them.

Nothing of them is in the repository: the files are named on the command line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
import json
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence, what was so before, and what it is about."""

    identity: str
    kind: str
    home: str
    utterance: str
    setup: Mapping[str, Mapping[str, Any]]
    changes: Sequence[str]
    """The entities that it is expected to change."""
    answers: Sequence[str]
    """What a good reply to a question contains, one of them."""
    device: str | None
    now: datetime | None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Read a line of the file."""
        now = data["context_now"]
        return cls(
            identity=data["id"],
            kind=data["category"],
            home=data["home"],
            utterance=data["utterance"],
            setup=data["setup"] or {},
            changes=tuple(data["expect_changes"] or ()),
            answers=tuple(str(one) for one in data["expect_response"] or ()),
            device=data["context_device"],
            now=datetime.fromisoformat(now) if now else None,
        )

    @property
    def is_question(self) -> bool:
        """Tell whether it belongs to the set of questions."""
        return self.identity.startswith("questions/")


def load_cases(path: Path) -> list[Case]:
    """Read the cases that can be passed."""
    lines = path.read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines if line.strip()]
    return [Case.of(one) for one in read if not one["broken"]]


def load_homes(path: Path) -> dict[str, Any]:
    """Read the homes."""
    homes: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return homes
