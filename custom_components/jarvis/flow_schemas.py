"""The forms of the flows, and what endpoints say when a form is filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import probatio

from homeassistant.components.assist_pipeline.pipeline import async_get_pipelines
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TemplateSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .agent import DEFAULT_PERSONA
from .const import (
    CONF_CODE_MODEL,
    CONF_HISTORY_TOKENS,
    CONF_KEEP_ALIVE,
    CONF_LLM_HASS_API,
    CONF_MODEL,
    CONF_NUM_CTX,
    CONF_PASSWORD,
    CONF_PIPELINE,
    CONF_PREFER_LOCAL,
    CONF_PREFERRED,
    CONF_PROMPT,
    CONF_PULL,
    CONF_REASONING_MODEL,
    CONF_REMEMBER,
    CONF_THINK,
    CONF_TOKEN,
    CONF_URL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    CONF_VISION_MODEL,
    DEFAULT_HISTORY_TOKENS,
    DEFAULT_NUM_CTX,
    DEFAULT_URL,
    DOMAIN,
    KEEP_ALIVE_FOREVER,
    MIN_NUM_CTX,
    PIPELINE_CREATE,
    PIPELINE_NONE,
    THINK_SETTINGS,
)
from .ollama.endpoint import EndpointConfig
from .ollama.errors import OllamaError
from .ollama.models import RECOMMENDED, choose_model, same_model
from .runtime import make_endpoint

_PASSWORD = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_CREDENTIALS = {
    probatio.Optional(CONF_TOKEN): _PASSWORD,
    probatio.Optional(CONF_USERNAME): TextSelector(),
    probatio.Optional(CONF_PASSWORD): _PASSWORD,
}
ENDPOINT_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_URL, default=DEFAULT_URL): TextSelector(),
        **_CREDENTIALS,
        probatio.Required(CONF_VERIFY_SSL, default=True): BooleanSelector(),
    }
)
CREDENTIALS_SCHEMA = probatio.Schema(_CREDENTIALS)


def normalized_url(text: str) -> str | None:
    """Return an endpoint's address as it is kept; None where it is none.

    Without a scheme it is http, and then without a port it is Ollama's own.
    """
    text = text.strip()
    bare = "://" not in text
    text = text.rstrip("/")
    try:
        parts = urlsplit(f"http://{text}" if bare else text)
        port = parts.port
        httpx.URL(parts.geturl())
    except ValueError, httpx.InvalidURL:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    if parts.netloc.endswith(":") or any(char.isspace() for char in text):
        return None
    # Credentials have fields of their own: in an address they would be shown.
    if parts.username or parts.password or parts.query or parts.fragment:
        return None
    # Names of hosts are the same in capitals; a path need not be.
    url = parts._replace(netloc=parts.netloc.lower()).geturl()
    return f"{url}:11434" if bare and port is None and not parts.path else url


@dataclass(frozen=True, slots=True)
class Probe:
    """What an endpoint said when it was tried."""

    failure: str | None = None
    """Why it cannot be used, as a key of the flow's errors."""
    installed: Sequence[str] = ()
    best: str | None = None
    """The model to start with."""


async def async_probe(config: EndpointConfig) -> Probe:
    """Try an endpoint: whether it is an Ollama that lets us in, and what it holds."""
    endpoint = make_endpoint(config)
    try:
        await endpoint.version()
        installed = await endpoint.models()
        return Probe(None, installed, await choose_model(endpoint, installed))
    except OllamaError as err:
        return Probe(err.reason)
    finally:
        await endpoint.close()


def model_selector(installed: Sequence[str]) -> SelectSelector:
    """Return a choice of models: those that are there first, then the recommended."""
    options = [SelectOptionDict(value=model, label=model) for model in installed]
    options += [
        SelectOptionDict(
            value=model.name, label=f"⤓ {model.name} ({model.gigabytes} GB)"
        )
        for model in RECOMMENDED
        if not any(same_model(model.name, there) for there in installed)
    ]
    return SelectSelector(
        SelectSelectorConfig(
            options=options, custom_value=True, mode=SelectSelectorMode.DROPDOWN
        )
    )


def first_agent_schema(probe: Probe) -> probatio.Schema:
    """Return the form of the set-up's second step: only the model."""
    return probatio.Schema(
        {
            probatio.Required(CONF_MODEL, default=probe.best): model_selector(
                probe.installed
            ),
            probatio.Required(CONF_PULL, default=True): BooleanSelector(),
        }
    )


