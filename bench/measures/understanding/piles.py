"""Literal commands that tell the one service and target that is right."""

from typing import Any

from .case import Case, Data, Judged, Speaker, Turn, judged

_BEFORE: dict[str, dict[str, Any]] = {
    "turn_on": {"state": "off"},
    "turn_off": {"state": "on"},
    "open_cover": {"state": "closed"},
    "close_cover": {"state": "open"},
    "stop_cover": {"state": "open", "attributes": {"current_position": 50}},
    "lock": {"state": "unlocked"},
    "unlock": {"state": "locked"},
    "start": {"state": "docked"},
    "stop": {"state": "cleaning"},
    "pause": {"state": "cleaning"},
    "return_to_base": {"state": "cleaning"},
    "media_play": {"state": "paused"},
}
"""From where a service has an effect."""
_PLAYING = {"media_track": 3, "volume_level": 0.5, "is_volume_muted": False}
_OF_DOMAIN: dict[str, dict[str, Any]] = {
    "fan": {"state": "on", "attributes": {"percentage": 50}},
    "light": {"state": "on", "attributes": {"brightness": 128}},
    "media_player": {"state": "playing", "attributes": _PLAYING},
    "cover": {"state": "open"},
    "lock": {"state": "locked"},
    "switch": {"state": "on"},
    "vacuum": {"state": "docked"},
}
"""What a thing is at otherwise."""
_STEPS = {
    "volume_up": ("volume_level", 1),
    "volume_down": ("volume_level", -1),
    "increase_speed": ("percentage", 1),
    "decrease_speed": ("percentage", -1),
}
"""Services whose step is nobody's business, only its direction."""
_DATA = {"volume_mute": {"is_volume_muted": True}}
_STOPS = frozenset({"idle", "paused", "off"})


def is_of(data: Data) -> bool:
    """Tell whether a line is of this kind."""
    return "has_ha_intent" in data


def read(data: Data, homes: Data) -> Case:
    """Read a line, which has its own home."""
    service, domain = data["expect"]["service"], data["expect"]["domain"]
    name = f"piles_{data['lang']}"
    entities = [
        {
            "id": one["key"],
            "domain": one["domain"],
            "name": one["name"],
            "area": one["area"],
            "device_class": one["device_class"],
        }
        for one in data["home"]
    ]
    setup = {}
    for one in data["home"]:
        usual = _OF_DOMAIN[one["domain"]]
        setup[one["key"]] = usual
        if one["domain"] == domain:
            setup[one["key"]] = {**usual, **_before(domain, service)}
    return Case(
        identity=data["id"],
        sets=(name, f"{name}_all") if data["has_ha_intent"] else (f"{name}_all",),
        utterance=data["sentence"],
        language=data["lang"],
        judge=judge,
        home=data["id"],
        description={"entities": entities},
        setup=setup,
        expected=data["expect"],
    )


async def judge(case: Case, speaker: Speaker) -> Judged:
    """Compare what was done with what the expected service does."""
    wanted = case.expected
    service = f"{wanted['domain']}.{wanted['service']}"
    data = _DATA.get(wanted["service"], {})
    reference = await speaker.called(case, service, wanted["target"], data)
    turn = await speaker.say(case)
    (target,) = reference.calls[0].entity_ids
    told = f"{service} {target}"
    is_right = (
        not turn.is_error
        and turn.acted_on == {target}
        and _has_effect(wanted["service"], target, turn, reference)
    )
    return judged(case, turn, told, is_right=is_right)


def _before(domain: str, service: str) -> dict[str, Any]:
    """Return from where a service has an effect."""
    if service == "turn_off" and domain == "media_player":
        return {}
    if service == "toggle":
        return {"state": "closed" if domain == "cover" else "off"}
    return dict(_BEFORE.get(service, {}))


def _has_effect(service: str, target: str, turn: Turn, reference: Turn) -> bool:
    """Tell whether a turn did the same to the target."""
    before, after = turn.before[target], turn.after[target]
    if service in _STEPS:
        name, direction = _STEPS[service]
        was, now = before[1].get(name) or 0, after[1].get(name) or 0
        return bool((now - was) * direction > 0)
    if service == "media_stop":
        return after[0] in _STOPS
    if reference.changed:
        return after == reference.after[target]
    return any(call.service == service for call in turn.calls)
