"""What becomes of a thing, a measure, the sun or the weather, as triggers."""

from collections.abc import Callable, Collection, Sequence
from math import inf, nextafter

from homeassistant.components.sensor import ATTR_OPTIONS
from homeassistant.components.weather import DOMAIN as WEATHER_DOMAIN
from homeassistant.helpers import area_registry as ar

from ...local.house.found import Found
from ...local.house.things import Thing, is_of
from ...local.questions.grammar import questions
from ...local.questions.measures import MEASURES, Source
from ...local.questions.predicates import PREDICATES, Predicate, opposite
from ...local.reminders.awaiting import Condition, Is
from ...local.text.normal import normal
from ...local.text.words import folded
from ...reminders.records import Edge, Trigger
from .waiter import Outcome, Waiter, Which

_SUN = "sun.sun"
_WEATHER = {
    "rainy": ("rainy", "pouring", "lightning-rainy", "snowy-rainy"),
    "snowy": ("snowy", "snowy-rainy"),
}
_DONE = frozenset(
    (
        *("complete", "completed", "finished", "finish", "done", "end", "ended"),
        *("program ended", "programme ended", "cycle complete", "idle", "off"),
        *("standby", "stand by", "ready", "not running", "stopped", "stop"),
        *("inactive", "fini", "termine", "arrete", "arret"),
    )
)
"""States by which appliances tell that they have finished, folded."""
_RUNS = frozenset(
    (
        *("run", "running", "in use", "on", "active", "wash", "washing", "rinse"),
        *("rinsing", "spin", "spinning", "dry", "drying", "in progress", "started"),
        *("cleaning", "printing", "cooking", "mowing", "main wash", "en cours"),
        *("en marche", "lavage", "rincage", "essorage", "sechage"),
    )
)
_APPLIANCES: Sequence[frozenset[str]] = (
    frozenset({"binary_sensor.running"}),
    frozenset({"vacuum", "lawn_mower", "timer"}),
    frozenset({"sensor.enum", "sensor."}),
    frozenset({"binary_sensor.power", "binary_sensor.moving", "binary_sensor."}),
    frozenset({"media_player", "script"}),
    frozenset({"sensor.power"}),
    frozenset({"switch", "fan", "humidifier", "input_boolean", "climate", "light"}),
)
"""What tells that something runs, the better first."""
_POWER = "sensor.power"
_IDLE_WATTS = 5.0
_PAUSES_S = 180
"""How long a machine may draw nothing and go on afterwards."""


def sun(waiter: Waiter, said: Condition) -> Outcome:
    """Return what waits for the sun to rise or set."""
    if waiter.hass.states.get(_SUN) is None:
        return waiter.cannot("no_measure", what=said.said)
    return Trigger(_SUN, said.get("sun"), said=said.said)


def weather(waiter: Waiter, said: Condition) -> Outcome:
    """Return what waits for some weather."""
    there = [one for one in waiter.house.things if one.domain == WEATHER_DOMAIN]
    if not there:
        return waiter.cannot("no_measure", what=said.said)
    waiter.allow([there[0].entity_id])
    state, *also = _WEATHER[said.get("weather")]
    return Trigger(there[0].entity_id, state, also=tuple(also), said=said.said)


def run(waiter: Waiter, said: Condition) -> Outcome:
    """Return what waits for a thing to have finished, or to begin."""
    for name in waiter.alike(_phrase(waiter, said)):
        for kinds in _APPLIANCES:
            if (found := waiter.find(name, kinds)) is None:
                continue
            things = [one for one in found.things if _tells_runs(waiter, one)]
            if things:
                meant = Found(tuple(things), found.unclear and len(things) > 1)
                return _chosen(waiter, said, meant, _running(waiter, said))
    return unknown(waiter, said)


def becomes(waiter: Waiter, said: Condition) -> Outcome:
    """Return what waits for a thing to become something, or to be it no more."""
    name = said.get("becomes") or said.get("state") or said.get("found")
    if said.wants is Is.CEASES:
        name = opposite(name) or name
    predicate = PREDICATES.get(name)
    if predicate is None:
        return unknown(waiter, said)
    phrase = _phrase(waiter, said)
    kinds = predicate.kinds
    for one in waiter.alike(phrase):
        for among in (kinds - predicate.secondary, kinds):
            if found := waiter.find(one, among, predicate.of_place & among):
                return _chosen(waiter, said, found, _becoming(said, predicate))
    return unknown(waiter, said)