def agent_schema(
    hass: HomeAssistant,
    installed: Sequence[str],
    data: Mapping[str, Any],
    name: str | None,
) -> probatio.Schema:
    """Return the form of an agent, filled with what it has or the defaults.

    With a name it is a new one, which may be called otherwise.
    """
    apis = [
        SelectOptionDict(value=api.id, label=api.name)
        for api in llm.async_get_apis(hass)
        # Its own tools an agent has in any case.
        if api.id != DOMAIN
    ]
    known = {api["value"] for api in apis}
    chosen = [api for api in data.get(CONF_LLM_HASS_API, ()) if api in known]
    models = model_selector(installed)
    fields: dict[Any, Any] = _named(name) | {
        _suggested(CONF_MODEL, data.get(CONF_MODEL)): models,
        _suggested(CONF_PROMPT, data.get(CONF_PROMPT, DEFAULT_PERSONA)): (
            TemplateSelector()
        ),
        _suggested(CONF_LLM_HASS_API, chosen): SelectSelector(
            SelectSelectorConfig(options=apis, multiple=True)
        ),
        _default(CONF_PREFER_LOCAL, data, True): BooleanSelector(),
        _default(CONF_REMEMBER, data, True): BooleanSelector(),
    }
    for role in (CONF_REASONING_MODEL, CONF_CODE_MODEL):
        fields[_suggested(role, data.get(role))] = models
    fields |= _of_model(data)
    fields[_default(CONF_HISTORY_TOKENS, data, DEFAULT_HISTORY_TOKENS)] = _number(0)
    return probatio.Schema(fields)


def task_schema(
    installed: Sequence[str], data: Mapping[str, Any], name: str | None
) -> probatio.Schema:
    """Return the form of an agent that does tasks."""
    models = model_selector(installed)
    return probatio.Schema(
        _named(name)
        | {
            _suggested(CONF_MODEL, data.get(CONF_MODEL)): models,
            _suggested(CONF_VISION_MODEL, data.get(CONF_VISION_MODEL)): models,
        }
        | _of_model(data)
    )


def _named(name: str | None) -> dict[Any, Any]:
    """Return the field for the name of something new."""
    return {probatio.Required(CONF_NAME, default=name): str} if name else {}


def _of_model(data: Mapping[str, Any]) -> dict[Any, Any]:
    """Return the fields of how a model is asked."""
    return {
        _default(CONF_THINK, data, THINK_SETTINGS[0]): SelectSelector(
            SelectSelectorConfig(
                options=list(THINK_SETTINGS),
                translation_key=CONF_THINK,
                mode=SelectSelectorMode.DROPDOWN,
            )
        ),
        _default(CONF_NUM_CTX, data, DEFAULT_NUM_CTX): _number(MIN_NUM_CTX),
        _default(CONF_KEEP_ALIVE, data, KEEP_ALIVE_FOREVER): _number(-1),
    }


def pipeline_schema(hass: HomeAssistant) -> probatio.Schema:
    """Return the form of the last step: a new pipeline, one that is there, or none."""
    options = [
        SelectOptionDict(value=PIPELINE_CREATE, label=PIPELINE_CREATE),
        *(
            SelectOptionDict(value=pipeline.id, label=pipeline.name)
            for pipeline in async_get_pipelines(hass)
        ),
        SelectOptionDict(value=PIPELINE_NONE, label=PIPELINE_NONE),
    ]
    return probatio.Schema(
        {
            probatio.Required(CONF_PIPELINE, default=PIPELINE_CREATE): SelectSelector(
                SelectSelectorConfig(
                    options=options,
                    translation_key=CONF_PIPELINE,
                    mode=SelectSelectorMode.LIST,
                )
            ),
            probatio.Required(CONF_PREFERRED, default=True): BooleanSelector(),
        }
    )


def _suggested(key: str, value: Any) -> probatio.Optional:
    """Return a field that may be emptied."""
    return probatio.Optional(key, description={"suggested_value": value})


def _default(key: str, data: Mapping[str, Any], default: Any) -> probatio.Required:
    """Return a field that always has a value."""
    return probatio.Required(key, default=data.get(key, default))


def _number(least: int) -> NumberSelector:
    """Return a field for a whole number."""
    return NumberSelector(
        NumberSelectorConfig(min=least, step=1, mode=NumberSelectorMode.BOX)
    )
