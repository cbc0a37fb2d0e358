"""jarvis-piper as a client meets it: a real server, real small voices, over TCP."""

import asyncio
from pathlib import Path

import pytest

from ..process import Server, figures
from ..wire import Wire
from .helpers import EN, FR, LONG, Heard, hear, speak, stream


def _once(heard: Heard, *last: str) -> None:
    """An utterance has one start, then chunks, then one stop, and what comes last."""
    chunks = len(heard.kinds) - 2 - len(last)
    assert heard.kinds == [
        "audio-start",
        *["audio-chunk"] * chunks,
        "audio-stop",
        *last,
    ]
    assert chunks > 0


async def test_a_text_is_spoken(piper: Server) -> None:
    """Given one text, it comes whole and loud."""
    heard = await speak(piper.port, "The living room is at 21 °C. Anything else?")
    _once(heard)
    assert heard.seconds > 2
    assert heard.loudest > 20_000


async def test_a_stream_is_spoken_once(piper: Server) -> None:
    """Given a stream and the whole text again, it is one utterance."""
    heard = await stream(piper.port, ["Il fait 21 °C ", "dans le salon. ", "Bien."])
    _once(heard, "synthesize-stopped")


async def test_the_language_of_the_text_chooses_the_voice(piper: Server) -> None:
    """Given no voice, as Home Assistant sends none, each language has its own."""
    for text, name in (
        ("La lampe du salon est allumée.", FR.stem),
        ("The living room light is on.", EN.stem),
        ("C'est fait.", FR.stem),
        ("Done.", EN.stem),
        ("42", EN.stem),
    ):
        guessed = await speak(piper.port, text)
        named = await speak(piper.port, text, name=name)
        assert guessed.seconds == named.seconds
        streamed = await stream(piper.port, list(text))
        assert streamed.seconds == named.seconds


async def test_a_voice_may_be_asked_for_by_language(piper: Server) -> None:
    """Given a language without its country's voice, another of the language speaks."""
    by_name = await speak(piper.port, "Minute.", name=FR.stem)
    by_language = await speak(piper.port, "Minute.", language="fr-CA")
    assert by_language.seconds == by_name.seconds


async def test_sound_comes_from_the_first_clause(piper: Server) -> None:
    """Given half a sentence, its first clause is heard while the text still comes."""
    async with Wire(piper.port) as wire:
        await wire.send("synthesize-start")
        text = "Il fait vingt et un degrés dans le salon, et"
        await wire.send("synthesize-chunk", {"text": text})
        assert (await wire.receive()).kind == "audio-start"
        assert (await wire.receive()).kind == "audio-chunk"
        await wire.send("synthesize-chunk", {"text": " la porte est fermée."})
        await wire.send("synthesize-stop")
        assert (await hear(wire, "synthesize-stopped")).seconds > 1


async def test_a_stream_that_pauses_is_spoken_as_far_as_it_came(piper: Server) -> None:
    """Given a sentence and then nothing, it does not wait for the next capital."""
    async with Wire(piper.port) as wire:
        await wire.send("synthesize-start")
        await wire.send("synthesize-chunk", {"text": "La lampe est allumée. "})
        assert (await wire.receive()).kind == "audio-start"
        await wire.send("synthesize-stop")
        await hear(wire, "synthesize-stopped")


async def test_many_utterances_on_one_connection(piper: Server) -> None:
    """Given several texts and streams at once, each is heard whole, in order."""
    async with Wire(piper.port) as wire:
        for text in ("Un.", "Deux, trois.", "Quatre, cinq, six."):
            await wire.send("synthesize", {"text": text, "voice": {"name": FR.stem}})
        await wire.send("synthesize-start", {"voice": {"name": FR.stem}})
        await wire.send("synthesize-chunk", {"text": "Sept."})
        await wire.send("synthesize-stop")
        await wire.send("synthesize", {"text": "Huit."})
        lengths = []
        for _ in range(3):
            heard = await hear(wire, "audio-stop")
            _once(heard)
            lengths.append(heard.seconds)
        assert lengths == sorted(lengths)
        _once(await hear(wire, "synthesize-stopped"), "synthesize-stopped")
        _once(await hear(wire, "audio-stop"))