def value(waiter: Waiter, said: Condition) -> Outcome:
    """Return what waits for a measure to pass a number."""
    measure = MEASURES.get(said.get("measure"))
    number = float(said.get("number") or 0)
    if said.get("negative"):
        number = -number
    for source in measure.sources if measure else ():
        # Of a thing that is half open no number is kept in percent.
        if source.full:
            continue
        if found := _measured(waiter, said, source):
            limit = _limit(waiter, said, source, number)
            return _chosen(waiter, said, found, limit)
    return waiter.cannot("no_measure", what=said.said)


def unknown(waiter: Waiter, said: Condition) -> Outcome:
    """Tell that there is no such thing, or that it does not tell this."""
    phrase = _phrase(waiter, said)
    spelled = said.spelled("thing") or said.spelled("found")
    everything = frozenset(one.kind for one in waiter.house.things)
    for name in waiter.alike(phrase):
        if waiter.find(name, everything):
            return waiter.cannot("cannot_tell", thing=spelled)
    return waiter.cannot("unknown_thing", thing=spelled)


def _chosen(
    waiter: Waiter,
    said: Condition,
    found: Found,
    trigger: Callable[[Sequence[Thing], bool], Trigger],
) -> Outcome:
    """Return the trigger of what was found, or ask which of it is meant."""
    waiter.allow([thing.entity_id for thing in found.things])
    if not found.unclear:
        return trigger(found.things, False)
    if waiter.is_one_of(said.get("thing")):
        return trigger(found.things, True)
    return Which(found.things, lambda things: trigger(things, False))


def _of(things: Sequence[Thing]) -> tuple[str, tuple[str, ...]]:
    """Return the first entity, and the others."""
    first, *others = (thing.entity_id for thing in things)
    return first, tuple(others)


def _becoming(
    said: Condition, predicate: Predicate
) -> Callable[[Sequence[Thing], bool], Trigger]:
    """Return what makes a trigger of a predicate."""

    def trigger(things: Sequence[Thing], is_any: bool) -> Trigger:
        states = {
            state
            for kind, there in predicate.states.items()
            if any(is_of(thing.kind, kind) for thing in things)
            for state in there
        }
        return _waiting(said, things, states, predicate.negated, is_any)

    return trigger


def _waiting(
    said: Condition,
    things: Sequence[Thing],
    states: Collection[str],
    negated: bool,
    is_any: bool,
) -> Trigger:
    first, others = _of(things)
    state, *also = sorted(states)
    edge = Edge.LEAVE if negated else Edge.ENTER
    return Trigger(
        first,
        state,
        edge,
        also=tuple(also),
        others=others,
        is_any=is_any,
        said=said.said,
    )


def _tells_runs(waiter: Waiter, thing: Thing) -> bool:
    """Tell whether a thing shows that it runs; of sensors many tell other things."""
    if thing.domain != "sensor" or thing.kind == _POWER:
        return True
    return any(folded(one) in _DONE | _RUNS for one in _states_of(waiter, thing))


def _states_of(waiter: Waiter, thing: Thing) -> Sequence[str]:
    """Return the states that a sensor can have, as far as they are known."""
    state = waiter.hass.states.get(thing.entity_id)
    if state is None:
        return ()
    return (state.state, *(state.attributes.get(ATTR_OPTIONS) or ()))


def _running(
    waiter: Waiter, said: Condition
) -> Callable[[Sequence[Thing], bool], Trigger]:
    """Return what makes a trigger of an appliance."""
    name = "running" if said.wants is Is.STARTED else "stopped"

    def trigger(things: Sequence[Thing], is_any: bool) -> Trigger:
        first = things[0]
        if first.kind == _POWER:
            return _drawing(said, first)
        if first.domain != "sensor":
            return _becoming(said, PREDICATES[name])(things, is_any)
        there = {one for one in _states_of(waiter, first) if folded(one) in _DONE}
        # Without a list of its states they are those that appliances have.
        states = there if len(_states_of(waiter, first)) > 1 and there else _written()
        negated = said.wants is Is.STARTED
        return _waiting(said, [first], states, negated, is_any)

    return trigger


