"""What the person who speaks may see and do, by Home Assistant's own user policies."""

from collections.abc import Collection
from dataclasses import dataclass

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import Context, HomeAssistant


@dataclass(frozen=True, slots=True)
class Permission:
    """The rights of one speaker."""

    user: User | None
    """None for a satellite: it has no user, and Home Assistant lets it act."""
    known: bool = True
    """False where a user was named who does not exist or is not active any more."""

    @property
    def identity(self) -> str:
        """What tells this speaker from others."""
        return self.user.id if self.user and self.known else "nobody"

    def allows(self, entity_ids: Collection[str] | None, *, control: bool) -> bool:
        """Tell whether all these entities may be read or controlled.

        None stands for targets that cannot be told: that takes the right to all.
        """
        if not self.known:
            return False
        if self.user is None or self.user.is_admin:
            return True
        policy = POLICY_CONTROL if control else POLICY_READ
        permissions = self.user.permissions
        if permissions.access_all_entities(policy):
            return True
        return entity_ids is not None and all(
            permissions.check_entity(entity_id, policy) for entity_id in entity_ids
        )


async def async_permission(hass: HomeAssistant, context: Context) -> Permission:
    """Return the rights of whoever a context belongs to."""
    if context.user_id is None:
        return Permission(None)
    user = await hass.auth.async_get_user(context.user_id)
    return Permission(user, known=user is not None and user.is_active)
