"""Whose memories somebody may read and delete."""

import pytest

from custom_components.jarvis.people.rights import Rights, async_rights
from homeassistant.core import Context, HomeAssistant

ANN = Rights("ann")
ADMIN = Rights("ben", is_admin=True)
HOUSE = Rights(is_admin=True, is_house=True)
NOBODY = Rights(is_nobody=True)


@pytest.mark.parametrize(
    ("rights", "owner", "reads", "deletes"),
    [
        (ANN, "ann", True, True),
        (ANN, None, True, True),
        (ANN, "ben", False, False),
        (ADMIN, "ann", False, True),
        (ADMIN, None, True, True),
        (HOUSE, "ann", True, True),
        (NOBODY, None, False, False),
        (NOBODY, "ann", False, False),
    ],
)
def test_rights(
    rights: Rights, owner: str | None, *, reads: bool, deletes: bool
) -> None:
    """One's own and the household's; administrators delete without reading."""
    assert rights.may_read(owner) is reads
    assert rights.may_delete(owner) is deletes


async def test_of_a_context(hass: HomeAssistant) -> None:
    """An automation may all, who does not exist or is not active may nothing."""
    user = await hass.auth.async_create_user("Ann")
    away = await hass.auth.async_create_user("Away")
    await hass.auth.async_deactivate_user(away)

    assert (await async_rights(hass, Context())).is_house
    assert not (await async_rights(hass, Context(user_id=user.id))).is_nobody
    assert (await async_rights(hass, Context(user_id=away.id))).is_nobody
    assert (await async_rights(hass, Context(user_id="gone"))).is_nobody
