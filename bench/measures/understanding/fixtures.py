"""What a sentence with an intent needs in a home, so that it can be taken at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from homeassistant.util import slugify

from .case import Data

HERE = "Annex"
"""The area of the satellite where a sentence names none."""
_DOMAINS = {
    "HassLightSet": "light",
    "HassFanSetSpeed": "fan",
    "HassSetPosition": "cover",
    "HassClimateGetTemperature": "climate",
    "HassClimateSetTemperature": "climate",
    "HassVacuumCleanArea": "vacuum",
    "HassVacuumReturnToBase": "vacuum",
    "HassVacuumStart": "vacuum",
    "HassLawnMowerDock": "lawn_mower",
    "HassLawnMowerStartMowing": "lawn_mower",
    "HassBroadcast": "assist_satellite",
    "HassGetWeather": "weather",
    "HassListAddItem": "todo",
    "HassListCompleteItem": "todo",
    "HassListRemoveItem": "todo",
}
"""The domain that an intent is about, where its name tells."""
_PLAYING = {"volume_level": 0.5, "media_track": 3, "media_title": "Something"}
_STATES = {
    "HassTurnOn": {"cover": "closed", "valve": "closed", "lock": "unlocked"},
    "HassTurnOff": {
        "cover": "open",
        "fan": "on",
        "light": "on",
        "lock": "locked",
        "media_player": "playing",
        "switch": "on",
        "valve": "open",
    },
    "HassMediaUnpause": {"media_player": "paused"},
    "HassVacuumReturnToBase": {"vacuum": "cleaning"},
    "HassLawnMowerDock": {"lawn_mower": "mowing"},
}
"""From where an intent has an effect."""
_USUAL: dict[str, dict[str, Any]] = {
    "climate": {
        "current_temperature": 20,
        "target_temperature": 19,
        "min_temp": 1,
        "max_temp": 100,
    },
    "light": {"brightness": 128},
    "media_player": _PLAYING,
    "weather": {"humidity": 60, "pressure": 1010, "wind_speed": 12, "uv_index": 3},
}


@dataclass(slots=True)
class Fixture:
    """A home, the timers in it, and where somebody speaks."""

    description: dict[str, Any]
    area: str | None = None
    timers: Sequence[Data] = field(default_factory=tuple)


def described(data: Data, given: Data, *, is_old: bool) -> Fixture:
    """Furnish the home of a sentence.

    The older sentences share two whole homes. Of today's each has a small one, made of
    what its fixture names and of what its slots need.
    """
    return _whole(data, given) if is_old else _Furnisher(data, given).furnish()


def first(value: Any) -> Any:
    """Return a slot's value, of which there may be several ways to write it."""
    return value[0] if isinstance(value, list) else value


class _Furnisher:
    """Furnishes the home of one sentence."""

    def __init__(self, data: Data, given: Data) -> None:
        """Begin with what the fixture names."""
        self._intent = data["intent"]
        self._slots = {name: first(one) for name, one in data["slots"].items()}
        self._given = given
        self._areas: list[dict[str, Any]] = [dict(a) for a in given.get("areas") or ()]
        self._floors = [dict(one) for one in given.get("floors") or ()]
        self._entities: list[dict[str, Any]] = []

    def furnish(self) -> Fixture:
        """Return the home."""
        here = self._here()
        place = self._place(here)
        for one in self._given.get("entities") or ():
            self._entities.append(self._placed(one, place))
        for domain in self._domains():
            self._need(domain, place)
        description: dict[str, Any] = {
            "areas": self._areas,
            "floors": self._floors,
            "entities": _with_ids(self._entities),
        }
        if self._intent.startswith("HassShoppingList"):
            description["shopping"] = [self._slots["item"], "glue"]
            if self._intent.endswith("AddItem"):
                description["shopping"] = ["glue"]
        return Fixture(description, here, self._timers())

    def _here(self) -> str:
        """Return where the satellite stands."""
        for area in self._areas:
            if area.get("context_area"):
                return str(area["name"])
        self._areas.append({"name": HERE})
        return HERE

    def _place(self, here: str) -> str:
        """Return the area that the sentence is about."""
        if area := self._slots.get("area"):
            known = (one["name"] for one in self._areas)
            found = next((one for one in known if one.lower() == area.lower()), None)
            if found is None:
                self._areas.append({"name": area})
            return found or str(area)
        if floor := self._slots.get("floor"):
            for one in self._areas:
                if str(one.get("floor", "")).lower() == floor.lower():
                    return str(one["name"])
            self._areas.append({"name": f"{floor} room", "floor": floor})
            return f"{floor} room"
        return here

    def _domains(self) -> tuple[str, ...]:
        """Return the domains that are needed, if the sentence does not name a thing."""
        intent, slots = self._intent, self._slots
        if "name" in slots or "Timer" in intent:
            return ()
        if domain := _DOMAINS.get(intent) or slots.get("domain"):
            return (str(domain),)
        if intent.startswith(("HassMedia", "HassSetVolume")):
            return ("media_player",)
        if "device_class" in slots and intent != "HassGetState":
            return ("cover",)
        # Some sentences do not tell in their slots what is to be turned on or off.
        return ("light", "fan") if intent.startswith("HassTurn") else ()

    def _need(self, domain: str, area: str) -> None:
        """Put a thing of a domain into an area, unless one is there."""
        wanted = self._slots.get("device_class")
        for one in self._entities:
            if one["domain"] == domain and one.get("area") == area and not wanted:
                return
        added = {"name": f"Thing {domain}", "domain": domain, "area": area}
        if wanted:
            added["device_class"] = wanted
        self._entities.append(self._placed(added, area))

    def _placed(self, entity: Data, place: str) -> dict[str, Any]:
        """Return an entity at its place and in a state that can change."""
        placed = {**entity, "attributes": dict(entity.get("attributes") or {})}
        domain = placed.setdefault("domain", str(entity.get("id")).partition(".")[0])
        is_named = str(entity["name"]).lower() == str(self._slots.get("name")).lower()
        is_meant = is_named and place != HERE
        if "area" not in placed and (is_meant or domain in self._domains()):
            placed["area"] = place
        usual = _USUAL.get(domain, {})
        placed["attributes"] = {**usual, **placed["attributes"]}
        if placed.get("state") is None:
            default = "playing" if domain == "media_player" else None
            placed["state"] = _STATES.get(self._intent, {}).get(domain, default)
        if domain == "todo" and (item := self._slots.get("item")):
            is_new = self._intent == "HassListAddItem"
            items = [] if is_new else [{"summary": item, "status": "needs_action"}]
            placed["attributes"]["todo_items"] = items
        return placed

    def _timers(self) -> list[dict[str, Any]]:
        """Return the timers that the sentence may be about."""
        given = [dict(one) for one in self._given.get("timers") or ()]
        if "Timer" not in self._intent or self._intent == "HassStartTimer":
            return given
        if given and self._intent in ("HassTimerStatus", "HassCancelAllTimers"):
            return given
        return [_meant(self._intent, self._slots)]


