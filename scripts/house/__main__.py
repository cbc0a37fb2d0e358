"""Starts the house: `python -m scripts.house`, or scripts/run."""

import asyncio
import contextlib
import signal
import sys
import time

from . import config, jarvis, memory, ollama, say, voice
from .arguments import DEFAULT_PORT, Options, parse
from .client import HomeAssistant
from .furnish import Rooms, furnish, perform, plan
from .report import Terminal
from .server import (
    HouseError,
    Processes,
    choose_port,
    home_assistant,
    unless_ended,
)

INTERRUPTED = 130


def main() -> int:
    """Run until the end and return the exit code."""
    options = parse()
    terminal = Terminal(options.json)
    try:
        return asyncio.run(_interruptible(options, terminal))
    except HouseError as err:
        print(err, file=sys.stderr)
        return err.code


async def _interruptible(options: Options, terminal: Terminal) -> int:
    """Run the house; the first signal ends it in order, further ones change nothing."""
    house = asyncio.ensure_future(_run(options, terminal))
    loop = asyncio.get_running_loop()
    signalled = False

    def end() -> None:
        nonlocal signalled
        if not signalled:
            signalled = True
            house.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end)
    try:
        return await house
    except asyncio.CancelledError:
        return INTERRUPTED if options.say else 0


async def _run(options: Options, terminal: Terminal) -> int:
    options.state.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(memory.lock(options.state)):
        folder = options.state / "config"
        if options.fresh or not folder.exists():
            config.forget(options.state)
        port = choose_port(options.port, DEFAULT_PORT, any_port=bool(options.say))
        url = f"http://{config.HOST}:{port}"
        config.write_config(folder, port, options.language)
        server = home_assistant(folder, options.state / "home-assistant.log")
        terminal.progress("Starting Home Assistant…")
        async with Processes() as processes, HomeAssistant(url) as client:
            await processes.start(server)
            inside = _inside(options, terminal, client, processes)
            code = await unless_ended(server, inside)
            terminal.progress("Ending Home Assistant…")
        return code


async def _inside(
    options: Options, terminal: Terminal, client: HomeAssistant, processes: Processes
) -> int:
    """Furnish the running house, set Jarvis up, and talk to it or wait."""
    start = time.monotonic()
    rooms = Rooms.load()
    found, speech, _ = await asyncio.gather(
        ollama.find(options.ollama, processes, options.state / "ollama.log"),
        voice.start(options.voice, processes, options.state),
        client.wait_and_log_in(),
    )
    await _prepare(options, client, rooms, found)
    await _give_voice(options, client, speech)
    terminal.progress(f"Ready after {time.monotonic() - start:.1f} s.")
    for note in (*found.notes, *speech.notes):
        terminal.progress(note)
    if not options.say:
        terminal.welcome(client.url)
        terminal.progress("Ctrl-C ends it.")
        await asyncio.Event().wait()
    answered = True
    async for said in say.say_all(client, options.say, set(rooms.places)):
        terminal.said(said)
        answered = answered and said.answered
    terminal.end(client.url)
    return 0 if answered else 1


async def _prepare(
    options: Options, client: HomeAssistant, rooms: Rooms, found: ollama.Found
) -> None:
    """Do what the last start has not done yet."""
    path = options.state / "applied.json"
    applied = memory.Applied.load(path)
    if applied.plan != plan():
        await furnish(client, rooms)
    # The same sentence is to show the same change, however often it is said.
    if options.say or not applied.furnished:
        await perform(client, rooms.first_states)
    if not applied.furnished:
        await perform(client, rooms.first_items)
    if applied.plan != plan():
        applied.plan, applied.furnished = plan(), True
        applied.save(path)
    # A server that is only down for a while is no reason to forget it.
    known = [
        url for url in found.asked if url in found.urls or url in applied.endpoints
    ]
    before = jarvis.Wanted(applied.endpoints, applied.language, applied.model)
    anew = jarvis.Wanted(known, options.language, options.model) != before
    wanted = jarvis.Wanted(found.urls, options.language, options.model)
    if await jarvis.set_up(client, wanted, anew):
        applied.endpoints, applied.language = found.urls, options.language
        applied.model, applied.prefer_local = options.model, True
        applied.save(path)
    if applied.prefer_local is not (local := options.via == "auto"):
        await jarvis.prefer_local(client, local)
        applied.prefer_local = local
        applied.save(path)


async def _give_voice(
    options: Options, client: HomeAssistant, speech: voice.Found
) -> None:
    """Let the house hear and speak; what the last start gave it ended with that."""
    path = options.state / "applied.json"
    applied = memory.Applied.load(path)
    if speech.ports or applied.voice:
        await voice.connect(client, speech)
        applied.voice = bool(speech.ports)
        applied.save(path)


if __name__ == "__main__":
    sys.exit(main())