@pytest.mark.parametrize("text", ["", "...", "🎉", "---", "   \n", "東京"])
async def test_nothing_to_say_is_a_short_success(piper: Server, text: str) -> None:
    """Given what has no sound, there is a moment of silence and no error."""
    for heard in (await speak(piper.port, text), await stream(piper.port, [text])):
        _once(heard, *heard.kinds[-1:] if heard.kinds[-1] != "audio-stop" else ())
        assert heard.seconds == pytest.approx(0.1)
        assert heard.loudest == 0


async def test_a_stream_without_text_ends(piper: Server) -> None:
    """Given a stream that ends at once, it is told so."""
    _once(await stream(piper.port, []), "synthesize-stopped")


async def test_an_unknown_voice_is_said_to_be_unknown(piper: Server) -> None:
    """Given a voice that is not there, the error names it, and all goes on."""
    async with Wire(piper.port) as wire:
        await wire.send(
            "synthesize", {"text": "Oui.", "voice": {"name": "de_DE-x-low"}}
        )
        error = await wire.receive()
        assert error.kind == "error"
        assert error.data["code"] == "no-voice"
        assert "de_DE-x-low" in error.data["text"]
        assert FR.stem in error.data["text"]
        await wire.send("synthesize", {"text": "Oui."})
        _once(await hear(wire, "audio-stop"))
    heard = await stream(piper.port, ["Ja. ", "Nein."], language="de")
    assert heard.kinds == ["error", "synthesize-stopped"]
    assert heard.error is not None
    assert heard.error["code"] == "no-language"


async def test_a_text_that_is_too_long_is_refused(piper: Server) -> None:
    """Given 1 MB of text, whole and in chunks, an error tells it, and all goes on."""
    text = "La lampe est allumée. " * 45_000
    async with Wire(piper.port) as wire:
        reply = await wire.ask("synthesize", {"text": text})
        assert (reply.kind, reply.data["code"]) == ("error", "text-too-long")
        await wire.send("synthesize", {"text": "Oui."})
        _once(await hear(wire, "audio-stop"))
        await wire.send("synthesize-start")
        for at in range(0, len(text), 60_000):
            await wire.send("synthesize-chunk", {"text": text[at : at + 60_000]})
        await wire.send("synthesize-stop")
        heard = await hear(wire, "synthesize-stopped")
        assert heard.kinds == ["error", "synthesize-stopped"]


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("synthesize", {}, "bad-event"),
        ("synthesize", {"text": 5}, "bad-event"),
        ("synthesize", {"text": "Oui.", "voice": "x"}, "bad-event"),
        ("synthesize-chunk", {"text": "Oui."}, "bad-order"),
    ],
)
async def test_nonsense_is_refused_and_the_connection_goes_on(
    piper: Server, kind: str, data: dict[str, object], code: str
) -> None:
    """Given an event that lacks something, the error says so and no more happens."""
    async with Wire(piper.port) as wire:
        reply = await wire.ask(kind, data)
        assert (reply.kind, reply.data["code"]) == ("error", code)
        assert (await wire.ask("ping", {"text": "x"})).kind == "pong"


async def test_what_is_installed_is_told_shortly(piper: Server) -> None:
    """Only what is here is listed, so it is small."""
    async with Wire(piper.port) as wire:
        info = (await wire.ask("describe")).data
    (program,) = info["tts"]
    assert program["installed"]
    assert program["supports_synthesize_streaming"]
    told = [(voice["name"], voice["languages"]) for voice in program["voices"]]
    assert told == [(EN.stem, ["en_US"]), (FR.stem, ["fr_FR"])]
    assert len(str(info)) < 2000


async def test_it_answers_while_it_speaks(piper: Server) -> None:
    """Given four long texts, describe is answered before any of them has ended."""
    async with asyncio.TaskGroup() as group:
        long = [group.create_task(speak(piper.port, LONG * 8)) for _ in range(4)]
        await asyncio.sleep(0.1)
        async with Wire(piper.port) as wire:
            assert (await wire.ask("describe")).kind == "info"
        assert not any(task.done() for task in long)


