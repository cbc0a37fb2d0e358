"""What the model's memory tools do, for the person who speaks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from homeassistant.components.conversation import UserContent
from homeassistant.components.conversation.chat_log import current_chat_log
from homeassistant.core import HomeAssistant
from homeassistant.helpers.llm import LLMContext
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ...const import DOMAIN
from ...local.text.words import LANGUAGES
from ...memory.recall import Budget
from ...memory.records import Fact, Item, Origin
from ...memory.repository import Repository
from ...memory.terms import terms
from ...people.owner import owner_of, owners_for
from ...store.errors import StoreError
from ...tools.own_tool import RefusedError
from .forgetting import TIMEOUT, Forgetting, async_about, async_asked
from .keeping import Kept, async_keep, async_supersede

if TYPE_CHECKING:
    from ...runtime import JarvisConfigEntry, JarvisRuntime

_RECALLED = Budget(items=8, tokens=400)
_BEST = Budget(items=1, tokens=400)


class MemoryHand:
    """Reaches into the memory; what is refused is told to the model."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Look for the memory at each call: it comes and goes with the entry."""
        self._hass = hass

    async def async_remember(
        self, context: LLMContext, fact: str, instead_of: str = ""
    ) -> JsonObjectType:
        """Keep a sentence, as said by the person only where it was.

        It takes the place of the fact that is nearest to another sentence.
        """
        async with self._memory() as (runtime, repository):
            if _is_private(runtime):
                raise RefusedError("The person wants nothing of this to be kept.")
            new = Fact(text=fact, owner=self._owner(context), origin=_origin(fact))
            old = instead_of and await self._async_nearest(context, instead_of, runtime)
            if not old:
                kept = await async_keep(repository, new, self._language(context))
                return _kept(runtime, kept)
            new = replace(new, owner=old.owner, kind=old.kind, subject=old.subject)
            return _kept(runtime, await async_supersede(repository, old, new))

    async def async_recall(self, context: LLMContext, about: str) -> JsonObjectType:
        """Tell what is remembered about something, but not what was just said."""
        async with self._memory() as (runtime, _):
            recalled = await runtime.memory.async_recall(
                about,
                owners=owners_for(self._owner(context)),
                language=context.language,
                budget=_RECALLED,
                deadline=TIMEOUT,
            )
        said = _said()
        return {
            "remembered": [
                f"{dt_util.as_local(one.when):%Y-%m-%d}: {one.text}"
                for one in recalled.items
                if one.text.partition("\n")[0] not in said
            ]
        }

    async def async_forget(self, context: LLMContext, about: str) -> JsonObjectType:
        """Have the person asked; their next words decide."""
        owners = owners_for(self._owner(context))
        async with self._memory() as (runtime, repository):
            chat_log = current_chat_log.get()
            identity = chat_log.conversation_id if chat_log else ""
            if identity not in runtime.conversations:
                raise RefusedError("Only Jarvis itself can ask the person for that.")
            found = await async_about(repository, owners, about, dt_util.now())
            asked = await async_asked(
                repository, Forgetting(found, owners), self._language(context)
            )
        if asked is None:
            raise RefusedError("Nothing is remembered about this.")
        runtime.conversations[identity].to_ask = asked
        return {"note": "The person is asked now, in my words. Say nothing more."}

    async def _async_nearest(
        self, context: LLMContext, said: str, runtime: JarvisRuntime
    ) -> Fact | None:
        """Return the fact that some words mean."""
        recalled = await runtime.memory.async_recall(
            said,
            owners=owners_for(self._owner(context)),
            language=context.language,
            only=Item.FACT,
            budget=_BEST,
            deadline=TIMEOUT,
        )
        found = recalled.items[0].record if recalled.items else None
        return found if isinstance(found, Fact) else None

    @asynccontextmanager
    async def _memory(self) -> AsyncGenerator[tuple[JarvisRuntime, Repository]]:
        """Give the memory, if it is well."""
        entries: list[JarvisConfigEntry] = (
            self._hass.config_entries.async_loaded_entries(DOMAIN)
        )
        memory = entries[0].runtime_data.memory if entries else None
        if memory is None or memory.repository is None:
            raise RefusedError("The memory is not available.")
        try:
            async with asyncio.timeout(TIMEOUT):
                yield entries[0].runtime_data, memory.repository
        except (StoreError, TimeoutError) as err:
            memory.async_fail(err)
            raise RefusedError("The memory is not available.") from err

    def _owner(self, context: LLMContext) -> str | None:
        """Return whose memories the speaker's are."""
        return owner_of(
            self._hass, context.context.user_id if context.context else None
        )

    def _language(self, context: LLMContext) -> str:
        """Return the language of the turn."""
        language = context.language or self._hass.config.language
        return language if language in LANGUAGES else LANGUAGES[0]


def _kept(runtime: JarvisRuntime, kept: Kept) -> JsonObjectType:
    """Tell the model what was kept."""
    if kept.fact is None:
        raise RefusedError(
            f"The person wants nothing to be kept about {kept.refused.off_limits}."
            if kept.refused and kept.refused.off_limits
            else "Codes and passwords are not kept. Tell the person."
        )
    runtime.memory.async_changed(has_facts=True)
    result: JsonObjectType = {"kept": kept.fact.text}
    if kept.instead_of:
        result["instead_of"] = kept.instead_of.text
    return result


def _origin(text: str) -> Origin:
    """Tell whether the person said it: a model may write what nobody said."""
    said = {term for words in _said() for term in terms(words)}
    return Origin.SAID if set(terms(text)) <= said else Origin.INFERRED


def _said() -> list[str]:
    """Return what the person said in this conversation."""
    chat_log = current_chat_log.get()
    return [
        one.content
        for one in (chat_log.content if chat_log else ())
        if isinstance(one, UserContent)
    ]


def _is_private(runtime: JarvisRuntime) -> bool:
    """Tell whether nothing of this conversation is to be kept."""
    chat_log = current_chat_log.get()
    conversation = runtime.conversations.get(
        chat_log.conversation_id if chat_log else ""
    )
    return conversation is not None and conversation.excluded
