"""What people wait for in place of a time, looked up in the house."""

from collections.abc import Callable, Mapping

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.core import Context, HomeAssistant

from ...local.house.things import House
from ...local.reminders.awaiting import Condition, Is, awaited_alone
from ...local.text.words import LANGUAGES
from ...people.owner import owner_of
from ...reminders.records import Trigger
from ...reminding.triggers import is_so
from ...tools.permission import async_permission
from ..inventory import area_of_device
from .awaited_people import coming, occupied
from .awaited_things import becomes, run, sun, value, weather
from .waiter import Cannot, Outcome, Waiter

_DO: Mapping[Is, Callable[[Waiter, Condition], Outcome]] = {
    Is.COME: coming,
    Is.GO: coming,
    Is.OCCUPIED: lambda waiter, said: occupied(waiter, said, said.get("room")),
    Is.VACANT: lambda waiter, said: occupied(waiter, said, said.get("room")),
    Is.WEATHER: weather,
    Is.SUN: sun,
    Is.VALUE: value,
    Is.ENDED: run,
    Is.STARTED: run,
    Is.BECOMES: becomes,
    Is.CEASES: becomes,
}


async def async_waiter(
    hass: HomeAssistant,
    house: House,
    language: str,
    context: Context,
    *,
    owner: str | None = None,
    device_id: str | None = None,
    whom: str | None = None,
) -> Waiter:
    """Return whoever a context belongs to as somebody who waits."""
    area = area_of_device(hass, device_id)
    code = language.partition("-")[0]
    return Waiter(
        hass,
        house,
        code if code in LANGUAGES else LANGUAGES[0],
        await async_permission(hass, context),
        owner or owner_of(hass, context.user_id),
        area.id if area else None,
        whom,
    )


def look_up(waiter: Waiter, condition: Condition) -> Outcome:
    """Return what waits for a condition, or why nothing can."""
    return _DO[condition.wants](waiter, condition)


def look_up_alone(waiter: Waiter, words: str) -> Outcome | None:
    """Return what waits for words that say nothing else; None where they are none."""
    first: Outcome | None = None
    for condition in awaited_alone(words, waiter.language):
        outcome = look_up(waiter, condition)
        if not isinstance(outcome, Cannot):
            return outcome
        first = first or outcome
    return first


def is_own(condition: Condition) -> bool:
    """Tell whether it is the speaker who comes or goes."""
    return condition.wants in (Is.COME, Is.GO) and not condition.get("who")


def waits_for_next(hass: HomeAssistant, trigger: Trigger) -> bool:
    """Tell whether it is so already, so that it has to end first.

    Of people this is understood: who says "when I get home" at home goes out first.
    """
    is_of_person = trigger.entity_id.partition(".")[0] == PERSON_DOMAIN
    return not is_of_person and bool(is_so(hass, trigger))