def _meant(intent: str, slots: Data) -> dict[str, Any]:
    """Return the timer that slots tell of."""
    starts = {
        f"start_{unit}": slots[f"start_{unit}"]
        for unit in ("hours", "minutes", "seconds")
        if f"start_{unit}" in slots
    }
    return {
        "name": slots.get("name"),
        "area": slots.get("area"),
        "is_active": intent != "HassUnpauseTimer",
        **(starts or {"start_hours": 3}),
    }


def _whole(data: Data, given: Data) -> Fixture:
    """Return a whole home, with what a sentence is about where that is missing."""
    slots = {name: first(one) for name, one in data["slots"].items()}
    slots = {name: _stripped(one) for name, one in slots.items()}
    entities = [*given["entities"], *_missing(slots, given)]
    home = {
        "areas": given["areas"],
        "floors": given["floors"],
        "entities": _with_ids(entities),
    }
    has_timer = "Timer" in data["intent"] and data["intent"] != "HassStartTimer"
    timers = [_meant(data["intent"], slots)] if has_timer else []
    return Fixture(home, str(given["areas"][0]["name"]), timers)


def _missing(slots: Data, given: Data) -> list[dict[str, Any]]:
    """Return what a sentence is about, if nothing in a home is."""
    domain, device_class = slots.get("domain"), slots.get("device_class")
    if "name" in slots or not domain:
        return []
    floors = {one["id"]: one["name"] for one in given["floors"]}
    names = {one["id"]: one["name"] for one in given["areas"]}
    on_floors = {
        one["id"]: floors.get(one["floor"], one["floor"]) for one in given["areas"]
    }
    wanted = {
        "domain": domain,
        "class": device_class,
        "area": slots.get("area"),
        "floor": slots.get("floor"),
    }
    for one in given["entities"]:
        has = {
            "domain": str(one["id"]).partition(".")[0],
            "class": (one.get("attributes") or {}).get("device_class"),
            "area": names.get(one.get("area")),
            "floor": on_floors.get(one.get("area")),
        }
        if all(
            value is None or str(value).lower() == str(has[name]).lower()
            for name, value in wanted.items()
        ):
            return []
    on_floor = (one for one, floor in on_floors.items() if floor == slots.get("floor"))
    added = {"name": f"Thing {domain}", "domain": domain, "device_class": device_class}
    return [{**added, "area": slots.get("area") or next(on_floor, None)}]


def _stripped(value: Any) -> Any:
    """Return a slot's value without the blanks that some of the old ones have."""
    return value.strip() if isinstance(value, str) else value


def _with_ids(entities: Sequence[Data]) -> list[dict[str, Any]]:
    """Give every entity an id of its own, as the home will have it."""
    known: set[str] = set()
    named: list[dict[str, Any]] = []
    for one in entities:
        domain = one.get("domain") or str(one["id"]).partition(".")[0]
        key = str(one.get("id") or f"{domain}.{slugify(one['name'])}")
        wanted, number = key, 2
        while key in known:
            key, number = f"{wanted}_{number}", number + 1
        known.add(key)
        named.append({**one, "domain": domain, "id": key})
    return named
