"""Lives through the days: what happens in the house, what is asked, what ends."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
import shutil
from typing import Any

from custom_components.jarvis.const import DOMAIN
from homeassistant.components.conversation import async_converse
from homeassistant.core import Context
from homeassistant.helpers import entity_registry as er

from .account import Note
from .clock import Clock
from .house import House, house
from .life import PEOPLE, PHONES, Life, local
from .plans import Change, Kind, Plan, Way, Wish

type _Happens = Callable[[House], Awaitable[None]]

_PROMISES = {
    Kind.REMINDER: "C'est noté",
    Kind.COMMAND: "Entendu",
    Kind.TIMER: "Minuteur",
}


@dataclass(slots=True)
class Lived:
    """What came of the days."""

    notes: list[Note] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """What was asked for and not promised."""


async def live(life: Life, plans: Sequence[Plan], clock: Clock, folder: Path) -> Lived:
    """Live through the days, from one end of Home Assistant to the next."""
    lived = Lived()
    happenings = sorted(
        [
            *_of_life(life),
            *((plan.asked, _asks(plan, lived)) for plan in plans),
            *(
                (change.moment, _changes(plan, change))
                for plan in plans
                for change in plan.changes
            ),
        ],
        key=lambda one: one[0],
    )
    begin = life.begin
    for number, down in enumerate((*life.downs, None)):
        end = down.begin if down else life.end
        home = folder / str(number)
        async with house(home, life, lived.notes) as standing:
            for moment, happens in happenings:
                if begin <= moment < end:
                    await clock.until(moment, standing.settle)
                    await happens(standing)
                    await standing.settle()
            if down is None or down.is_clean:
                await clock.until(end, standing.settle)
                standing.ears.is_there = down is not None
            else:
                await _vanish(standing, clock, end, home, folder / str(number + 1))
        if down:
            if down.is_clean:
                await asyncio.to_thread(shutil.copytree, home, folder / str(number + 1))
            clock.skip_to(down.end)
            begin = down.end
    return lived


async def _vanish(
    standing: House, clock: Clock, moment: datetime, home: Path, to: Path
) -> None:
    """Let Home Assistant vanish amid a sentence, with what it has on the disk."""
    await clock.until(moment - timedelta(seconds=1), standing.settle)
    for satellite in standing.satellites.values():
        satellite.holds = asyncio.Event()

    async def go_on() -> bool:
        await standing.hass.async_block_till_done()
        return True

    await clock.until(moment + timedelta(milliseconds=500), go_on)
    await standing.vanish_amid_a_sentence(lambda: _copy(home, to))


def _copy(home: Path, to: Path) -> None:
    shutil.copytree(home, to)


def _of_life(life: Life) -> list[tuple[datetime, _Happens]]:
    """Return what changes in the house."""

    def becomes(what: str, state: str) -> _Happens:
        async def change(standing: House) -> None:
            standing.become(what, state)

        return change

    return [
        (moment, becomes(what, state))
        for what, changes in life.changes.items()
        for moment, state in changes
    ]


def _asks(plan: Plan, lived: Lived) -> _Happens:
    """Return how somebody asks for something."""

    async def ask(standing: House) -> None:
        if plan.way is Way.VOICE:
            speech = await _say(standing, plan)
            if not speech.startswith(_PROMISES[plan.kind]):
                lived.refused.append(f"{plan.said}: {speech}")
                plan.is_promised = False
        elif plan.way is Way.LIST:
            (due,) = plan.times
            await _on_list(standing, plan, "add_item", due, item=plan.what)
        else:
            await standing.hass.services.async_call(
                DOMAIN,
                "remind",
                {"text": plan.what, **_whom(plan), **plan.data},
                blocking=True,
                context=_context(plan),
            )

    return ask


def _whom(plan: Plan) -> dict[str, Any]:
    if not plan.whom:
        return {}
    if plan.is_for_all:
        return {"everyone": True}
    return {"person": f"person.{plan.whom[0]}"}


def _changes(plan: Plan, change: Change) -> _Happens:
    """Return how somebody wants something else of what they asked for."""

    async def want(standing: House) -> None:
        hass = standing.hass
        if (reminder_id := await _id_of(standing, plan)) is None:
            # It was refused.
            return
        if change.wish is Wish.CANCEL:
            data = {"ids": [reminder_id]}
            await hass.services.async_call(
                DOMAIN, "cancel_reminder", data, blocking=True, context=_context(plan)
            )
        elif change.wish is Wish.MOVE:
            assert change.to
            await _on_list(standing, plan, "update_item", change.to, item=reminder_id)
        elif change.wish is Wish.SNOOZE and plan.people[0] not in PHONES:
            await hass.services.async_call(
                DOMAIN,
                "snooze",
                {"id": reminder_id},
                blocking=True,
                context=_context(plan),
            )
        else:
            pressed = {"action": f"{DOMAIN}_{change.wish.value}_{reminder_id}"}
            hass.bus.async_fire("mobile_app_notification_action", pressed)

    return want


async def _id_of(standing: House, plan: Plan) -> str | None:
    """Return the id of what somebody asked for."""
    answer = await standing.hass.services.async_call(
        DOMAIN,
        "list_reminders",
        {"text": plan.what, "ended": True},
        blocking=True,
        return_response=True,
    )
    found = (answer or {})["reminders"]
    assert isinstance(found, list)
    return next((str(one["id"]) for one in found if isinstance(one, dict)), None)


async def _on_list(
    standing: House, plan: Plan, what: str, due: datetime, **item: str
) -> None:
    """Write on somebody's to-do list."""
    hass = standing.hass
    await standing.settle()
    (entity_id,) = [
        one.entity_id
        for one in er.async_entries_for_config_entry(
            er.async_get(hass), standing.entry.entry_id
        )
        if one.domain == "todo" and one.unique_id.endswith(f"_{plan.by}")
    ]
    data = {"entity_id": entity_id, "due_datetime": local(due).isoformat(), **item}
    await hass.services.async_call(
        "todo", what, data, blocking=True, context=_context(plan)
    )


async def _say(standing: House, plan: Plan) -> str:
    """Say it to the satellite of its room."""
    hass = standing.hass
    agent = next(
        one.entity_id
        for one in er.async_entries_for_config_entry(
            er.async_get(hass), standing.entry.entry_id
        )
        if one.domain == "conversation"
    )
    result = await async_converse(
        hass=hass,
        text=plan.said,
        conversation_id=None,
        context=_context(plan),
        language="fr",
        agent_id=agent,
        device_id=standing.devices[plan.room],
    )
    return str(result.response.speech.get("plain", {}).get("speech", ""))


def _context(plan: Plan) -> Context:
    assert plan.by in PEOPLE
    return Context(user_id=f"user_{plan.by}")
