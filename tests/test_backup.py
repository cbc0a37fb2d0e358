"""A backup of Home Assistant has the memory, and never fails because of it."""

from pathlib import Path
import shutil
import time

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis import backup
from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.terms import terms
from custom_components.jarvis.remembering.memory import FILE
from custom_components.jarvis.store.database import Database
from homeassistant.core import HomeAssistant

from .house import Jarvis


def _sizes(hass: HomeAssistant) -> tuple[int, int]:
    """Return how long the file and its log are."""
    file = Path(hass.config.path(FILE))
    return file.stat().st_size, file.with_name(f"{file.name}-wal").stat().st_size


async def test_what_was_said_is_in_it(jarvis_alone: Jarvis, tmp_path: Path) -> None:
    """What is said during a backup is answered, and does not harm it."""
    hass = jarvis_alone.hass
    await jarvis_alone.say("Remember that the boiler is from 2009", "en")
    await backup.async_pre_backup(hass)
    before = _sizes(hass)
    said = await jarvis_alone.say("Remember that the safe is green", "en")
    await hass.async_block_till_done()

    shutil.copytree(Path(hass.config.path(FILE)).parent, tmp_path / "restored")
    held = _sizes(hass)
    await backup.async_post_backup(hass)

    assert said.speech == "Noted."
    assert held[0] == before[0]
    assert held[1] > before[1]
    assert _sizes(hass)[1] == 0
    database = Database(tmp_path / "restored" / "memory.db")
    await database.open()
    facts = await LocalRepository(database, terms).facts([None])
    await database.close()
    assert {fact.text for fact in facts} == {
        "The boiler is from 2009",
        "The safe is green",
    }


async def test_nothing_to_back_up(jarvis_alone: Jarvis) -> None:
    """Without an entry, or with a memory that cannot be used, a backup goes on."""
    hass, entry = jarvis_alone.hass, jarvis_alone.entry
    await entry.runtime_data.memory.async_close()
    await backup.async_pre_backup(hass)
    await backup.async_post_backup(hass)
    await hass.config_entries.async_unload(entry.entry_id)
    await backup.async_pre_backup(hass)
    await backup.async_post_backup(hass)


async def test_a_backup_that_never_ends(
    jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory
) -> None:
    """Hours later the log is taken back into the file all the same."""
    hass = jarvis_alone.hass
    await backup.async_pre_backup(hass)
    await jarvis_alone.say("Remember that the safe is green", "en")
    file = Path(hass.config.path(FILE))
    assert b"The safe is green" not in file.read_bytes()

    freezer.tick(3 * 3600 + 1)
    async_fire_time_changed(hass)
    for _ in range(500):
        await hass.async_block_till_done()
        if b"The safe is green" in file.read_bytes():
            break
        # The database works beside the loop, whose clock stands still here.
        await hass.async_add_executor_job(time.sleep, 0.01)

    assert b"The safe is green" in file.read_bytes()
