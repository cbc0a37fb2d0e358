"""Broken, greedy and absent clients: the server lives and says what is wrong."""

import pytest

from ..broken import cut_at_every_byte, send_malformed
from ..clips import FORMAT, say, spoken, transcribe
from ..process import WHISPER, Server, figures
from ..wire import Wire, frame

PROGRAM = "jarvis_wyoming.whisper"
MODEL = ("--model", str(WHISPER))
TEXT = "Bonne nuit."


async def hears(server: Server) -> bool:
    """Whether the server still does its work, once it has seen who hung up."""
    while True:
        reply = await transcribe(server.port, spoken("fr", TEXT), language="fr")
        if reply.data.get("code") != "too-many-clients":
            return bool(reply.data.get("text") == TEXT)


async def test_a_thousand_malformed_frames(whisper: Server) -> None:
    """Every one is answered with an error or a close, none harms."""
    good = frame("audio-chunk", FORMAT, bytes(64))
    await send_malformed(whisper.port, 20, good, "transcribe")
    before = whisper.memory

    kinds = await send_malformed(whisper.port, 1000, good, "transcribe")

    assert kinds <= {"error", "closed", "transcript"}
    assert await hears(whisper)
    await whisper.shrinks_to(before * 1.1)


async def test_a_connection_cut_at_every_byte(whisper: Server) -> None:
    """Whoever hangs up in the middle leaves nothing behind."""
    session = b"".join(
        [
            frame("transcribe", {"language": "fr"}),
            frame("audio-start", FORMAT),
            frame("audio-chunk", FORMAT, bytes(320)),
            frame("audio-stop"),
        ]
    )
    assert await hears(whisper)
    before = whisper.memory

    await cut_at_every_byte(whisper.port, session)

    assert await hears(whisper)
    await whisper.shrinks_to(before * 1.1)


async def test_clients_that_vanish_while_they_are_heard(free_port: int) -> None:
    """Given more clients than workers, when they hang up, their work is dropped."""
    audio = spoken("fr", TEXT)
    async with Server(PROGRAM, *MODEL, "--metrics", f"127.0.0.1:{free_port}") as server:
        assert await hears(server)
        before = server.memory
        for _ in range(30):
            async with Wire(server.port) as wire:
                await wire.send("transcribe", {"language": "fr"})
                await say(wire, audio)
                await wire.send("audio-stop")

        assert await hears(server)
        found = await figures(free_port)
        while found["jarvis_whisper_clients"]:
            found = await figures(free_port)
        assert found["jarvis_whisper_queue"] == 0
        ends = ("text", "cancelled", "silence")
        count = sum(
            found.get(f'jarvis_whisper_utterances_total{{end="{end}"}}', 0)
            for end in ends
        )
        assert count <= 32
        assert found.get('jarvis_whisper_utterances_total{end="failed"}', 0) == 0
        await server.shrinks_to(before * 1.1)


async def test_a_frame_too_large(whisper: Server) -> None:
    """The reply arrives although the frame is still being sent."""
    async with Wire(whisper.port) as wire:
        wire.writer.write(frame("audio-chunk", FORMAT, bytes(3 << 20)))
        reply = await wire.receive()
        assert reply.data["code"] == "frame-too-large"
        assert (await wire.receive()).kind == "closed"


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense",
        b'{"type": "describe"',
        b'{"type": "describe", "data_length": -1}\n',
        b'{"type": "audio-chunk", "payload_length": 64}\nshort',
        bytes(range(128, 256)),
    ],
)
async def test_who_ends_inside_a_frame_is_told(whisper: Server, sent: bytes) -> None:
    """Given a client that has said its last but still listens, it reads why."""
    async with Wire(whisper.port) as wire:
        wire.writer.write(sent)
        wire.writer.write_eof()
        assert (await wire.receive()).data["code"] == "bad-frame"
        assert (await wire.receive()).kind == "closed"


