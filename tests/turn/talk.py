"""A conversation about the memory, and what is left of it on the disk."""

import asyncio
from pathlib import Path
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component

from ..house import Jarvis, Reply


class Talk:
    """One conversation."""

    def __init__(self, jarvis: Jarvis, language: str, **more: Any) -> None:
        """Begin it."""
        self._jarvis = jarvis
        self._language = language
        self._more = more
        self._conversation: str | None = None

    async def say(self, text: str) -> str:
        """Say something in it; return what is answered."""
        return (await self.reply(text)).speech

    async def reply(self, text: str) -> Reply:
        """Say something in it."""
        reply = await self._jarvis.say(
            text, self._language, conversation_id=self._conversation, **self._more
        )
        self._conversation = reply.result.conversation_id
        # What was said is written beside the answer.
        if writing := set(self._jarvis.entry.runtime_data.memory._writing):
            await asyncio.wait(writing)
        return reply


async def person(hass: HomeAssistant, name: str) -> Context:
    """Add somebody of the house; return what they say things as."""
    user = await hass.auth.async_create_user(name, group_ids=["system-users"])
    persons = [{"id": name.lower(), "name": name, "user_id": user.id}]
    assert await async_setup_component(hass, "person", {"person": persons})
    await hass.async_block_till_done()
    return Context(user_id=user.id)


def files_with(hass: HomeAssistant, words: bytes) -> list[Path]:
    """Return the files of Jarvis that hold some words."""
    folder = Path(hass.config.path("jarvis"))
    return [path for path in folder.rglob("*") if words in path.read_bytes()]
