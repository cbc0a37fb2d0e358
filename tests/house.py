"""A small real home and a Jarvis in it, for the tests to talk to."""

from dataclasses import dataclass, field
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.conversation import (
    ChatLog,
    ConversationInput,
    ConversationResult,
    async_converse,
    async_get_chat_log,
)
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    entity_registry as er,
    floor_registry as fr,
)
from homeassistant.helpers.chat_session import async_get_chat_session
from homeassistant.setup import async_setup_component

from .ollama_server import ScriptedOllama

AREAS = {
    "Salon": ("living room", "Rez-de-chaussée"),
    "Cuisine": ("kitchen", "Rez-de-chaussée"),
    "Entrée": ("hall", "Rez-de-chaussée"),
    "Chambre": ("bedroom", "Étage"),
}
FLOORS = {"Rez-de-chaussée": ("ground floor", 0), "Étage": ("upstairs", 1)}

# Entity id → (names, area). Switched, opened and locked by the template integration
# itself, which keeps the state of what has no state template.
ENTITIES = {
    "light.salon": (["Lumière du salon", "living room light"], "Salon"),
    "light.cuisine": (["Lumière de la cuisine", "kitchen light"], "Cuisine"),
    "light.chambre": (["Lumière de la chambre", "bedroom light"], "Chambre"),
    "switch.machine_a_cafe": (["Machine à café", "coffee machine"], "Cuisine"),
    "cover.volet_du_salon": (["Volet du salon", "living room blind"], "Salon"),
    "lock.porte_d_entree": (["Porte d'entrée", "front door"], "Entrée"),
    "sensor.temperature_chambre": (["Température de la chambre"], "Chambre"),
    "sensor.temperature_salon": (["Température du salon"], "Salon"),
    "climate.chauffage": (["Chauffage", "heating"], "Salon"),
}
TEMPERATURES = {"sensor.temperature_chambre": 19.5, "sensor.temperature_salon": 21.0}


def _identified(entity_id: str, **config: Any) -> dict[str, Any]:
    """Return the configuration of a template entity with its name and ids."""
    return {
        "name": ENTITIES[entity_id][0][0],
        "unique_id": entity_id,
        "default_entity_id": entity_id,
        **config,
    }


def _of_domain(domain: str, **config: Any) -> list[dict[str, Any]]:
    """Return the configurations of all template entities of a domain."""
    return [
        _identified(entity_id, **config)
        for entity_id in ENTITIES
        if entity_id.startswith(f"{domain}.")
    ]


TEMPLATES = {
    "light": _of_domain("light", turn_on=[], turn_off=[], set_level=[]),
    "switch": _of_domain("switch", turn_on=[], turn_off=[]),
    "cover": _of_domain(
        "cover",
        open_cover=[],
        close_cover=[],
        set_cover_position=[],
        device_class="shutter",
    ),
    "lock": _of_domain("lock", lock=[], unlock=[]),
    "sensor": [
        _identified(
            entity_id,
            state=f"{{{{ {temperature} }}}}",
            device_class="temperature",
            unit_of_measurement="°C",
        )
        for entity_id, temperature in TEMPERATURES.items()
    ],
}
AT_FIRST = {
    "light.salon": "turn_off",
    "light.cuisine": "turn_on",
    "light.chambre": "turn_off",
    "switch.machine_a_cafe": "turn_off",
    "cover.volet_du_salon": "open_cover",
    "lock.porte_d_entree": "lock",
}


