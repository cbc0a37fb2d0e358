"""Timers, also where they are asked for in other words than Home Assistant's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from homeassistant.helpers import intent

from ..commands.replies import listed
from ..data import read
from ..request import Request, Understood, spoken
from ..text.courtesy import barer
from ..text.grammar import grammar
from ..text.normal import normal, spelled
from ..text.nouns import stem
from ..text.templates import Compiler, Template
from ..text.words import LANGUAGES
from .durations import Duration, lengths, rounded, told
from .running import Meant, Running, among, candidates, found, is_name
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
_STOP, _MORE = "stop", "more"
"""What is said to a timer that rings."""
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

    @property
    def said_in_full(self) -> str:
        """All that was said, in words."""
        return self.marked.plain(self.marked.text)

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
        if asked.do == _STOP:
            continue
        timers = await request.timers.async_running()
        if (meant := _meant(request, asked, timers)) is None:
            continue
        if asked.do == _MORE and not (timers and _says_more(asked, request.language)):
            continue
        if not request.allows({}, asked.do != "status"):
            return Understood("", allowed=False)
        return await _async_do(request, asked, meant, timers)
    return None


def _says_more(asked: Asked, language: str) -> bool:
    """Tell whether more time is asked for: a length alone answers something else."""
    if asked.marked.text not in asked.slots.values():
        return True
    nothing = {words for words, part in lengths(language).before.items() if not part}
    return any((word,) in nothing for word in asked.said_in_full.split())


async def async_rung(request: Request) -> Understood | None:
    """Take «stop» and «encore cinq minutes» for what rings here; None for any other."""
    for language in dict.fromkeys((request.language, *LANGUAGES)):
        tried = replace(request, language=language)
        asked = _of_rung(tried)
        if asked and (rung := await request.timers.async_rings_here()):
            return await _async_of_rung(tried, asked, rung)
    return None


async def _async_of_rung(
    request: Request, asked: Asked, rung: Sequence[Running]
) -> Understood | None:
    """Silence what rings, or give what rang more time."""
    ringing = [one for one in rung if one.is_ringing]
    if asked.do == _STOP and not ringing:
        return None
    if asked.do == "increase" and not ringing and await request.timers.async_running():
        return None
    if not request.allows({}, True):
        return Understood("", allowed=False)
    replies = known_timers(request.language).replies
    if asked.do == _STOP:
        await request.timers.async_cancel([one.id for one in ringing])
        return spoken(request, replies[_STOP])
    *others, last = ringing or rung
    await request.timers.async_cancel([one.id for one in others if one.is_ringing])
    length = asked.duration or Duration()
    await request.timers.async_lengthen(last.id, length.total)
    said = told(length, request.language)
    return _said(request, "increase", replies["increase"].format(duration=said))


def _of_rung(request: Request) -> Asked | None:
    """Return what an utterance wants of a timer that rang and that it does not name."""
    return next(
        (
            one
            for one in asked_of_timers(request.text, request.language)
            if one.do in (_STOP, _MORE, "increase") and one.slots.keys() <= {"duration"}
        ),
        None,
    )


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


def _meant(request: Request, asked: Asked, timers: Sequence[Running]) -> Meant | None:
    """Return which timer is meant; None where the words mean something else."""
    meant = Meant(seconds=asked.of.total if asked.of else None)
    if (name := asked.said("name")) is not None:
        if not (name := _name(request, name)):
            return None
        meant = replace(meant, name=name)
    if (place := asked.said("place")) is not None:
        if (area := _area(request, place)) is None:
            return None
        meant = replace(meant, area=area)
    if (which := asked.said("which")) is not None:
        if area := _area(request, which):
            return replace(meant, area=area)
        name = _name(request, which)
        if not is_name(timers, name) and (asked.do == "status" or not name):
            return None
        meant = replace(meant, name=name)
    return meant


def _area(request: Request, said: str) -> str | None:
    """Return the area that some words mean."""
    index = request.house.index(request.language)
    content = index.nouns.content(said.split())
    if {content, tuple(map(stem, said.split()))} & index.nouns.here:
        return request.area
    there = index.places.get(content, set())
    return next(iter(there)) if len(there) == 1 else None


def _name(request: Request, said: str) -> str:
    """Return a name as it was spelled, without the articles in front."""
    words = said.split()
    articles = known_timers(request.language).articles
    while words and words[0] in articles:
        words = words[1:]
    return spelled(request.user_input.text, request.language).of(" ".join(words))


async def _async_do(
    request: Request, asked: Asked, meant: Meant, timers: Sequence[Running]
) -> Understood:
    """Do it, and tell what came of it."""
    replies = known_timers(request.language).replies
    do = "increase" if asked.do == _MORE else asked.do
    match do:
        case "start":
            return await _async_start(request, asked, meant)
        case "status":
            return _said(request, do, _status(among(timers, meant), request.language))
        case "cancel_all":
            there = among(timers, meant)
            await request.timers.async_cancel([one.id for one in there])
            which = {0: "none", 1: "one"}.get(len(there), "many")
            return _said(request, do, replies[do][which].format(count=len(there)))
    there = found(candidates(timers, do, meant), meant, request.timers.here)
    if not there:
        return spoken(request, replies["timer_not_found"])
    if len(there) > 1:
        names = _named(there, request.language)
        return spoken(request, replies["multiple_timers_matched"].format(names=names))
    (timer,) = there
    length = asked.duration or Duration()
    match do:
        case "cancel":
            await request.timers.async_cancel([timer.id])
        case "pause":
            await request.timers.async_pause(timer.id)
        case "resume":
            await request.timers.async_resume(timer.id)
        case _:
            sign = 1 if do == "increase" else -1
            await request.timers.async_lengthen(timer.id, sign * length.total)
    said = told(length, request.language)
    return _said(request, do, replies[do].format(duration=said))


async def _async_start(request: Request, asked: Asked, meant: Meant) -> Understood:
    """Start a timer; «annule» takes it back."""
    replies = known_timers(request.language).replies
    length = asked.duration or Duration()
    timer = await request.timers.async_start(
        meant.name, length.total, request.language, meant.area
    )
    if timer is None:
        return spoken(request, replies["nothing_there"])

    async def take_back() -> None:
        await request.timers.async_cancel([timer])

    request.recent.take_back = take_back
    key = "start_named" if meant.name else "start"
    said = told(length, request.language)
    speech = replies[key].format(duration=said, name=meant.name)
    return _said(request, "start", speech)


def _said(request: Request, do: str, speech: str) -> Understood:
    return spoken(request, speech, intent_type=_INTENTS[do])


def _named(timers: Sequence[Running], language: str) -> str:
    """Return what some timers can be called."""
    template = known_timers(language).replies["unnamed"]
    return listed(
        [
            one.name
            or template.format(duration=told(Duration.of(one.seconds), language))
            for one in timers
        ],
        language,
        "or",
    )


def _status(timers: Sequence[Running], language: str) -> str:
    """Tell how long some timers still run, the next to ring first."""
    replies = known_timers(language).replies
    if not timers:
        return str(replies["none"])
    ordered = sorted(timers, key=lambda one: (one.is_paused, one.left))
    sentences = []
    if len(timers) > 1:
        sentences.append(replies["count"].format(count=len(timers)))
    for timer in ordered[:_MOST_TOLD]:
        name = timer.name
        if not name and len(timers) > 1:
            length = told(Duration.of(timer.seconds), language)
            name = replies["unnamed"].format(duration=length)
        key = "rings" if timer.is_ringing else "left"
        key = f"{key}_named" if name else key
        key = f"{key}_paused" if timer.is_paused else key
        left = told(rounded(timer.left), language)
        sentences.append(replies[key].format(name=_capital(name), duration=left))
    return " ".join(sentences)


def _capital(name: str) -> str:
    """Return a name as a sentence begins with it."""
    return name[:1].upper() + name[1:]
