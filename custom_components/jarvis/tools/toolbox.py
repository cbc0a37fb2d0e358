"""The tools that an agent offers its model: the same for every person and room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, override

import probatio

from homeassistant.components.conversation import DOMAIN as CONVERSATION_DOMAIN
from homeassistant.components.homeassistant import llm as homeassistant_llm
from homeassistant.components.intent import llm as intent_llm
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent, llm

from ..const import DOMAIN


@dataclass(frozen=True, slots=True)
class Toolbox:
    """Tools as Home Assistant gives them, and what goes with them into the prompt."""

    api: llm.API
    tools: Sequence[llm.Tool]
    prompt: str
    serializer: Callable[[Any], Any] | None


class _NoApi(llm.API):
    """Stands where an agent is given no tools at all."""

    @override
    async def async_get_api_instance(
        self, llm_context: llm.LLMContext
    ) -> llm.APIInstance:
        """Return an instance without tools."""
        return llm.APIInstance(self, "", llm_context, [])


async def async_toolbox(hass: HomeAssistant, api_ids: Sequence[str]) -> Toolbox:
    """Gather the tools of the chosen APIs, built for nobody and no room.

    A neutral context makes prompt and tools byte for byte the same on every device, so
    that a model need not read them again (decision 1 of docs/adr/0001). An API that is
    gone for the moment, such as an MCP server's, is left out.
    """
    context = llm.LLMContext(
        platform=DOMAIN,
        context=None,
        language=None,
        assistant=CONVERSATION_DOMAIN,
        device_id=None,
    )
    there = {api.id for api in llm.async_get_apis(hass)}
    wanted = [api_id for api_id in api_ids if api_id in there]
    if not wanted:
        instance = await _NoApi(
            hass=hass, id=DOMAIN, name=DOMAIN
        ).async_get_api_instance(context)
    else:
        instance = await llm.async_get_api(hass, wanted, context)
    return Toolbox(
        instance.api,
        [one for one in instance.tools if not _is_replaced(one)],
        _without_own_words(hass, instance.api_prompt, context),
        instance.custom_serializer,
    )


def _is_replaced(tool: llm.Tool) -> bool:
    """Tell whether a tool does what one of Jarvis' own does, and less of it.

    Home Assistant's cancels only the timers that it keeps itself, and reports all.
    """
    return tool.name.endswith(f"__{intent.INTENT_CANCEL_ALL_TIMERS}")


def _without_own_words(
    hass: HomeAssistant, prompt: str, context: llm.LLMContext
) -> str:
    """Leave out of the APIs' prompt what Jarvis says itself.

    That is the list of entities, which Jarvis keeps within a budget, and the advice on
    rooms, which depends on the device that asks. What others contribute stays.
    """
    for platform in (homeassistant_llm, intent_llm):
        own = platform.async_get_tools(hass, context, llm.LLM_API_ASSIST)
        if own and own.prompt:
            prompt = prompt.replace(own.prompt, "")
    return "\n".join(line for line in prompt.splitlines() if line.strip())


def spec(tool: llm.Tool, serializer: Callable[[Any], Any] | None) -> dict[str, Any]:
    """Describe a tool as Ollama wants it."""
    parameters = probatio.to_openapi(
        tool.parameters, custom_serializer=serializer, openapi_version="3.1.0"
    )
    function: dict[str, Any] = {"name": tool.name, "parameters": _flat(parameters)}
    if tool.description:
        function["description"] = tool.description
    return {"type": "function", "function": function}


def _flat(schema: Any) -> Any:
    """Join alternatives into one description.

    Ollama's client knows type, items, enum and description of a parameter and drops
    the rest: "a string or a list of strings" would be sent without any type.
    """
    if isinstance(schema, list):
        return [_flat(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    flat = {key: _flat(value) for key, value in schema.items()}
    for key in ("anyOf", "oneOf", "allOf"):
        for alternative in reversed(flat.pop(key, [])):
            types = [
                kind
                for one in (alternative.get("type"), flat.get("type"))
                for kind in (one if isinstance(one, list) else [one])
                if kind
            ]
            flat = {**alternative, **flat}
            if types:
                unique = list(dict.fromkeys(types))
                flat["type"] = unique if len(unique) > 1 else unique[0]
    return flat
