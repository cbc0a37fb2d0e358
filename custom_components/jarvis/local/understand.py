"""What is understood without a model, in the order in which it is tried.

First what Jarvis reads word for word itself; then Home Assistant's own sentences; then
what was misheard. Nothing is done before the guard allowed it, and what two readings
could mean is asked.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from homeassistant.helpers.state import async_reproduce_state

from .commands.act import async_act
from .commands.calls import intent_of, is_sensitive
from .commands.command import Command
from .commands.reading import read
from .commands.replies import confirm, phrases, things_told, told, which
from .complaints import async_complaint
from .house.find import find
from .house.found import Scope
from .house.things import House, Thing
from .lists.lists import async_listed, async_several_listed, expect_more
from .questions.answer import async_answer
from .recent import Pending, Wants
from .request import Request, Understood, spoken
from .strict import async_strict
from .text.courtesy import answers_yes, barer
from .text.grammar import grammar
from .text.misheard import corrected
from .text.normal import normal
from .text.words import LANGUAGES
from .timers.delays import async_delayed
from .timers.timers import async_timer

_FIRST = (async_complaint, async_answer)
"""What stands in front of commands: "is the light on" reads like "light on".

«Il fait froid ici» is answered with what helps, not with a temperature.
"""
_SURER = (async_timer, async_delayed, async_several_listed)
"""What is surer of its sentences than Home Assistant is, in this order."""


async def async_understand(request: Request) -> Understood | None:
    """Act on an utterance or answer it; None where it is not understood.

    Names are often from another language than the sentence, and so is now and then the
    sentence itself: the other languages are tried before anything is asked or guessed.
    """
    # A single word is a name in any language.
    is_word = len(request.text.split()) < 2
    others = [one for one in LANGUAGES if one != request.language and not is_word]
    for language in (request.language, *others):
        tried = replace(request, language=language)
        for attempt in _FIRST:
            if understood := await attempt(tried):
                return understood
        reading = read(tried.text, request.house, tried.speaker)
        if reading.never:
            return None
        commands = [request.narrowed(command) for command in reading.commands]
        if commands and not _unclear(commands):
            return await _async_do(tried, commands)
        for attempt in _SURER:
            if understood := await attempt(tried):
                return understood
        if commands:
            return _ask_which(tried, commands)
        if understood := await _async_done_and_answered(tried):
            return understood
        strict = await _async_strict(tried)
        # What failed by Home Assistant's sentences may be a list's in other words.
        if strict is None or _has_failed(strict):
            strict = await async_listed(tried) or strict
        if strict is not None:
            return strict
    return await _async_misheard(request, request.text)


def is_command(request: Request) -> bool:
    """Tell whether every word is that of a command, which then has no time in it."""
    return bool(read(request.text, request.house, request.speaker).commands)


async def async_refer(request: Request) -> Understood | None:
    """Act on words that mean nothing without the turn before; None for others."""
    recent = request.recent
    pending, recent.pending = recent.pending, None
    answer, recent.answer = recent.answer, None
    known = grammar(request.language)
    said = [text.replace(" ,", "") for text in barer(request.text, request.language)]
    answers = known.answers
    if pending is not None:
        if pending.wants is Wants.CONSENT and (
            answers_yes(request.user_input.text, request.language)
            or not pending.consents.isdisjoint(said)
        ):
            return await _async_do(request, pending.commands, sure=True)
        if not answers.refusals.isdisjoint(said):
            return spoken(request, phrases(request.language)["nothing_done"])
        if pending.wants is Wants.CHOICE:
            (first, *more) = [one for one in pending.commands if one.found.unclear]
            if (
                not more
                and len(first.found.things) == 1
                and (answers_yes(request.user_input.text, request.language))
            ):
                only = replace(first, found=replace(first.found, unclear=False))
                return await _async_do(request, [only])
            for text in said:
                if commands := _chosen(request, pending.commands, text):
                    return await _async_do(request, commands)
    if answer is not None and (understood := await answer(request, said)):
        return understood
    if not known.undo.isdisjoint(said):
        return await _async_undo(request)
    return None


def _chosen(
    request: Request, commands: Sequence[Command], said: str
) -> list[Command] | None:
    """Return the commands with the one thing that an answer means."""
    at, unclear = next(
        (at, command) for at, command in enumerate(commands) if command.found.unclear
    )
    things = unclear.found.things
    answers = grammar(request.language).answers
    if said in answers.both:
        chosen: Sequence[Thing] = things
    elif said in answers.ordinals and answers.ordinals[said] < len(things):
        chosen = [things[answers.ordinals[said]]]
    else:
        options = House(things, request.house.areas, request.house.floors)
        scope = Scope(
            kinds=frozenset(thing.kind for thing in things),
            of_place=frozenset(thing.kind for thing in things),
            area=request.area,
            kind=unclear.found.noun,
        )
        found = find(said.split(), options.index(request.language), scope)
        if found is None or found.unclear:
            return None
        chosen = found.things
    found = replace(unclear.found, things=tuple(chosen), unclear=False)
    return [*commands[:at], replace(unclear, found=found), *commands[at + 1 :]]


async def _async_do(
    request: Request, commands: Sequence[Command], *, sure: bool = False
) -> Understood:
    """Do all commands, if the guard allows each of them."""
    things = {thing for command in commands for thing in command.found.things}
    if not request.allows(_targets(things), True):
        return Understood("", allowed=False)
    delicate = [command for command in commands if is_sensitive(command)]
    opened = [thing for command in delicate for thing in command.found.things]
    if not sure and len(opened) > 1:
        request.recent.pending = Pending(Wants.CONSENT, commands)
        return spoken(request, confirm(opened, request.house, request.language))
    context = request.user_input.context
    done = [await async_act(request.hass, command, context) for command in commands]
    request.recent.take_back = None
    request.recent.last = commands[-1]
    request.recent.referent = commands[-1].found
    request.recent.before = [state for one in done for state in one.before]
    return spoken(
        request,
        told(done, request.house, request.language),
        intent_type=intent_of(commands[-1]),
        things=[thing for command in commands for thing in command.found.things],
    )


async def _async_done_and_answered(request: Request) -> Understood | None:
    """Take «allume l'entrée et dis-moi la température» as what it is: two things."""
    said = request.text.split()
    for at in range(1, len(said)):
        for joint in grammar(request.language).then:
            if tuple(said[at : at + len(joint)]) != joint:
                continue
            parts = " ".join(said[:at]), " ".join(said[at + len(joint) :])
            for command, question in (parts, parts[::-1]):
                # "Is the light on and the TV off" has no command in it.
                reading = read(f"{command} ?", request.house, request.speaker)
                commands = [request.narrowed(one) for one in reading.commands]
                if not commands or _unclear(commands):
                    continue
                if answer := await async_answer(request.saying(question)):
                    done = await _async_do(request, commands)
                    first = done if command == parts[0] else answer
                    second = answer if command == parts[0] else done
                    speech = f"{first.speech} {second.speech}".strip()
                    allowed = done.allowed and answer.allowed
                    return replace(done, speech=speech, allowed=allowed)
    return None


