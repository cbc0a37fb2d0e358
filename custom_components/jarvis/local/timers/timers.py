"""Timers, also where they are asked for in other words than Home Assistant's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import intent

from ..commands.replies import listed
from ..data import read
from ..request import Request, Understood, spoken
from ..text.courtesy import barer
from ..text.grammar import grammar
from ..text.normal import normal, spelled
from ..text.nouns import stem
from ..text.templates import Compiler, Template
from ..text.words import folded
from .durations import Duration, told
from .running import async_handle, lasting, remember, running
from .times import MARKS, Marked, with_durations

_INTENTS: Mapping[str, str] = {
    "start": intent.INTENT_START_TIMER,
    "cancel": intent.INTENT_CANCEL_TIMER,
    "cancel_all": intent.INTENT_CANCEL_ALL_TIMERS,
    "increase": intent.INTENT_INCREASE_TIMER,
    "decrease": intent.INTENT_DECREASE_TIMER,
    "pause": intent.INTENT_PAUSE_TIMER,
    "resume": intent.INTENT_UNPAUSE_TIMER,
    "status": intent.INTENT_TIMER_STATUS,
}
_FREE = frozenset({"name", "which", "place"})
"""The slots that hold any words."""
_LONGEST_NAME = 5
"""Words that the name of a timer has at most."""
_MOST_TOLD = 3
"""Timers that are told one by one."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of timers in a language."""

    sentences: Sequence[tuple[str, Template]]
    articles: frozenset[str]
    replies: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants of a timer."""

    do: str
    marked: Marked
    slots: Mapping[str, str]

    @property
    def duration(self) -> Duration | None:
        """How long, how much more or less."""
        return self.marked.durations.get(self.slots.get("duration", ""))

    @property
    def of(self) -> Duration | None:
        """The length of the timer that is meant."""
        return self.marked.durations.get(self.slots.get("of", ""))

    def said(self, slot: str) -> str | None:
        """Return the words of a slot."""
        return self.marked.plain(self.slots[slot]) if slot in self.slots else None


@cache
def known_timers(language: str) -> Known:
    """Return what is known of timers (reads a file: first in an executor)."""
    data = read(language, "timers")
    compiler = Compiler(language, data["rules"], {}, frozenset(), MARKS)
    articles = {
        word for text in data["articles"] for word in normal(text, language).split()
    }
    return Known(
        [
            (do, compiler.template(text))
            for do, sentences in data["say"].items()
            for text in sentences
        ],
        frozenset(articles),
        data["replies"],
    )


def asked_of_timers(text: str, language: str) -> list[Asked]:
    """Return what a normal text may want of a timer, the most literal first."""
    found: list[Asked] = []
    for bare in barer(text, language):
        marked = with_durations(bare, language)
        found += [
            Asked(do, marked, slots)
            for do, template in known_timers(language).sentences
            if (slots := template.match(marked.text)) is not None
        ]
    return sorted((one for one in found if _is_clean(one, language)), key=_filled)


async def async_timer(request: Request) -> Understood | None:
    """Do what is wanted of a timer; None where nothing is."""
    for asked in asked_of_timers(request.text, request.language):
        if (slots := await _async_slots(request, asked)) is None:
            continue
        if not request.allows({}, asked.do != "status"):
            return Understood("", allowed=False)
        return await _async_do(request, asked, slots)
    return None


def _is_clean(asked: Asked, language: str) -> bool:
    """Tell whether what stands for a name can be one, and is not the next command."""
    joints = {word for joint in grammar(language).then for word in joint}
    articles = known_timers(language).articles
    for slot in _FREE & asked.slots.keys():
        words = asked.slots[slot].split()
        if len(words) > _LONGEST_NAME or words[-1] in articles:
            return False
        if not (joints | asked.marked.durations.keys()).isdisjoint(words):
            return False
    return True


def _filled(asked: Asked) -> int:
    """Count the words that no sentence has of its own."""
    return sum(len(asked.slots[slot].split()) for slot in _FREE & asked.slots.keys())


async def _async_slots(request: Request, asked: Asked) -> dict[str, Any] | None:
    """Return the slots of the intent; None where the words mean something else."""
    slots: dict[str, Any] = {}
    if asked.duration:
        slots |= lasting(asked.duration)
    if asked.of:
        slots |= lasting(asked.of, "start_")
    if (name := asked.said("name")) is not None:
        if not (name := _name(request, name)):
            return None
        slots["name"] = name
    if (place := asked.said("place")) is not None:
        if (area := _area(request, place)) is None:
            return None
        slots["area"] = area
    if (which := asked.said("which")) is not None:
        if area := _area(request, which):
            return slots | {"area": area}
        running = {
            folded(one["name"]): one["name"] for one in await _async_timers(request)
        }
        name = _name(request, which)
        if folded(name) in running:
            return slots | {"name": running[folded(name)]}
        if asked.do == "status" or not name:
            return None
        slots["name"] = name
    return slots


def _area(request: Request, said: str) -> str | None:
    """Return the name of the area that some words mean."""
    index = request.house.index(request.language)
    content = index.nouns.content(said.split())
    if {content, tuple(map(stem, said.split()))} & index.nouns.here:
        return request.house.place_name(request.area)
    there = index.places.get(content, set())
    return request.house.place_name(next(iter(there))) if len(there) == 1 else None


def _name(request: Request, said: str) -> str:
    """Return a name as it was spelled, without the articles in front."""
    words = said.split()
    articles = known_timers(request.language).articles
    while words and words[0] in articles:
        words = words[1:]
    return spelled(request.user_input.text, request.language).of(" ".join(words))


async def _async_timers(request: Request) -> Sequence[Mapping[str, Any]]:
    """Return the timers that there are."""
    response = await async_handle(request, intent.INTENT_TIMER_STATUS, {})
    timers: Sequence[Mapping[str, Any]] = response.speech_slots["timers"]
    return timers


async def _async_do(
    request: Request, asked: Asked, slots: Mapping[str, Any]
) -> Understood:
    """Do it, and tell what came of it."""
    known = known_timers(request.language)
    replies = known.replies
    intent_type = _INTENTS[asked.do]
    before = set(running(request.hass))
    try:
        response = await async_handle(request, intent_type, slots)
    except intent.IntentHandleError as err:
        names = await _async_names(request)
        key = err.response_key or "failed"
        key = key if key in replies else "failed"
        why = str(err).rstrip(".")
        return spoken(request, replies[key].format(names=names, why=why))
    except (HomeAssistantError, TimeoutError) as err:
        return spoken(request, replies["failed"].format(why=str(err).rstrip(".")))
    match asked.do:
        case "status":
            speech = _status(response.speech_slots["timers"], request.language)
        case "cancel_all":
            count = response.speech_slots["canceled"]
            which = "none" if not count else "one" if count == 1 else "many"
            speech = replies["cancel_all"][which].format(count=count)
        case _:
            duration = told(asked.duration or Duration(), request.language)
            key = "start_named" if asked.do == "start" and "name" in slots else asked.do
            speech = replies[key].format(duration=duration, name=slots.get("name"))
    if asked.do == "start":
        remember(request, before)
    return spoken(request, speech, intent_type=intent_type)


async def _async_names(request: Request) -> str:
    """Return what the timers that there are can be called."""
    template = known_timers(request.language).replies["unnamed"]
    return listed(
        [
            one["name"]
            or template.format(duration=told(_length(one), request.language))
            for one in await _async_timers(request)
        ],
        request.language,
        "or",
    )


def _length(
    timer: Mapping[str, Any], prefix: str = "start_", suffix: str = ""
) -> Duration:
    """Return how long a timer runs, or still runs."""
    return Duration(
        *(timer[f"{prefix}{unit}{suffix}"] for unit in ("hours", "minutes", "seconds"))
    )


def _status(timers: Sequence[Mapping[str, Any]], language: str) -> str:
    """Tell how long some timers still run, the next to ring first."""
    replies = known_timers(language).replies
    if not timers:
        return str(replies["none"])
    ordered = sorted(
        timers, key=lambda one: (not one["is_active"], one["total_seconds_left"])
    )
    sentences = []
    if len(timers) > 1:
        sentences.append(replies["count"].format(count=len(timers)))
    for timer in ordered[:_MOST_TOLD]:
        left = told(_length(timer, "rounded_", "_left"), language)
        length = told(_length(timer), language)
        name = timer["name"]
        if not name and len(timers) > 1:
            name = replies["unnamed"].format(duration=length)
        key = "left_named" if name else "left"
        key = key if timer["is_active"] else f"{key}_paused"
        sentences.append(replies[key].format(name=_capital(name), duration=left))
    return " ".join(sentences)


def _capital(name: str) -> str:
    """Return a name as a sentence begins with it."""
    return name[:1].upper() + name[1:]