async def test_an_unknown_event_is_passed_over(whisper: Server) -> None:
    """Wyoming grows: what is not known is no error."""
    async with Wire(whisper.port) as wire:
        await wire.send("select-program", {"name": "other"})
        reply = await wire.ask("ping", {"text": "there?"})
        assert (reply.kind, reply.data["text"]) == ("pong", "there?")


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"language": "xx"}, "unsupported-language"),
        ({"language": 7}, "unsupported-language"),
        ({"name": "large-v9"}, "no-model"),
    ],
)
async def test_a_wish_that_cannot_be(
    whisper: Server, wishes: dict[str, object], code: str
) -> None:
    """An error with a code, and the connection goes on."""
    async with Wire(whisper.port) as wire:
        reply = await wire.ask("transcribe", wishes)
        assert (reply.kind, reply.data["code"]) == ("error", code)
        assert (await wire.ask("ping")).kind == "pong"


@pytest.mark.parametrize(
    "shape",
    [{}, {**FORMAT, "rate": 0}, {**FORMAT, "width": 3}, {**FORMAT, "channels": "2"}],
)
async def test_audio_that_is_not_read(
    whisper: Server, shape: dict[str, object]
) -> None:
    """One error for an utterance, however many chunks follow."""
    async with Wire(whisper.port) as wire:
        await wire.send("audio-chunk", shape, bytes(320))
        await wire.send("audio-chunk", shape, bytes(320))
        await wire.send("audio-stop")
        assert (await wire.receive()).data["code"] == "audio-format"
        assert (await wire.ask("ping")).kind == "pong"


async def test_limits_of_time_and_number() -> None:
    """Too long, too many, too silent: each has its own code."""
    flags = ("--max-audio-seconds", "5", "--max-clients", "2", "--idle-seconds", "1")
    async with Server(PROGRAM, *MODEL, *flags) as server:
        async with Wire(server.port) as first, Wire(server.port) as second:
            assert (await first.ask("ping")).kind == "pong"
            assert (await second.ask("ping")).kind == "pong"
            async with Wire(server.port) as third:
                assert (await third.receive()).data["code"] == "too-many-clients"
                assert (await third.receive()).kind == "closed"
            assert (await first.receive()).data["code"] == "idle-timeout"
            assert (await first.receive()).kind == "closed"

        reply = await transcribe(server.port, bytes(32000 * 7))
        assert reply.data["code"] == "audio-too-long"

        async with Wire(server.port) as wire:  # begins to speak and falls asleep
            await say(wire, spoken("fr", TEXT))
            assert (await wire.receive()).data["code"] == "idle-timeout"


async def test_a_network_that_may_not_connect() -> None:
    """The list of networks is the door."""
    async with Server(PROGRAM, *MODEL, "--allow", "192.0.2.0/24") as server:
        async with Wire(server.port) as wire:
            reply = await wire.receive()
        assert reply.data["code"] == "not-allowed"


async def test_both_families_of_addresses() -> None:
    """IPv6 and IPv4 on one port."""
    hosts = ("--host", "127.0.0.1", "--host", "::1")
    async with Server(PROGRAM, *MODEL, *hosts) as server:
        for host in ("127.0.0.1", "::1"):
            async with Wire(server.port, host) as wire:
                assert (await wire.ask("describe")).kind == "info"


async def test_ten_minutes_at_once(whisper: Server) -> None:
    """A very long utterance is heard in pieces, and its memory is given back."""
    sentence = spoken("fr", "Allume la lumière du salon.", after=0.7)
    await transcribe(whisper.port, sentence * 10, language="fr")
    before = whisper.memory

    reply = await transcribe(
        whisper.port, (sentence * 200)[: 32000 * 595], language="fr"
    )

    assert reply.kind == "transcript"
    assert reply.data["text"]
    assert await hears(whisper)
    await whisper.shrinks_to(before * 1.1)
