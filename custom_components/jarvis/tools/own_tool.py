"""What the tools that Jarvis itself brings have in common."""

from collections.abc import Awaitable, Callable
from typing import ClassVar, override

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

_MOST_LETTERS = 1000


class OwnTool(Tool):
    """A tool made for one speaker: it only reads what that speaker may read."""

    annotations = ToolAnnotations(read_only=True, open_world=False)
    integration = DOMAIN


class RefusedError(Exception):
    """What is Jarvis' own says no; the reason is for the model."""


class WordsTool(OwnTool):
    """A tool that is given words, which it hands on by their names."""

    fields: ClassVar[dict[str, str]]
    optional: ClassVar[dict[str, str]] = {}
    """What need not be said; a name that tells all needs no words."""

    def __init__(self, act: Callable[..., Awaitable[JsonObjectType]]) -> None:
        """Take what it does."""
        self._act = act
        # A length alone is that of lists as well: a model would be told of them.
        words = probatio.All(cv.string, str, probatio.Length(min=1, max=_MOST_LETTERS))
        self.parameters = probatio.Schema(
            {
                probatio.Required(name, description=said): words
                for name, said in self.fields.items()
            }
            | {
                probatio.Optional(name, description=said or None): words
                for name, said in self.optional.items()
            }
        )

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Do it for the person who speaks."""
        arguments = self.parameters(tool_input.tool_args)
        try:
            return ToolResult(await self._act(llm_context, **arguments))
        except RefusedError as err:
            return ToolResult({"error": str(err)}, error=True)
