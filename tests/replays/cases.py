"""The replays as they are read from their files, one file for a kind."""

from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any, Self, cast

from annotatedyaml import parse_yaml

from tests.ollama_server import Script, load_script

FOLDER = Path(__file__).parent
_CASE = {"name", "language", "text", "script", "expect"}
_EXPECT = {"changes", "speech", "never", "tools_at_most", "error"}


@dataclass(frozen=True)
class Replay:
    """One utterance, what the model makes of it, and what must come of it."""

    kind: str
    name: str
    language: str
    text: str
    rules: list[Any]
    changes: dict[str, str]
    """Every entity whose state may differ afterwards, with that state."""
    speech: tuple[str, ...]
    """Patterns that the final speech must match."""
    never: tuple[str, ...]
    """Patterns that must not be spoken at any time."""
    tools_at_most: int | None
    """How many actions may reach a device."""
    error: bool
    """Whether the turn has to end with an error."""

    @property
    def id(self) -> str:
        """Its name among all replays."""
        return f"{self.kind}-{self.name}"

    def script(self) -> Script:
        """Read the script, with nothing spent of it."""
        return load_script(self.rules)

    @classmethod
    def from_data(cls, kind: str, data: dict[str, Any]) -> Self:
        """Read one case and refuse what could not be meant."""
        expect = data.get("expect", {})
        if set(data) != _CASE or not set(expect) <= _EXPECT:
            msg = f"unknown or missing in {kind}: {data}"
            raise ValueError(msg)
        changes = expect["changes"]
        # An unquoted `on` is a truth value in YAML, and no state.
        if not all(isinstance(state, str) for state in changes.values()):
            msg = f"a state that is no text in {kind}: {data['name']}"
            raise ValueError(msg)
        replay = cls(
            kind,
            data["name"],
            data["language"],
            data["text"],
            data["script"],
            dict(changes),
            tuple(expect["speech"]),
            tuple(expect.get("never", ())),
            expect.get("tools_at_most"),
            expect.get("error", False),
        )
        replay.script()
        for pattern in replay.speech + replay.never:
            re.compile(pattern)
        return replay


def load_replays() -> list[Replay]:
    """Read all replays."""
    return [
        Replay.from_data(path.stem, case)
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in cast(
            "list[dict[str, Any]]", parse_yaml(path.read_text(encoding="utf-8"))
        )
    ]
