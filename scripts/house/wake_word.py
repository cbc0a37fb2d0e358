"""Starts the server that hears «Hey Jarvis», and finds the word in the house."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any

from .client import HomeAssistant
from .config import HOST, ROOT
from .server import HouseError, Process, Processes, choose_port

BRING = ROOT / "wyoming_servers" / "wakeword" / "bring"
PROGRAM = "wyoming-openwakeword"
DOMAIN = "wake_word"
DEFAULT = "hey_jarvis"
LOAD_SECONDS = 60
POLL_SECONDS = 0.1

MEANWHILE = "Meanwhile no word wakes the house."


@dataclass(frozen=True)
class Waiting:
    """A server that waits for a word, which is the name of a model."""

    port: int
    word: str


async def start(models: Path | None, processes: Processes, state: Path) -> Waiting:
    """Bring the server, start it with one's own models, or with the ready-made one."""
    word = _word(models) if models else DEFAULT
    flags = ["--custom-model-dir", str(models)] if models else []
    log = state / "wake_word.log"
    bringing = Process([str(BRING)], log)
    await processes.start(bringing)
    if await bringing.wait():
        raise HouseError(f"No wake word server:\n{bringing.last_lines()}\n{MEANWHILE}")
    program = Path(bringing.last_lines().splitlines()[-1]) / PROGRAM
    port = choose_port(None, 0, any_port=True)
    where = ["--uri", f"tcp://{HOST}:{port}", "--preload-model", word]
    server = Process([str(program), *where, *flags], log)
    await processes.start(server)
    end = asyncio.ensure_future(server.wait())
    try:
        async with asyncio.timeout(LOAD_SECONDS):
            while not end.done():
                if await _listens(port):
                    return Waiting(port, word)
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        pass
    finally:
        end.cancel()
    raise HouseError(f"{PROGRAM} does not start:\n{server.last_lines()}\n{MEANWHILE}")


async def settings(client: HomeAssistant, word: str | None) -> dict[str, Any]:
    """Return what a pipeline is woken with; None where nothing wakes it."""
    states = await client.get("/api/states") if word else []
    for state in states:
        entity_id = state["entity_id"]
        if entity_id.partition(".")[0] != DOMAIN:
            continue
        info = await client.command("wake_word/info", entity_id=entity_id)
        for known in info["wake_words"]:
            # The ready-made models have a version behind the name.
            if word in (known["id"], re.sub(r"_v[\d.]+$", "", known["id"])):
                return {"wake_word_entity": entity_id, "wake_word_id": known["id"]}
    return {"wake_word_entity": None, "wake_word_id": None}


def _word(models: Path) -> str:
    """Return the name of the first model of a folder."""
    word = min((file.stem for file in models.glob("*.tflite")), default=None)
    if word is None:
        raise HouseError(f"There is no .tflite in {models}.\n{MEANWHILE}")
    return word


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True
