"""The model's hand on the day: tell it, plan it.

Nothing is written here: the person is asked whether it shall be.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol, override

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.llm import (
    LLMContext,
    Tool,
    ToolAnnotations,
    ToolInput,
    ToolResult,
)
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from .own_tool import OwnTool, RefusedError, WordsTool

_MOST_EVENTS = 20
TITLE, START, END, CALENDAR = "title", "start", "end", "calendar"


class Hand(Protocol):
    """What reaches into the day of whoever speaks."""

    async def async_brief(self, context: LLMContext, day: str = "") -> JsonObjectType:
        """Tell what is planned, the weather, what is unusual at home."""

    async def async_plan(
        self, context: LLMContext, events: Sequence[Mapping[str, str]]
    ) -> JsonObjectType:
        """Ask the person whether events shall be written into a calendar."""


class Brief(WordsTool):
    """Tells the day."""

    name = f"{DOMAIN}__briefing"
    title = "Briefing"
    description = "The day: plans, weather, problems at home."
    fields: ClassVar = {}
    optional: ClassVar = {"day": ""}


class Plan(OwnTool):
    """Asks whether events are to be written into a calendar."""

    name = f"{DOMAIN}__plan"
    title = "Plan"
    description = "Adds events to a calendar; asks the person first."
    annotations = ToolAnnotations(read_only=False, open_world=False)

    def __init__(self, hand: Hand) -> None:
        """Take who does it."""
        self._hand = hand
        words = probatio.All(cv.string, str)
        event = probatio.Schema(
            {
                probatio.Required(TITLE): words,
                probatio.Required(START, description="ISO or words."): words,
                probatio.Optional(END): words,
                probatio.Optional(CALENDAR): words,
            },
            extra=probatio.REMOVE_EXTRA,
        )
        several = probatio.All([event], probatio.Length(min=1, max=_MOST_EVENTS))
        self.parameters = probatio.Schema({probatio.Required("events"): several})

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Ask the person who speaks."""
        events = self.parameters(tool_input.tool_args)["events"]
        try:
            return ToolResult(await self._hand.async_plan(llm_context, events))
        except RefusedError as err:
            return ToolResult({"error": str(err)}, error=True)


def day_tools(hand: Hand) -> Sequence[Tool]:
    """Return the tools: the same for every person and room."""
    return (Brief(hand.async_brief), Plan(hand))
