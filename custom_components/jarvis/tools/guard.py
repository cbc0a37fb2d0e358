"""The one gate through which every tool call of a turn passes."""

import asyncio
from collections.abc import Sequence
import logging
import time
from typing import Any, override

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import intent, llm
from homeassistant.helpers.json import json_dumps

from .fitted import domains_of
from .own_tool import OwnTool
from .permission import Permission
from .targets import explain_mismatch, hidden_entity, targets

_LOGGER = logging.getLogger(__name__)

TOOL_TIMEOUT = 30
"""Seconds that a tool may take."""
_LEARNS = 0.3
"""How much the newest call counts in how long a tool usually takes."""
LONGEST_RESULT = 12_000
"""Characters of a result that are handed to the model."""


class Guard:
    """Checks the calls of one turn: exposure, rights, time, repetition, errors.

    A refusal or failure becomes data for the model, which can mend its call or tell
    the person; nothing that a tool does ends the turn.
    """

    def __init__(
        self, permission: Permission, seconds: dict[str, float] | None = None
    ) -> None:
        """Begin a turn for a speaker; `seconds` keeps how long tools usually take."""
        self._permission = permission
        self._seconds = {} if seconds is None else seconds
        self._calls: dict[str, asyncio.Future[llm.ToolResult]] = {}
        self.closed = False
        """Set when the turn has had as many rounds as it may have."""

    def wrap(self, tools: Sequence[llm.Tool]) -> list[llm.Tool]:
        """Put every tool behind this guard."""
        return [GuardedTool(tool, self) for tool in tools]

    async def async_call(
        self,
        hass: HomeAssistant,
        tool: llm.Tool,
        tool_input: llm.ToolInput,
        llm_context: llm.LLMContext,
    ) -> llm.ToolResult:
        """Let a call through, or answer it with the reason why not."""
        if self.closed:
            return _refused("No more tool calls in this turn. Answer the person now.")
        if refusal := self._refusal(hass, tool, tool_input.tool_args):
            return _refused(refusal)
        call = f"{tool.name} {json_dumps(tool_input.tool_args)}"
        if earlier := self._calls.get(call):
            # Nothing else was done since then: the same call would do the same again,
            # or is the same one, given twice.
            return _repeated(await asyncio.shield(earlier))
        if not tool.annotations.read_only:
            self._calls.clear()
        result: asyncio.Future[llm.ToolResult] = hass.loop.create_future()
        self._calls[call] = result
        try:
            result.set_result(
                _shortened(await self._result(hass, tool, tool_input, llm_context))
            )
        finally:
            result.cancel()
        return result.result()

    def _refusal(
        self, hass: HomeAssistant, tool: llm.Tool, arguments: dict[str, Any]
    ) -> str | None:
        """Return why a call must not be made, if so."""
        try:
            tool.parameters(arguments)
        except probatio.Invalid as err:
            return f"These arguments do not fit the tool: {err}"
        if hidden := hidden_entity(hass, arguments):
            return f"{hidden} is not exposed to voice assistants."
        # What is Jarvis' own tells a speaker no more than the prompt does.
        wanted = () if isinstance(tool, OwnTool) else _wanted(hass, tool, arguments)
        if not self._permission.allows(wanted, control=not tool.annotations.read_only):
            return "The person who asks is not allowed to do this. Tell them so."
        return None

    async def _result(
        self,
        hass: HomeAssistant,
        tool: llm.Tool,
        tool_input: llm.ToolInput,
        llm_context: llm.LLMContext,
    ) -> llm.ToolResult:
        """Make the call; whatever it raises becomes an error for the model."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(TOOL_TIMEOUT):
                result = await tool.async_call(hass, tool_input, llm_context)
        except TimeoutError:
            return _refused(f"The tool gave no answer within {TOOL_TIMEOUT} seconds.")
        except intent.MatchFailedError as err:
            return _refused(explain_mismatch(hass, err))
        except (HomeAssistantError, probatio.Invalid) as err:
            return _refused(str(err) or type(err).__name__)
        except Exception:
            _LOGGER.exception("Tool %s failed", tool.name)
            return _refused("The tool failed. The cause is in Home Assistant's log.")
        finally:
            took = time.monotonic() - began
            usual = self._seconds.get(tool.name, took)
            self._seconds[tool.name] = usual + _LEARNS * (took - usual)
        return result if isinstance(result, llm.ToolResult) else llm.ToolResult(result)


class GuardedTool(llm.Tool):
    """A tool as the model sees it, behind the guard of a turn."""

    def __init__(self, tool: llm.Tool, guard: Guard) -> None:
        """Look like the tool."""
        self.name = tool.name
        self.title = tool.title
        self.description = tool.description
        self.parameters = tool.parameters
        self.annotations = tool.annotations
        self.integration = tool.integration
        self._tool = tool
        self._guard = guard

    @override
    async def async_call(
        self,
        hass: HomeAssistant,
        tool_input: llm.ToolInput,
        llm_context: llm.LLMContext,
    ) -> llm.ToolResult:
        """Call the tool through the guard."""
        return await self._guard.async_call(hass, self._tool, tool_input, llm_context)


def _wanted(
    hass: HomeAssistant, tool: llm.Tool, arguments: dict[str, Any]
) -> set[str] | None:
    """Return the entities that a call is about, if it tells."""
    domains = domains_of(hass, tool)
    fixed = {"domain": list(domains)} if domains else {}
    return targets(hass, fixed | arguments)


def _refused(reason: str) -> llm.ToolResult:
    """Return an error that the model can read."""
    return llm.ToolResult({"error": reason}, error=True)


def _repeated(result: llm.ToolResult) -> llm.ToolResult:
    """Return the result of a call that is not made a second time."""
    note = (
        "You made this very call before; it was not made again. This is its result. "
        "Answer the person now."
    )
    return llm.ToolResult({"note": note, "result": result.data}, result.error)


def _shortened(result: llm.ToolResult) -> llm.ToolResult:
    """Cut a result that would push the conversation out of the model's context."""
    if len(text := json_dumps(result.data)) <= LONGEST_RESULT:
        return result
    note = "The result is cut here. Ask for less: by name, area or domain."
    # Escaped once more on its way to the model it grows again.
    cut = text[: LONGEST_RESULT - text[:LONGEST_RESULT].count('"')]
    return llm.ToolResult({"result": cut, "note": note}, result.error)