def _written() -> set[str]:
    """Return the states that tell of an end, as integrations write them."""
    plain = {*_DONE, *(one.replace(" ", "_") for one in _DONE)}
    return {*plain, *(one.capitalize() for one in plain)}


def _drawing(said: Condition, thing: Thing) -> Trigger:
    """Return a trigger of what a machine draws."""
    if said.wants is Is.STARTED:
        return Trigger(thing.entity_id, above=_IDLE_WATTS, said=said.said)
    return Trigger(
        thing.entity_id, below=_IDLE_WATTS, lasting=_PAUSES_S, said=said.said
    )


def _measured(waiter: Waiter, said: Condition, source: Source) -> Found | None:
    """Return what measures something at a place."""
    phrase = said.get("place") or said.get("thing")
    kinds = source.kinds
    if not phrase:
        there = [
            one
            for one in waiter.house.things
            if any(is_of(one.kind, kind) for kind in kinds)
        ]
        own = [one for one in there if waiter.area and one.area == waiter.area]
        near = tuple(own or there)
        return _standing(waiter, Found(near, len(near) > 1)) if near else None
    for one in (phrase, *_outside(waiter, phrase)):
        if found := waiter.find(one, kinds, kinds):
            return _standing(waiter, found)
    if not _outside(waiter, phrase):
        return None
    for thing in waiter.house.things:
        state = waiter.hass.states.get(thing.entity_id)
        tells = state is not None and said.get("measure") in state.attributes
        if thing.domain == WEATHER_DOMAIN and tells:
            return Found((thing,))
    return None


def _outside(waiter: Waiter, phrase: str) -> Sequence[str]:
    """Return the names of what is out of doors, if that is meant."""
    outdoors = questions(waiter.language).outdoors
    if waiter.index.nouns.content(phrase.split()) not in outdoors:
        return ()
    return sorted(" ".join(words) for words in outdoors)


def _standing(waiter: Waiter, found: Found) -> Found:
    """Return of several sensors in a room the one that stands for it."""
    areas = ar.async_get(waiter.hass)
    ids = {
        one
        for thing in found.things
        if thing.area and (area := areas.async_get_area(thing.area))
        for one in (area.temperature_entity_id, area.humidity_entity_id)
    }
    there = tuple(thing for thing in found.things if thing.entity_id in ids)
    return Found(there) if len(there) == 1 else found


def _limit(
    waiter: Waiter, said: Condition, source: Source, number: float
) -> Callable[[Sequence[Thing], bool], Trigger]:
    """Return what makes a trigger of a number."""

    def trigger(things: Sequence[Thing], is_any: bool) -> Trigger:
        first, others = _of(things)
        attribute = source.attribute
        if things[0].domain == WEATHER_DOMAIN:
            attribute = said.get("measure")
        state = waiter.hass.states.get(first)
        to, limit = said.get("to"), number
        if to == "reach":
            now = state.attributes.get(attribute) if state and attribute else None
            now = now if attribute else state and state.state
            to = "below" if _number(now) > number else "above"
            limit = nextafter(number, inf if to == "below" else -inf)
        return Trigger(
            first,
            others=others,
            is_any=is_any,
            attribute=attribute,
            above=limit if to == "above" else None,
            below=limit if to == "below" else None,
            said=said.said,
        )

    return trigger


def _number(value: object) -> float:
    """Return a value as a number; what is none is low."""
    try:
        return float(str(value))
    except ValueError:
        return -inf


def _phrase(waiter: Waiter, said: Condition) -> str:
    """Return the words for a thing, and where it is: «une fuite, dans la cuisine»."""
    found = normal(said.spelled("found"), waiter.language)
    phrase = " ".join(filter(None, (said.get("thing") or found, said.get("detail"))))
    for one in waiter.known.one_of:
        phrase = phrase.removeprefix(f"{one} ")
    return phrase