async def _async_undo(request: Request) -> Understood | None:
    """Put the things of the last action back as they were."""
    recent = request.recent
    take_back, recent.take_back = recent.take_back, None
    if take_back is not None:
        await take_back()
    if not recent.before:
        said = phrases(request.language)
        return spoken(request, said["taken_back"]) if take_back else None
    things = [
        thing
        for state in recent.before
        if (thing := request.house.thing(state.entity_id))
    ]
    if not request.allows(_targets(things), True):
        return Understood("", allowed=False)
    await async_reproduce_state(
        request.hass, recent.before, context=request.user_input.context
    )
    said = phrases(request.language)
    recent.before = ()
    named = things_told(things, request.house, request.language)
    return spoken(request, said["done"]["undo"].format(things=named))


def _ask_which(request: Request, commands: Sequence[Command]) -> Understood:
    """Ask which thing is meant; the next turn may answer."""
    request.recent.pending = Pending(Wants.CHOICE, commands)
    unclear = next(command for command in commands if command.found.unclear)
    return spoken(request, which(unclear, request.house, request.language))


async def _async_misheard(request: Request, text: str) -> Understood | None:
    """Act on words that are almost those of the house."""
    index = request.house.index(request.language)
    if (better := corrected(text, index, request.language)) is None:
        return None
    if answer := await async_answer(request.saying(better)):
        return answer
    reading = read(better, request.house, request.speaker)
    commands = [request.narrowed(command) for command in reading.commands]
    if not commands:
        return None
    if _unclear(commands):
        return _ask_which(request, commands)
    if any(is_sensitive(command) for command in commands):
        request.recent.pending = Pending(Wants.CONSENT, commands)
        return spoken(
            request, confirm(commands[0].found.things, request.house, request.language)
        )
    return await _async_do(request, commands)


def _is_command(request: Request, words: str) -> bool:
    """Tell whether other words are a command, for things known here or not."""
    text = normal(words, request.language)
    reading = read(text, request.house, request.speaker)
    return bool(reading.commands) or reading.unknown is not None


async def _async_strict(request: Request) -> Understood | None:
    """Let Home Assistant's own sentences try."""
    strict = await async_strict(
        request.hass,
        request.user_input,
        request.chat_log,
        request.language,
        allows=request.allows,
        makes_sense=partial(_is_command, request),
    )
    if strict is None:
        return None
    if strict.response is None:
        return Understood("", allowed=False)
    expect_more(request, strict.response)
    speech = strict.response.speech.get("plain", {}).get("speech", "")
    return Understood(speech, strict.response)


def _has_failed(understood: Understood) -> bool:
    """Tell whether a sentence was understood, and its intent failed."""
    response = understood.response
    return response is not None and response.error_code is not None


def _unclear(commands: Sequence[Command]) -> bool:
    """Tell whether one of the commands could mean several things."""
    return any(command.found.unclear for command in commands)


def _targets(things: Collection[Thing]) -> dict[str, Any]:
    """Return things as the guard reads targets."""
    return {"entity_id": sorted(thing.entity_id for thing in things)}
