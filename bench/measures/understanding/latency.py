"""How long a turn takes that needs no model, beside Home Assistant's own agent.

Both say the same sentences in turn, in one home. `local_N` is the median of Jarvis over
that of Home Assistant's own agent as the sentences come: those were said before, so
Home Assistant remembers what they matched. For `local_new_N` it has forgotten that.
"""

from statistics import median
from time import perf_counter
from typing import Any

from bench.stage.house import EVERYWHERE, FLOORS, ROOMS, THINGS
from homeassistant.components.conversation import async_converse
from homeassistant.components.conversation.const import HOME_ASSISTANT_AGENT
from homeassistant.core import Context
from homeassistant.helpers.intent import IntentResponseType
from tests.devices import async_build_home

from .stage import Stage, stage

SENTENCES = (
    ("en", "turn on the lights in the kitchen"),
    ("en", "turn off the lights in the kitchen"),
    ("en", "turn on the kitchen ceiling light"),
    ("en", "open the office blind"),
    ("en", "close the office blind"),
    ("en", "what is the kitchen temperature"),
    ("en", "is the kitchen ceiling light on?"),
    ("fr", "allume les lumières de la cuisine"),
    ("fr", "éteins les lumières de la cuisine"),
    ("fr", "allume le plafonnier"),
    ("fr", "ouvre le store du bureau"),
    ("fr", "ferme le store du bureau"),
    ("fr", "quel est la température de la cuisine"),
)
"""What both understand; what one of them does not is left out of the times."""
_ALIASES = {
    "Kitchen": "cuisine",
    "Kitchen ceiling light": "plafonnier",
    "Kitchen temperature": "température de la cuisine",
    "Office blind": "store du bureau",
}
_FEW = 5
_TURNS = 200


async def latency(entities: int) -> dict[str, float]:
    """Return Jarvis' median time over that of Home Assistant's own agent."""
    async with stage() as there:
        home = await async_build_home(there.hass, _house(entities))
        exposed = len(home.states())
        assert exposed == entities, exposed
        known = [one for one in SENTENCES if await _is_known(there, *one)]
        assert known, "No sentence is understood by both"
        figures = {}
        for name, forgets in (("local", False), ("local_new", True)):
            figures[f"{name}_{entities}"] = await _ratio(there, known, forgets=forgets)
        await home.async_remove()
    return figures


async def _ratio(there: Stage, known: list[tuple[str, str]], *, forgets: bool) -> float:
    """Say the sentences in turn to both sides; return the ratio of the medians."""
    rounds = -(-_TURNS // len(known))
    took: dict[str, list[float]] = {there.agent_id: [], HOME_ASSISTANT_AGENT: []}
    for number in range(rounds + 2):
        for at, (language, text) in enumerate(known):
            order = list(took) if (number + at) % 2 else list(took)[::-1]
            for agent_id in order:
                # Whatever an unknown device hears was never heard from there before.
                device = f"{agent_id} {number} {at}" if forgets else None
                seconds, _ = await _said(there, agent_id, language, text, device)
                if number >= 2:
                    took[agent_id].append(seconds)
    return median(took[there.agent_id]) / median(took[HOME_ASSISTANT_AGENT])


async def _is_known(there: Stage, language: str, text: str) -> bool:
    """Tell whether both sides understand a sentence."""
    sides = (there.agent_id, HOME_ASSISTANT_AGENT)
    return all([(await _said(there, one, language, text))[1] for one in sides])


async def _said(
    there: Stage, agent_id: str, language: str, text: str, device: str | None = None
) -> tuple[float, bool]:
    """Say a sentence; return how long that took and whether it was understood."""
    begun = perf_counter()
    result = await async_converse(
        hass=there.hass,
        text=text,
        conversation_id=None,
        context=Context(),
        language=language,
        agent_id=agent_id,
        device_id=device,
    )
    took = perf_counter() - begun
    await there.hass.async_block_till_done()
    return took, result.response.response_type is not IntentResponseType.ERROR


def _house(entities: int) -> dict[str, Any]:
    """Describe a home of as many entities, a few in every room of a small one."""
    things = THINGS if entities > len(ROOMS) * 10 else THINGS[:_FEW]
    areas: list[dict[str, Any]] = []
    described = [_described(None, thing) for thing in EVERYWHERE]
    for number in range(entities):
        storey, at = divmod(number, len(ROOMS))
        room = ROOMS[at] if not storey else f"{ROOMS[at]} {storey + 1}"
        aliases = [_ALIASES[room]] if room in _ALIASES else []
        floor = FLOORS[storey % len(FLOORS)]
        areas.append({"name": room, "floor": floor, "aliases": aliases})
        described += [_described(room, thing) for thing in things]
        if len(described) >= entities:
            break
    return {"areas": areas, "entities": described[:entities]}


def _described(room: str | None, thing: tuple[str, str, str, Any]) -> dict[str, Any]:
    """Describe a thing in a room."""
    domain, name, state, attributes = thing
    name = f"{room} {name}" if room else name
    aliases = [_ALIASES[name]] if name in _ALIASES else []
    told = {"area": room, "state": state, "attributes": attributes}
    return {"domain": domain, "name": name, "aliases": aliases, **told}
