"""The model's hand on the timers: one tool, since every prompt begins with it.

Durations are handed on in the person's words: Jarvis reads them itself.
"""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import ClassVar, Protocol

import probatio

from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.llm import LLMContext, Tool, ToolAnnotations
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from .own_tool import WordsTool


class Action(StrEnum):
    """What can be done with a timer."""

    START = "start"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    ADD = "add"
    REMOVE = "remove"
    TELL = "tell"


class Hand(Protocol):
    """What reaches into the timers from where somebody speaks."""

    async def async_timer(
        self, context: LLMContext, action: str, name: str = "", duration: str = ""
    ) -> JsonObjectType:
        """Do something with one timer, or tell which there are."""


class UseTimer(WordsTool):
    """Does all that can be done with timers."""

    name = f"{DOMAIN}__timer"
    title = "Timer"
    description = "Timers. add, remove: time. tell: what is left."
    annotations = ToolAnnotations(read_only=False, open_world=False)
    fields: ClassVar = {}

    def __init__(self, act: Callable[..., Awaitable[JsonObjectType]]) -> None:
        """Take what it does."""
        super().__init__(act)
        self.parameters = probatio.Schema(
            {
                probatio.Required("action"): probatio.In([one.value for one in Action]),
                probatio.Optional("name", description="Which, or all."): cv.string,
                probatio.Optional("duration", description="In their words."): cv.string,
            }
        )


def timer_tools(hand: Hand) -> Sequence[Tool]:
    """Return the tool: the same for every person and room."""
    return (UseTimer(hand.async_timer),)
