"""What is kept: turns and facts."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
import hashlib
from typing import Any
import unicodedata
import uuid


class Kind(StrEnum):
    """What a fact is about."""

    PREFERENCE = "preference"
    PERSON = "person"
    ROUTINE = "routine"
    PLACE = "place"
    DEVICE = "device"
    EVENT = "event"
    INSTRUCTION = "instruction"
    VOCABULARY = "vocabulary"
    BASELINE = "baseline"
    NOTE = "note"


class Origin(StrEnum):
    """How a fact became known."""

    SAID = "said"
    INFERRED = "inferred"


class Item(StrEnum):
    """What a row is, where turns and facts stand side by side."""

    TURN = "turn"
    FACT = "fact"


def new_id() -> str:
    """Return an id that no other machine gives; ids sort by their time."""
    return str(uuid.uuid7())


def now() -> datetime:
    """Return the moment, in UTC as everything that is kept."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one person said once, and what came of it."""

    id: str = field(default_factory=new_id)
    conversation: str
    said: str
    at: datetime = field(default_factory=now)
    owner: str | None = None
    """The person; None is the household."""
    agent: str | None = None
    device: str | None = None
    area: str | None = None
    language: str | None = None
    answered: str | None = None
    """None until the reply is there."""
    done: dict[str, Any] = field(default_factory=dict)
    """Actions and tools."""
    model: str | None = None
    excluded: bool = False
    """Not to be remembered: neither recalled nor learned from nor sent elsewhere."""

    @property
    def words(self) -> str:
        """What is searched and embedded."""
        return f"{self.said}\n{self.answered}" if self.answered else self.said


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One plain sentence that holds, or held."""

    id: str = field(default_factory=new_id)
    text: str
    kind: Kind = Kind.NOTE
    owner: str | None = None
    """The person; None is the household."""
    subject: str = ""
    origin: Origin = Origin.SAID
    confidence: float = 1.0
    importance: float = 0.5
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    """When it ceased to hold, or will; it is kept as the past."""
    expires_at: datetime | None = None
    """When it is to be gone altogether."""
    source_turn: str | None = None
    superseded_by: str | None = None
    created_at: datetime = field(default_factory=now)

    @property
    def words(self) -> str:
        """What is searched and embedded."""
        return self.text

    @property
    def content_hash(self) -> str:
        """What two sentences that say the same in the same words have in common."""
        return content_hash(self.text)

    def is_past(self, at: datetime) -> bool:
        """Tell whether something newer stands in its place, or its time is over."""
        return self.superseded_by is not None or (
            self.valid_to is not None and self.valid_to <= at
        )


def content_hash(text: str) -> str:
    """Hash a sentence without regard to case, spaces and the mark at its end."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return hashlib.sha256(" ".join(plain.split()).rstrip(" .!…").encode()).hexdigest()
