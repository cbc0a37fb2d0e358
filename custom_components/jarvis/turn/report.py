"""What is told of each turn: to sensors, events and whoever asks why."""

from collections.abc import Callable
from dataclasses import dataclass, field
import time
from typing import Any


@dataclass(slots=True)
class TurnReport:
    """How a turn went; what events tell of it holds no words."""

    subentry_id: str
    agent_id: str
    """The entity of the agent."""
    language: str
    began: float = field(default_factory=time.monotonic)
    """When the words came, by the monotonic clock."""
    understood: str = "none"
    model: str | None = None
    endpoint: str | None = None
    error: str | None = None
    first_word: float | None = None
    """Seconds from the words to the first of a streamed reply."""
    prompt: float | None = None
    """Seconds that the endpoint read the prompt of the first round."""
    reread: bool = False
    """Whether that was so long because another client had pushed the prompt out."""
    seconds: float = 0.0
    rounds: int = 0
    tools: list[str] = field(default_factory=list)
    """Names of the tools that were called, in order."""
    actions: list[dict[str, Any]] = field(default_factory=list)
    """Calls that did something, with their arguments; not part of events."""
    context_id: str | None = None
    """The context of the words."""

    def as_dict(self) -> dict[str, Any]:
        """Return it for events."""
        return {
            "agent_id": self.agent_id,
            "language": self.language,
            "understood": self.understood,
            "model": self.model,
            "endpoint": self.endpoint,
            "error": self.error,
            "first_word": self.first_word,
            "prompt": self.prompt,
            "reread": self.reread,
            "seconds": self.seconds,
            "rounds": self.rounds,
            "tools": list(self.tools),
        }


class Reports:
    """Hands each report to those who listen."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._listeners: list[Callable[[TurnReport], None]] = []

    def listen(self, listener: Callable[[TurnReport], None]) -> Callable[[], None]:
        """Call a listener after each turn; return how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, report: TurnReport) -> None:
        """Tell the listeners how a turn went."""
        for listener in tuple(self._listeners):
            listener(report)
