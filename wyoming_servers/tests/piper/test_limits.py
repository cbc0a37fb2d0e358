"""Broken, greedy and absent clients of jarvis-piper: it lives and speaks on."""

import asyncio

from ..broken import cut_at_every_byte, send_malformed
from ..process import Server
from ..wire import Wire, frame
from .helpers import LONG, speak

TEXT = "La lampe est allumée."


async def warm(server: Server) -> int:
    """Let it speak in both languages; return its memory then."""
    await speak(server.port, LONG)
    await speak(server.port, "The lamp is on.")
    return server.memory


async def test_a_thousand_malformed_frames(piper: Server) -> None:
    """Every one is answered with an error, a sound or a close, none harms."""
    good = frame("synthesize", {"text": TEXT})
    await send_malformed(piper.port, 20, good, "synthesize-start")
    before = await warm(piper)

    kinds = await send_malformed(piper.port, 1000, good, "synthesize-start")

    assert kinds <= {"error", "closed", "audio-start", "synthesize-stopped"}
    assert (await speak(piper.port, TEXT)).loudest > 1000
    await piper.shrinks_to(before * 1.1)


async def test_a_connection_cut_at_every_byte(piper: Server) -> None:
    """Whoever hangs up in the middle of a stream leaves nothing behind."""
    session = b"".join(
        [
            frame("synthesize-start"),
            frame("synthesize-chunk", {"text": "Oui, "}),
            frame("synthesize", {"text": "Oui, oui."}),
            frame("synthesize-stop"),
            frame("synthesize", {"text": "Non."}),
        ]
    )
    before = await warm(piper)

    await cut_at_every_byte(piper.port, session)

    assert (await speak(piper.port, TEXT)).loudest > 1000
    await piper.shrinks_to(before * 1.1)


async def test_clients_that_vanish_while_they_are_spoken_to(piper: Server) -> None:
    """Given thirty long texts that nobody hears to their end, nothing stays."""
    before = await warm(piper)

    async def vanish() -> None:
        async with Wire(piper.port) as wire:
            await wire.send("synthesize", {"text": LONG * 20})
            assert (await wire.receive()).kind == "audio-start"

    for _ in range(3):
        await asyncio.gather(*(vanish() for _ in range(10)))

    assert (await speak(piper.port, TEXT)).loudest > 1000
    await piper.shrinks_to(before * 1.1)


async def test_a_megabyte_of_text_is_not_kept(piper: Server) -> None:
    """Given texts that are too long, refused one after the other, nothing stays."""
    before = await warm(piper)

    for _ in range(10):
        async with Wire(piper.port) as wire:
            reply = await wire.ask("synthesize", {"text": "Bonjour. " * 110_000})
            assert reply.data["code"] == "text-too-long"

    assert (await speak(piper.port, TEXT)).loudest > 1000
    await piper.shrinks_to(before * 1.1)
