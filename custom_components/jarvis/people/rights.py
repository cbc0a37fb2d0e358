"""Who may read, change and delete whose memories: one rule for every way to ask.

A person has their own memories and those of the household. What is somebody else's an
administrator may delete and export, since the house is theirs to keep, but not read or
change. An automation has no user: its owner wrote it, and it may do all.
"""

from dataclasses import dataclass

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant

from .owner import HOUSEHOLD, owner_of, owners_for


@dataclass(frozen=True, slots=True)
class Rights:
    """What one caller may do with memories."""

    owner: str | None = HOUSEHOLD
    """Whose memories the caller's own are."""
    is_admin: bool = False
    is_house: bool = False
    """Whether it is an automation."""
    is_nobody: bool = False
    """Whether the user is gone or not active any more."""

    @property
    def readable(self) -> tuple[str | None, ...]:
        """Whose memories the caller sees without naming anybody."""
        return () if self.is_nobody else owners_for(self.owner)

    def may_read(self, owner: str | None) -> bool:
        """Tell whether memories of an owner may be read and changed."""
        return self.is_house or owner in self.readable

    def may_delete(self, owner: str | None) -> bool:
        """Tell whether memories of an owner may be deleted and exported."""
        return self.may_read(owner) or (self.is_admin and not self.is_nobody)


def rights_of(hass: HomeAssistant, user: User | None) -> Rights:
    """Return the rights of a user; None is one who does not exist."""
    if user is None or not user.is_active:
        return Rights(is_nobody=True)
    return Rights(owner_of(hass, user.id), is_admin=user.is_admin)


async def async_rights(hass: HomeAssistant, context: Context) -> Rights:
    """Return the rights of whoever a context belongs to."""
    if context.user_id is None:
        return Rights(is_admin=True, is_house=True)
    return rights_of(hass, await hass.auth.async_get_user(context.user_id))
