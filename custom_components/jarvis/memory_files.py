"""The memory in a file: exported beside the configuration, imported where allowed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .memory.repository import Owners, Repository
from .memory.transfer import (
    Imported,
    NotAnExportError,
    check_lines,
    export_lines,
    import_lines,
)
from .memory_access import refused

FOLDER = "jarvis"
_AT_ONCE = 200


async def async_export(
    hass: HomeAssistant, repository: Repository, owners: Owners | None
) -> tuple[str, int]:
    """Write what is remembered, of some or of all; return the path and the lines."""
    path = _folder(hass) / f"export-{dt_util.utcnow():%Y%m%dT%H%M%S%f}.jsonl"
    file = await hass.async_add_executor_job(_create, path)
    count = 0
    try:
        some: list[str] = []
        async for line in export_lines(repository, owners):
            some.append(f"{line}\n")
            count += 1
            if len(some) == _AT_ONCE:
                await hass.async_add_executor_job(file.writelines, some)
                some = []
        await hass.async_add_executor_job(file.writelines, some)
    except BaseException:
        await hass.async_add_executor_job(_remove, file, path)
        raise
    await hass.async_add_executor_job(file.close)
    return str(path), count


async def async_import(
    hass: HomeAssistant, repository: Repository, name: str
) -> Imported:
    """Keep what a file says: all of it, or nothing where a line is wrong."""
    path = Path(hass.config.path(FOLDER, name))
    try:
        if not await hass.async_add_executor_job(_may_be_read, hass, path):
            raise refused("import_path", file=name)
        await hass.async_add_executor_job(_check, path)
        return await import_lines(repository, _lines(path))
    except NotAnExportError as err:
        raise refused("import_line", line=str(err.line), file=name) from err
    except (OSError, UnicodeError) as err:
        raise refused("import_file", file=name) from err


def _folder(hass: HomeAssistant) -> Path:
    """Return the folder of Jarvis."""
    return Path(hass.config.path(FOLDER))


def _create(path: Path) -> TextIO:
    """Open a new file that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    return path.open("w", encoding="utf-8")


def _remove(file: TextIO, path: Path) -> None:
    """Leave nothing of a file that is not complete."""
    file.close()
    path.unlink(missing_ok=True)


def _may_be_read(hass: HomeAssistant, path: Path) -> bool:
    """Tell whether a file is Jarvis' own or where Home Assistant allows files."""
    real = path.resolve()
    return real.is_relative_to(_folder(hass).resolve()) or hass.config.is_allowed_path(
        str(real)
    )


def _check(path: Path) -> None:
    """Read the whole file before anything of it is kept."""
    check_lines(_lines(path))


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file; it blocks."""
    with path.open(encoding="utf-8") as file:
        yield from file
