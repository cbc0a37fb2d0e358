"""Sentences with an intent and its slots: those of today, and some of an older day.

What today's sentences have to do is what Home Assistant's own strict sentences do in
the same home. Of the older ones only the intent and what it is about have to be right.
"""

import json
import re
from typing import Any

from .case import (
    Case,
    Data,
    Judged,
    Speaker,
    Turn,
    Verdict,
    judged,
    plain,
    same_timers,
    says,
)
from .fixtures import described, first

_OLD = "ha2507"
_ALL = "all"
"""In the place of a name: nothing is named."""
_REST = re.compile(r" (?:and|et) (\d+) (?:more|autres?)\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_YES_NO = ("yes", "no", "oui", "non")
_INTENTS = {
    "HassTurnOn": "turn_on open_cover open_valve lock press open",
    "HassTurnOff": "turn_off close_cover close_valve unlock",
    "HassLightSet": "turn_on",
    "HassSetPosition": "set_cover_position set_valve_position",
    "HassFanSetSpeed": "set_percentage",
    "HassClimateSetTemperature": "set_temperature",
    "HassSetVolume": "volume_set",
    "HassMediaSearchAndPlay": "play_media",
}
"""The services that show an intent where a reply does not name it."""
_QUERIES = frozenset(
    {
        "HassGetState",
        "HassClimateGetTemperature",
        "HassGetCurrentDate",
        "HassGetCurrentTime",
        "HassGetWeather",
        "HassTimerStatus",
    }
)


def is_of(data: Data) -> bool:
    """Tell whether a line is of this kind."""
    return "intent" in data and "slots" in data


def read(data: Data, homes: Data) -> Case:
    """Read a line and furnish what its sentence needs."""
    is_old = data["src"] == _OLD
    area = (data.get("context") or {}).get("area")
    home = described(data, homes.get(data["fixture"]) or {}, is_old=is_old)
    name = _OLD if is_old else "today"
    sets = (f"{name}_{data['lang']}", name) if is_old else (f"{name}_{data['lang']}",)
    return Case(
        identity=data["id"],
        sets=sets,
        utterance=data["sentence"],
        language=data["lang"],
        judge=_judge_old if is_old else _judge_today,
        home=json.dumps(home.description, sort_keys=True),
        description=home.description,
        area=area or home.area,
        timers=home.timers,
        expected=data,
    )


async def _judge_today(case: Case, speaker: Speaker) -> Judged:
    """Compare with what Home Assistant's strict sentences do."""
    strict = await speaker.strict(case)
    turn = await speaker.say(case)
    if strict is None or strict.is_error:
        why = "no match" if strict is None else f"error: {strict.speech}"
        return Judged(case, Verdict.UNSCORED, turn, f"strict: {why}")
    expected = f"{strict.done()} «{strict.speech}»"
    if turn.is_error:
        return judged(case, turn, expected, is_right=False)
    if _did(turn) != _did(strict) and not (turn.changed or strict.changed):
        return judged(case, turn, expected, is_right=False)
    is_same = turn.after == strict.after and same_timers(turn.timers, strict.timers)
    is_silent = not strict.calls and not strict.has_acted
    is_right = is_same and (not is_silent or _tells_same(case, turn, strict))
    return judged(case, turn, expected, is_right=is_right)


async def _judge_old(case: Case, speaker: Speaker) -> Judged:
    """Compare the intent, and what it is about."""
    turn = await speaker.say(case)
    slots = {name: first(value) for name, value in case.expected["slots"].items()}
    expected = f"{case.expected['intent']} {slots}"
    is_right = (
        not turn.is_error
        and _has_intent(case, turn)
        and all(_is_about(turn, case, name, slots) for name in ("name", "area"))
    )
    return judged(case, turn, expected, is_right=is_right)


def _did(turn: Turn) -> set[tuple[str, tuple[str, ...], str]]:
    """Return the services that were called, without who passed them on."""
    return {
        (call.service, call.entity_ids, json.dumps(call.data, default=str))
        for call in turn.calls
    }


def _tells_same(case: Case, turn: Turn, strict: Turn) -> bool:
    """Tell whether a reply states the facts of another, in whatever words."""
    if turn.response.response_type is not strict.response.response_type:
        return False
    if case.expected["intent"] not in _QUERIES:
        return True
    return _states(turn.speech, strict.speech, _names(turn))


def _states(speech: str, wanted: str, names: set[str]) -> bool:
    """Tell whether a reply has the yes or no, the numbers and the names of another."""
    told = {_number(one) for one in _NUMBER.findall(speech)}
    named = [name for name in names if says(wanted, name)]
    if rest := _REST.search(wanted):
        # It names some and counts the others; naming all of them says more.
        all_named = sum(says(speech, name) for name in names)
        if all_named == len(named) + int(rest[1]):
            wanted = wanted.replace(rest[0], "")
    facts = _facts(wanted)
    return all(
        _number(one) in told if one[0].isdigit() else says(speech, one) for one in facts
    ) and all(says(speech, name) for name in named)


def _number(text: str) -> float:
    """Read a number, whatever its comma."""
    return float(text.replace(",", "."))


def _names(turn: Turn) -> set[str]:
    """Return the names of the home's entities."""
    found = (attributes.get("friendly_name") for _, attributes in turn.after.values())
    return {str(name) for name in found if name}


def _has_intent(case: Case, turn: Turn) -> bool:
    """Tell whether a turn did what an intent does."""
    wanted = case.expected["intent"]
    known = turn.response.intent
    if known is not None:
        return bool(known.intent_type == wanted)
    services = {call.service for call in turn.calls}
    if wanted in _INTENTS:
        return bool(services.intersection(_INTENTS[wanted].split()))
    if wanted in _QUERIES:
        told = case.expected["response"] or ""
        return not turn.has_acted and (not _facts(told) or _states_old(case, turn))
    return not same_timers(turn.timers_before, turn.timers)


def _is_about(turn: Turn, case: Case, name: str, slots: dict[str, Any]) -> bool:
    """Tell whether a turn was about the entity or the area that a slot names."""
    wanted = slots.get(name)
    if wanted in (None, _ALL) or "Timer" in case.expected["intent"]:
        return True
    known = turn.response.intent
    slot = known.slots.get(name) if known is not None else None
    if slot and plain(str(wanted)) in {plain(str(one)) for one in slot.values()}:
        return True
    if says(turn.speech, wanted) or _states_old(case, turn):
        return True
    about = turn.acted_on or {
        one.entity_id
        for one in (*turn.response.matched_states, *turn.response.unmatched_states)
    }
    return bool(about) and about <= _entities(case, name, str(wanted))


def _states_old(case: Case, turn: Turn) -> bool:
    """Tell whether a reply to a question states what was replied of old."""
    wanted = case.expected["response"] or ""
    return (
        case.expected["intent"] in _QUERIES
        and bool(_facts(wanted))
        and _states(turn.speech, wanted, set())
    )


def _facts(speech: str) -> list[str]:
    """Return the yes or no and the numbers of a reply."""
    answers = [one for one in _YES_NO if says(speech, one)]
    return [*answers[:1], *_NUMBER.findall(speech)]


def _entities(case: Case, key: str, wanted: str) -> set[str]:
    """Return the entities of a home that have a name, or stand in an area."""
    areas = {
        plain(one.get("id") or one["name"]): plain(one["name"])
        for one in case.description.get("areas") or ()
    }
    found = set()
    for one in case.description["entities"]:
        value = plain(str(one.get(key) or ""))
        if plain(wanted) in (value, areas.get(value)):
            found.add(one["id"])
    return found
