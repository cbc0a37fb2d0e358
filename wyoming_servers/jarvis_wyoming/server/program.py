"""From the command line to a server that runs, and its orderly end."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
import logging
import os
import signal
import socket
import sys
from typing import Generic, TypeVar

from .. import __version__
from . import logs, metrics
from .advertise import Advertisement, reachable
from .config import ServerSettings
from .errors import ServerError
from .health import is_well
from .listener import Listener
from .metrics import Metrics
from .service import Service
from .settings import SettingsReader

_LOGGER = logging.getLogger(__name__)
_HEALTH = "health"
_VERSION = "version"

S = TypeVar("S", bound=ServerSettings)


@dataclass(frozen=True, kw_only=True)
class Program(Generic[S]):
    """A server as a console program."""

    name: str
    """As it is typed, `jarvis-whisper`: the prefix of its variables too."""
    about: str
    settings: type[S]
    make: Callable[[S, Metrics], Service]
    commands: Mapping[str, tuple[str, Callable[[S], Awaitable[int]]]] = field(
        default_factory=dict
    )
    """Flags that do something else than serve: help, and what gives the exit status."""


def run(program: Program[S], argv: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit status."""
    texts = {
        _HEALTH: "ask the running server whether it is well: exit status 0 or 1",
        _VERSION: "print the version",
        **{name: text for name, (text, _) in program.commands.items()},
    }
    reader = SettingsReader(program.settings, program.name, program.about, texts)
    line = reader.read(sys.argv[1:] if argv is None else argv, os.environ)
    settings = line.settings
    logs.set_up(settings.log_level, settings.log_format, speech=settings.log_speech)
    if line.unknown:
        _LOGGER.warning("no such option", extra={"variables": ",".join(line.unknown)})
    if line.command == _VERSION:
        sys.stdout.write(f"{program.name} {__version__}\n")
        return 0
    if line.command == _HEALTH:
        return 0 if asyncio.run(is_well(settings)) else 1
    try:
        if line.command is not None:
            return asyncio.run(_command(program, line.command, settings))
        return asyncio.run(_serve(program, settings))
    except ServerError as err:
        _LOGGER.error("cannot serve", extra={"code": err.code, "reason": err.text})  # noqa: TRY400 - the text says it
        return 1
    except OSError as err:
        _LOGGER.error("cannot serve", extra={"reason": err})  # noqa: TRY400 - the text says it
        return 1


async def _command(program: Program[S], name: str, settings: S) -> int:
    return await program.commands[name][1](settings)


async def _serve(program: Program[S], settings: S) -> int:
    """Serve until a signal comes."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    figures = Metrics(program.name.replace("-", "_"))
    ready = False
    figures.gauge("ready", "Whether the models are loaded.", lambda: float(ready))
    service = program.make(settings, figures)
    listener = Listener(service, settings, figures)
    port = await listener.open()
    page = await metrics.serve(figures, settings.metrics) if settings.metrics else None
    _LOGGER.info("listening", extra={"hosts": ",".join(settings.host), "port": port})
    advertisement = await _advertise(program.name, settings, port)
    loading = asyncio.create_task(service.load())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({loading, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if loading.done():
            loading.result()
            ready = True
            _LOGGER.info("ready")
        await stopping
        _LOGGER.info("ending")
    finally:
        loading.cancel()
        stopping.cancel()
        if advertisement is not None:
            await advertisement.withdraw()
        await listener.close()
        if page is not None:
            page.close()
        await service.close()
        if not loading.done() or loading.cancelled():
            # A thread that fetches or loads cannot be called off: it ends with us.
            logging.shutdown()
            os._exit(0)
    return 0


async def _advertise(
    name: str, settings: ServerSettings, port: int
) -> Advertisement | None:
    if not settings.zeroconf:
        return None
    given = [ip_address(address) for address in settings.advertise]
    addresses = given or reachable(settings.host, settings.allow)
    if not addresses:
        _LOGGER.info("not advertised: only this machine can connect")
        return None
    machine = socket.gethostname().partition(".")[0]
    shown = settings.zeroconf_name or f"{name}-{machine}"
    advertisement = Advertisement(shown, addresses, port)
    await advertisement.show()
    return advertisement