async def async_furnish(hass: HomeAssistant) -> None:
    """Set up floors, areas and devices; expose what people talk about."""
    for component in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, component, {})
    floors = {
        name: fr.async_get(hass).async_create(name, aliases={alias}, level=level)
        for name, (alias, level) in FLOORS.items()
    }
    areas = {
        name: ar.async_get(hass).async_create(
            name, aliases={alias}, floor_id=floors[floor].floor_id
        )
        for name, (alias, floor) in AREAS.items()
    }
    assert await async_setup_component(hass, "template", {"template": [TEMPLATES]})
    thermostat = {
        "platform": "generic_thermostat",
        "name": "Chauffage",
        "unique_id": "climate.chauffage",
        "heater": "switch.chaudiere",
        "target_sensor": "sensor.temperature_salon",
        "target_temp": 20,
        "initial_hvac_mode": "heat",
    }
    hass.states.async_set("switch.chaudiere", "off")
    assert await async_setup_component(hass, "climate", {"climate": [thermostat]})
    await hass.async_block_till_done()
    registry = er.async_get(hass)
    for entity_id, (names, area) in ENTITIES.items():
        registry.async_update_entity(
            entity_id,
            area_id=areas[area].id,
            aliases=[er.COMPUTED_NAME, *names[1:]],
        )
    for entity_id in hass.states.async_entity_ids():
        async_expose_entity(hass, "conversation", entity_id, entity_id in ENTITIES)
    for entity_id, service in AT_FIRST.items():
        await hass.services.async_call(
            entity_id.partition(".")[0],
            service,
            {"entity_id": entity_id},
            blocking=True,
        )
    await hass.async_block_till_done()


@dataclass(slots=True)
class Reply:
    """What came of an utterance."""

    result: ConversationResult
    deltas: list[str] = field(default_factory=list)
    """The text of the reply as it was streamed."""

    @property
    def speech(self) -> str:
        """What the person hears."""
        return str(self.result.response.speech["plain"]["speech"])

    @property
    def meta(self) -> dict[str, Any]:
        """How the reply came about."""
        meta: dict[str, Any] = self.result.response.speech["plain"]["extra_data"][
            "jarvis"
        ]
        return meta

    @property
    def error(self) -> str | None:
        """Why there is no answer, if there is none."""
        error: str | None = self.meta["error"]
        return error


@dataclass(slots=True)
class Jarvis:
    """A Jarvis that is set up, and the Ollama that it talks to."""

    hass: HomeAssistant
    entry: MockConfigEntry
    ollama: ScriptedOllama

    @property
    def agent_id(self) -> str:
        """The entity of the first agent."""
        subentry_id = next(
            identity
            for identity, subentry in self.entry.subentries.items()
            if subentry.subentry_type == "conversation"
        )
        entity_id = er.async_get(self.hass).async_get_entity_id(
            "conversation", "jarvis", subentry_id
        )
        assert entity_id
        return entity_id

    async def say(
        self,
        text: str,
        language: str = "en",
        *,
        conversation_id: str | None = None,
        **more: Any,
    ) -> Reply:
        """Say something as a pipeline does, and hear the streamed reply."""
        context = more.pop("context", None) or Context()
        streamed: list[str] = []

        def listen(chat_log: ChatLog, delta: dict[str, Any]) -> None:
            if delta.get("role", "assistant") != "assistant":
                return
            if "role" in delta and "".join(streamed).strip():
                # As the pipeline does between two messages.
                streamed.append(" ")
            streamed.append(delta.get("content") or "")

        with async_get_chat_session(self.hass, conversation_id) as session:
            user_input = ConversationInput(
                text=text,
                context=context,
                conversation_id=session.conversation_id,
                device_id=more.get("device_id"),
                satellite_id=more.get("satellite_id"),
                language=language,
                agent_id=self.agent_id,
                extra_system_prompt=more.get("extra_system_prompt"),
            )
            with async_get_chat_log(
                self.hass, session, user_input, chat_log_delta_listener=listen
            ):
                result = await async_converse(
                    hass=self.hass,
                    text=text,
                    conversation_id=session.conversation_id,
                    context=context,
                    language=language,
                    agent_id=self.agent_id,
                    **more,
                )
        await self.hass.async_block_till_done()
        return Reply(result, streamed)

    def states(self) -> dict[str, str]:
        """Return the states of the home."""
        return {
            entity_id: state.state
            for entity_id in ENTITIES
            if (state := self.hass.states.get(entity_id))
        }
