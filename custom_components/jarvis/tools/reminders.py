"""The model's hand on the reminders: remind, tell, change.

Times are handed on in the person's words: Jarvis reads them itself. Whose reminders
they are is decided at each call.
"""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from homeassistant.helpers.llm import LLMContext, Tool, ToolAnnotations
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from .own_tool import WordsTool


class Hand(Protocol):
    """What reaches into the reminders of whoever speaks."""

    async def async_remind(
        self, context: LLMContext, what: str, when: str, whom: str = ""
    ) -> JsonObjectType:
        """Note what somebody is to be reminded of, and when."""

    async def async_tell(self, context: LLMContext, about: str = "") -> JsonObjectType:
        """Tell what is to come, all or what some words or a day mean."""

    async def async_change(
        self, context: LLMContext, which: str, when: str
    ) -> JsonObjectType:
        """Move a reminder to another time."""

    async def async_cancel(self, context: LLMContext, which: str) -> JsonObjectType:
        """Call a reminder off."""


class Remind(WordsTool):
    """Notes a reminder."""

    name = f"{DOMAIN}__remind"
    title = "Remind"
    description = "Reminds people of something, once or again and again."
    annotations = ToolAnnotations(read_only=False, open_world=False)
    fields: ClassVar = {
        "what": "What to say then.",
        "when": "The time or event in the person's own words.",
    }
    optional: ClassVar = {"whom": "A name, or everyone."}


class TellReminders(WordsTool):
    """Tells reminders."""

    name = f"{DOMAIN}__reminders"
    title = "Reminders"
    description = "Tells what is to come."
    fields: ClassVar = {}
    optional: ClassVar = {"about": "Words of them, or a day."}


class MoveReminder(WordsTool):
    """Moves a reminder."""

    name = f"{DOMAIN}__move_reminder"
    title = "Move reminder"
    description = "Moves a reminder to another time."
    annotations = ToolAnnotations(read_only=False, open_world=False)
    fields: ClassVar = {
        "which": "Words of it.",
        "when": "The time in the person's own words.",
    }


class CancelReminder(WordsTool):
    """Calls a reminder off."""

    name = f"{DOMAIN}__cancel_reminder"
    title = "Cancel reminder"
    description = "Calls off one reminder."
    annotations = ToolAnnotations(read_only=False, open_world=False)
    fields: ClassVar = {"which": "Words of it."}


def reminder_tools(hand: Hand) -> Sequence[Tool]:
    """Return the tools: the same for every person and room."""
    return (
        Remind(hand.async_remind),
        TellReminders(hand.async_tell),
        MoveReminder(hand.async_change),
        CancelReminder(hand.async_cancel),
    )
