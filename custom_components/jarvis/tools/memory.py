"""The model's hand on the memory: remember or correct, recall, forget.

Whose memory it is, and whether it may be touched, is decided at each call. Nothing is
deleted here: the person is asked.
"""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from homeassistant.helpers.llm import LLMContext, Tool, ToolAnnotations
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from .own_tool import WordsTool


class Hand(Protocol):
    """What reaches into the memory of whoever speaks."""

    async def async_remember(
        self, context: LLMContext, fact: str, instead_of: str = ""
    ) -> JsonObjectType:
        """Keep a sentence, in the place of another if one was wrong."""

    async def async_recall(self, context: LLMContext, about: str) -> JsonObjectType:
        """Tell what is remembered about something."""

    async def async_forget(self, context: LLMContext, about: str) -> JsonObjectType:
        """Ask the person whether all about something is to go."""


class Remember(WordsTool):
    """Keeps a sentence."""

    name = f"{DOMAIN}__remember"
    title = "Remember"
    description = "Keeps what the person wants you to remember."
    annotations = ToolAnnotations(read_only=False, open_world=False)
    fields: ClassVar = {"fact": "One whole sentence in the person's words."}
    optional: ClassVar = {"instead_of": "What is remembered and wrong."}


class Recall(WordsTool):
    """Tells what is remembered."""

    name = f"{DOMAIN}__recall"
    title = "Recall"
    description = "Finds what people told you earlier, with dates."
    fields: ClassVar = {"about": "Words, and a time if one is meant."}


class Forget(WordsTool):
    """Asks whether something is to be forgotten."""

    name = f"{DOMAIN}__forget"
    title = "Forget"
    description = "Asks the person whether all about something shall be forgotten."
    fields: ClassVar = {"about": "Words that name it."}


def memory_tools(hand: Hand) -> Sequence[Tool]:
    """Return the tools: the same for every person and room."""
    return (
        Remember(hand.async_remember),
        Recall(hand.async_recall),
        Forget(hand.async_forget),
    )
