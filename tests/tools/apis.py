"""An LLM API of somebody else, with tools that do what a test wants."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, override

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm


class FakeTool(llm.Tool):
    """A tool that another integration could bring."""

    description = "Reads the runes."
    integration = "test"

    def __init__(
        self,
        name: str,
        act: Callable[[], Awaitable[llm.ToolResult]] | None = None,
        parameters: Any = None,
        annotations: llm.ToolAnnotations | None = None,
    ) -> None:
        """Take what it does; by default it only counts its calls."""
        self.name = name
        self.parameters = probatio.Schema(parameters or {})
        self.annotations = annotations or llm.ToolAnnotations()
        self.calls: list[dict[str, Any]] = []
        self._act = act

    @override
    async def async_call(
        self,
        hass: HomeAssistant,
        tool_input: llm.ToolInput,
        llm_context: llm.LLMContext,
    ) -> llm.ToolResult:
        """Act."""
        self.calls.append(tool_input.tool_args)
        if self._act:
            return await self._act()
        return llm.ToolResult({"calls": len(self.calls)})


class FakeApi(llm.API):
    """An API with those tools."""

    def __init__(
        self,
        hass: HomeAssistant,
        api_id: str,
        name: str,
        *,
        prompt: str = "",
        tools: Sequence[llm.Tool] = (),
    ) -> None:
        """Take its words and tools."""
        super().__init__(hass=hass, id=api_id, name=name)
        self._prompt = prompt
        self._tools = tools

    @override
    async def async_get_api_instance(
        self, llm_context: llm.LLMContext
    ) -> llm.APIInstance:
        """Return them for any context."""
        return llm.APIInstance(self, self._prompt, llm_context, list(self._tools))
