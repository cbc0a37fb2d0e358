"""A tool that finds devices in a house too large for a list in the prompt."""

from collections.abc import Callable, Sequence
from typing import override

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.llm import (
    LLMContext,
    ToolInput,
    ToolResult,
)
from homeassistant.util.json import JsonValueType

from ..const import DOMAIN
from .own_tool import OwnTool

MOST = 25
"""Devices in one answer."""


class FindEntities(OwnTool):
    """Finds devices by the words that describe them."""

    name = f"{DOMAIN}__find_entities"
    title = "Find devices"
    description = (
        "Finds devices of this home by words that describe them: names, kinds, rooms "
        "and floors, in any language. Returns their exact names, areas and states. "
        "Use it before you control or tell about a device that is not in the context."
    )
    parameters = probatio.Schema(
        {
            probatio.Required(
                "words", description="For instance 'bedroom lamp' or 'volets étage'."
            ): cv.string
        }
    )

    def __init__(
        self,
        find: Callable[[str, int], Sequence[str]],
        tell: Callable[[str], str | None],
    ) -> None:
        """Take what finds entities by words and what tells of one."""
        self._find = find
        self._tell = tell

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Find devices."""
        words = self.parameters(tool_input.tool_args)["words"]
        told = [self._tell(entity_id) for entity_id in self._find(words, MOST)]
        devices: list[JsonValueType] = [line for line in told if line]
        if not devices:
            return ToolResult(
                {"error": "No device fits these words. Try fewer or others."},
                error=True,
            )
        return ToolResult({"devices": devices})
