"""Does what was understood, waits for the house to confirm it, and tells what came."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from probatio import Invalid

from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import (
    Context,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event

from ..house.things import Thing
from .calls import Call, calls
from .command import Command

_CALL_TIMEOUT = 10
"""Seconds until a device that does not return from a call is given up."""
_CONFIRM_TIMEOUT = 1.5
"""Seconds that the house has to report what was done; longer is silence to a person."""


@dataclass(slots=True)
class Done:
    """What came of one command."""

    command: Command
    before: Sequence[State] = ()
    """What the things were before, to be put back."""
    done: list[Thing] = field(default_factory=list)
    already: list[Thing] = field(default_factory=list)
    silent: list[Thing] = field(default_factory=list)
    """What did not confirm, or cannot be reached."""
    failed: dict[str, list[Thing]] = field(default_factory=dict)
    """What refused, by why."""


async def async_act(hass: HomeAssistant, command: Command, context: Context) -> Done:
    """Do one command and wait until the states show it."""
    things = command.found.things
    before = [state for thing in things if (state := hass.states.get(thing.entity_id))]
    done = Done(command, before)
    was = {state.entity_id: state.state for state in before}
    gone = [thing for thing in things if was.get(thing.entity_id) == STATE_UNAVAILABLE]
    made = calls(hass, command)
    results = await asyncio.gather(*(_async_call(hass, call, context) for call in made))
    for call, why in zip(made, results, strict=True):
        if why is not None:
            done.failed.setdefault(why, []).extend(call.things)
    refused = {thing for there in done.failed.values() for thing in there}
    waiting = [call for call, why in zip(made, results, strict=True) if why is None]
    pending = await _async_confirmed(hass, waiting)
    for thing in things:
        if thing in refused:
            continue
        if thing in gone or thing in pending:
            done.silent.append(thing)
        elif _was_so(was.get(thing.entity_id), thing, made):
            done.already.append(thing)
        else:
            done.done.append(thing)
    return done


async def _async_call(hass: HomeAssistant, call: Call, context: Context) -> str | None:
    """Call a service; return why it failed, if it did."""
    data = {**call.data, ATTR_ENTITY_ID: [thing.entity_id for thing in call.things]}
    try:
        async with asyncio.timeout(_CALL_TIMEOUT):
            await hass.services.async_call(
                call.domain, call.service, data, blocking=True, context=context
            )
    except (HomeAssistantError, Invalid, ValueError) as err:
        return str(err)
    except TimeoutError:
        return ""
    return None


async def _async_confirmed(hass: HomeAssistant, made: Iterable[Call]) -> set[Thing]:
    """Wait for the states to show what was asked; return what never did."""
    pending = {
        thing.entity_id: (thing, call.step.reached)
        for call in made
        for thing in call.things
        if call.step.reached and call.service == call.step.service
    }

    def reached(state: State | None) -> bool:
        return (
            state is not None
            and state.entity_id in pending
            and state.state in pending[state.entity_id][1]
        )

    for entity_id in [one for one in pending if reached(hass.states.get(one))]:
        del pending[entity_id]
    if not pending:
        return set()
    confirmed = asyncio.Event()

    @callback
    def on_state(event: Event[EventStateChangedData]) -> None:
        """Strike off what is reached."""
        if reached(event.data["new_state"]):
            del pending[event.data["entity_id"]]
            if not pending:
                confirmed.set()

    stop = async_track_state_change_event(hass, list(pending), on_state)
    try:
        async with asyncio.timeout(_CONFIRM_TIMEOUT):
            await confirmed.wait()
    except TimeoutError:
        pass
    finally:
        stop()
    return {thing for thing, _reached in pending.values()}


def _was_so(state: str | None, thing: Thing, made: Iterable[Call]) -> bool:
    """Tell whether a thing was as wanted before anything was asked of it."""
    return any(
        state in call.step.reached and not call.data
        for call in made
        if thing in call.things
    )