async def test_eight_clients_are_heard_by_turns(piper: Server) -> None:
    """Given eight texts at once, nobody has ended before everybody has begun."""
    order = list[tuple[int, str]]()

    async def listen(number: int) -> None:
        async with Wire(piper.port) as wire:
            text = f"Voici le texte numéro {number}, qui est long. " + LONG * 3
            await wire.send("synthesize", {"text": text})
            while not order or order[-1] != (number, "audio-stop"):
                order.append((number, (await wire.receive()).kind))

    await asyncio.gather(*map(listen, range(8)))
    ended = order.index(next(pair for pair in order if pair[1] == "audio-stop"))
    assert {number for number, kind in order[:ended] if kind == "audio-chunk"} == {
        *range(8)
    }


async def test_a_short_answer_does_not_wait_for_a_long_one(piper: Server) -> None:
    """Given a text of minutes, a short one is heard before it has ended."""
    async with Wire(piper.port) as wire:
        await wire.send("synthesize", {"text": LONG * 8})
        await wire.receive()
        await speak(piper.port, "La lampe est allumée.")
        heard = await hear(wire, "audio-stop")
        assert heard.seconds > 60


async def test_who_hangs_up_is_not_spoken_to(
    free_port: int, voice_flags: tuple[str, ...]
) -> None:
    """Given a client that leaves a long text, no piece of it is begun afterwards."""
    flags = (*voice_flags, "--metrics", f"127.0.0.1:{free_port}", "--cache-mb", "0")
    async with Server("jarvis_wyoming.piper", *flags) as server:
        wire = Wire(server.port)
        async with wire:
            await wire.send("synthesize", {"text": LONG * 100})
            await wire.receive()
        while (await figures(free_port))["jarvis_piper_clients"]:
            await asyncio.sleep(0.01)
        before = await figures(free_port)
        await speak(server.port, "Une seule phrase.")
        after = await figures(free_port)
        count = "jarvis_piper_real_time_factor_count"
        assert after[count] == before[count] + 1
        assert after["jarvis_piper_queue"] == 0


async def test_what_was_said_is_remembered(
    free_port: int, voice_flags: tuple[str, ...]
) -> None:
    """Given the same short answer twice, the second comes from the cache."""
    flags = (*voice_flags, "--metrics", f"127.0.0.1:{free_port}")
    async with Server("jarvis_wyoming.piper", *flags) as server:
        first, second = [await speak(server.port, "C'est fait.") for _ in range(2)]
        assert first.audio == second.audio
        told = await figures(free_port)
        assert told["jarvis_piper_cached_pieces_total"] == 1
        assert told["jarvis_piper_cache_bytes"] == len(first.audio)


async def test_speed_pauses_and_the_silence_at_the_end(
    piper: Server, voice_flags: tuple[str, ...], tmp_path: Path
) -> None:
    """Given a TOML file, a voice is as fast and rests as long as it says."""
    config = tmp_path / "piper.toml"
    lines = [
        "tail_silence = 0.5", "[speeds]", f'"{FR.stem}" = 2.0',
        "[sentence_pauses]", f'"{FR.stem}" = 1.0',
    ]  # fmt: skip
    config.write_text("\n".join(lines))
    flags = (*voice_flags, "--config", str(config))
    async with Server("jarvis_wyoming.piper", *flags) as server:
        usual = await speak(piper.port, "Bonjour à tous.", name=FR.stem)
        fast = await speak(server.port, "Bonjour à tous.")
        assert fast.seconds - 0.5 < 0.7 * usual.seconds
        assert fast.silence_at_end >= 0.5
        two = await speak(server.port, "Bonjour à tous. Bonjour à tous.")
        assert two.seconds == pytest.approx(
            2 * (fast.seconds - 0.5) + 1.0 + 0.5, abs=0.05
        )


async def test_nothing_that_is_said_is_in_the_log(piper: Server) -> None:
    """Unless the owner asks for it, words stay out of the log."""
    await speak(piper.port, "Un secret bien gardé.")
    assert "secret" not in piper.log


async def test_a_voice_that_is_not_there_ends_the_server(tmp_path: Path) -> None:
    """Given a voice that cannot be had, the program says which and ends."""
    flags = ("--voice", "fr_FR-nobody-low", "--voice-dir", str(tmp_path), "--offline")
    server = Server("jarvis_wyoming.piper", *flags)
    await server.start()
    await server.wait_for("cannot serve")
    assert await server._process.wait() == 1
    await server.end()
    assert "no voice fr_FR-nobody-low" in server.log
