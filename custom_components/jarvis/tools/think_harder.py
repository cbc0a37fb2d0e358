"""A tool by which the everyday model hands a hard request to a larger one."""

from collections.abc import Sequence
from typing import override

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.helpers.llm import (
    LLMContext,
    ToolInput,
    ToolResult,
)

from ..const import DOMAIN
from .own_tool import OwnTool

ROLE = "role"
"""Where the result says to whom the request goes."""


class ThinkHarder(OwnTool):
    """Hands the request on; the reply then comes from the other model."""

    name = f"{DOMAIN}__think_harder"
    title = "Think harder"
    description = (
        "Hands this request to a larger, slower model, which then answers the person. "
        "Call it for hard reasoning, long planning or code; never for controlling the "
        "home or for simple questions."
    )

    def __init__(self, roles: Sequence[str]) -> None:
        """Take the roles that have a model of their own."""
        self.parameters = probatio.Schema(
            {
                probatio.Required(
                    ROLE, description="Which model: for reasoning or for code."
                ): probatio.In(list(map(str, roles)))
            }
        )

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Say who goes on; the turn's loop sees it and changes the model."""
        return ToolResult({ROLE: self.parameters(tool_input.tool_args)[ROLE]})
