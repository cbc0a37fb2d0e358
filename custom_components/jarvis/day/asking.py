"""Who wants to hear of their day, in which words, and what they may know."""

from collections.abc import Sequence
from dataclasses import dataclass

from homeassistant.components.person import ATTR_USER_ID
from homeassistant.const import ATTR_ID
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from ..local.house.things import House, Thing
from ..local.questions.events import without_others
from ..local.text.words import LANGUAGES
from ..people.owner import owner_of
from ..reminding.reminding import Reminding
from ..tools.permission import Permission, async_permission


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who asks, or for whom something asks."""

    hass: HomeAssistant
    house: House
    """What is exposed to voice assistants."""
    reminding: Reminding
    language: str
    owner: str | None
    """The person; None for the household."""
    permission: Permission
    context: Context
    """The one in which integrations are asked, once it is known what may be read."""

    def may_read(self, entity_id: str) -> bool:
        """Tell whether the person may know of an entity."""
        return self.permission.allows([entity_id], control=False)

    def of_domain(self, domain: str) -> list[Thing]:
        """Return the things of a domain that the person may know of."""
        return [
            thing
            for thing in self.house.things
            if thing.domain == domain and self.may_read(thing.entity_id)
        ]

    def own(self, domain: str) -> list[Thing]:
        """Return the calendars or lists of the person, without Jarvis' own."""
        registry = er.async_get(self.hass)
        there = [
            one
            for one in self.of_domain(domain)
            if (entry := registry.async_get(one.entity_id)) is None
            or entry.platform != DOMAIN
        ]

        def is_person(person: State) -> bool:
            identity: object = person.attributes.get(ATTR_ID)
            return self.owner is not None and identity == self.owner

        return without_others(self.hass, there, is_person, self.language)


async def async_asking(
    hass: HomeAssistant,
    house: House,
    reminding: Reminding,
    context: Context,
    language: str | None = None,
    *,
    person: State | None = None,
) -> Asking:
    """Return who a context belongs to; `person` is somebody else to whom it is told.

    What is told to somebody is never more than they may know themselves.
    """
    user_id = person.attributes.get(ATTR_USER_ID) if person else context.user_id
    permission = await async_permission(hass, Context(user_id=user_id))
    code = (language or hass.config.language).partition("-")[0]
    return Asking(
        hass,
        house,
        reminding,
        code if code in LANGUAGES else LANGUAGES[0],
        person.attributes[ATTR_ID] if person else owner_of(hass, user_id),
        permission,
        Context(parent_id=context.id),
    )


def names_of(things: Sequence[Thing]) -> list[str]:
    """Return what things are called first."""
    return [thing.names[0] for thing in things]
