"""Says sentences to Jarvis through the Assist pipeline and watches what changes."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from dataclasses import asdict, dataclass, field
import time
from typing import Any

from .client import HomeAssistant
from .server import HouseError

SILENCE_SECONDS = 0.3
SETTLE_SECONDS = 3

# They follow from other attributes, or only say when something happened.
DERIVED_ATTRIBUTES = {
    "color_mode",
    "current",
    "entity_picture",
    "is_closed",
    "last_triggered",
    "rgb_color",
    "xy_color",
}

type Queue = asyncio.Queue[dict[str, Any] | None]


@dataclass
class Change:
    """What one entity became."""

    entity_id: str
    before: str | None
    after: str | None
    attributes: dict[str, tuple[Any, Any]]


@dataclass
class Said:
    """A sentence and everything that followed."""

    text: str
    reply: str = ""
    understood: str = "none"
    model: str | None = None
    error: str | None = None
    changed: list[Change] = field(default_factory=list)
    seconds: float = 0.0
    first_word_seconds: float | None = None
    streamed: bool = False

    @property
    def answered(self) -> bool:
        """Tell whether there was an answer."""
        return self.error is None

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


class Watch:
    """Collects the changes of the entities that matter."""

    def __init__(self, queue: Queue, entities: set[str]) -> None:
        """Read state changes from the queue."""
        self._queue = queue
        self._entities = entities
        self._states: dict[str, list[dict[str, Any] | None]] = {}

    async def settled(self) -> list[Change]:
        """Return what changed, once nothing more does."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                with contextlib.suppress(TimeoutError):
                    while True:
                        self._take(
                            await asyncio.wait_for(self._queue.get(), SILENCE_SECONDS)
                        )
        states, self._states = self._states, {}
        changes = (change_of(entity, old, new) for entity, (old, new) in states.items())
        return [change for change in changes if change is not None]

    def _take(self, message: dict[str, Any] | None) -> None:
        if message is None:
            raise HouseError("The connection to Home Assistant was lost.")
        data = message["event"]["data"]
        entity = data["entity_id"]
        if entity in self._entities:
            states = self._states.setdefault(entity, [data["old_state"], None])
            states[1] = data["new_state"]


@contextlib.asynccontextmanager
async def watch(client: HomeAssistant, places: set[str]) -> AsyncIterator[Watch]:
    """Watch the given entities and everything that Jarvis may see."""
    answer = await client.command("homeassistant/expose_entity/list")
    exposed = {
        entity
        for entity, assistants in answer["exposed_entities"].items()
        if assistants.get("conversation")
    }
    async with client.subscription(
        "subscribe_events", event_type="state_changed"
    ) as queue:
        yield Watch(queue, exposed | places)


async def say_all(
    client: HomeAssistant, texts: list[str], places: set[str]
) -> AsyncIterator[Said]:
    """Say the sentences one after the other, as one conversation."""
    conversation_id: str | None = None
    async with watch(client, places) as changes:
        await changes.settled()
        for text in texts:
            said, conversation_id = await _say(client, text, conversation_id)
            said.changed = await changes.settled()
            yield said


def change_of(
    entity: str, old: dict[str, Any] | None, new: dict[str, Any] | None
) -> Change | None:
    """Return the change between two states, or None where nothing worth telling did."""
    before = old["state"] if old else None
    after = new["state"] if new else None
    olds = old["attributes"] if old else {}
    news = new["attributes"] if new else {}
    attributes = {
        name: (olds.get(name), news.get(name))
        for name in sorted(olds.keys() | news.keys())
        if olds.get(name) != news.get(name)
        and name not in DERIVED_ATTRIBUTES
        # What a lamp loses when it goes out is no news.
        and not (before != after and news.get(name) is None)
    }
    if news.get("color_temp_kelvin") is not None:
        attributes.pop("hs_color", None)
    if before == after and not attributes:
        return None
    return Change(entity, before, after, attributes)


async def _say(
    client: HomeAssistant, text: str, conversation_id: str | None
) -> tuple[Said, str | None]:
    said = Said(text)
    deltas = 0
    start = time.monotonic()
    async with client.subscription(
        "assist_pipeline/run",
        start_stage="intent",
        end_stage="intent",
        input={"text": text},
        conversation_id=conversation_id,
    ) as queue:
        while (message := await queue.get()) is not None:
            event = message["event"]
            data = event["data"] or {}
            match event["type"]:
                case "intent-progress":
                    if data.get("chat_log_delta", {}).get("content"):
                        deltas += 1
                        if deltas == 1:
                            said.first_word_seconds = _since(start)
                case "intent-end":
                    conversation_id = data["intent_output"]["conversation_id"]
                    understand(said, data)
                case "error":
                    said.error = data["message"]
                case "run-end":
                    break
        else:
            raise HouseError("The connection to Home Assistant was lost.")
    said.seconds = _since(start)
    # An answer that came in one piece was not streamed.
    said.streamed = deltas > 1
    if not said.streamed:
        said.first_word_seconds = None
    return said, conversation_id


def understand(said: Said, data: dict[str, Any]) -> None:
    """Take over what the pipeline says about an answer."""
    response = data["intent_output"]["response"]
    plain = response["speech"].get("plain") or {}
    said.reply = plain.get("speech") or ""
    about = (plain.get("extra_data") or {}).get("jarvis")
    if about:
        said.understood = about["understood"]
        said.model = about["model"]
        said.error = about["error"]
    elif response["response_type"] != "error" and data.get("processed_locally"):
        said.understood = "local"
    if said.error is None and response["response_type"] == "error":
        said.error = response["data"].get("code") or "error"


def _since(start: float) -> float:
    return round(time.monotonic() - start, 3)
