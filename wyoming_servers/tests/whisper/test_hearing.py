"""What is said is heard: at once, at the speed of a microphone, in both languages."""

import asyncio
from typing import Any

import pytest

from ..clips import FORMAT, RATE, recording, say, silence, spoken, transcribe
from ..commands import COMMANDS
from ..process import WHISPER, Server, figures
from ..wire import Wire

CASES = [(language, text) for language, texts in COMMANDS.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), CASES)
async def test_every_command_is_heard(
    whisper: Server, language: str, text: str
) -> None:
    """The tiny voice speaks, the tiny model writes it down."""
    reply = await transcribe(whisper.port, spoken(language, text), language=language)

    assert reply.kind == "transcript"
    assert reply.data == {"text": text, "language": language}


async def test_recordings_at_the_speed_of_a_microphone(whisper: Server) -> None:
    """Regional codes are languages, and without one it is found."""
    english = "Remind me to take out the trash at 8 pm."
    french = "Rappelle-moi de sortir le chien à 15h."
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("cmd_en.wav", {"language": "en"}, english),
        ("cmd_fr.wav", {"language": "fr-FR"}, french),
        ("cmd_fr.wav", {}, french),
        ("cmd_en.wav", {"language": "auto"}, english),
    ]
    replies = await asyncio.gather(
        *(
            transcribe(whisper.port, recording(file), live=True, **wishes)
            for file, wishes, _ in cases
        )
    )

    assert [reply.data["text"] for reply in replies] == [text for *_, text in cases]
    assert [reply.data["language"] for reply in replies] == ["en", "fr", "fr", "en"]


async def test_the_text_is_there_when_the_audio_ends(free_port: int) -> None:
    """Given a microphone, when it falls silent, the text is made before the end."""
    flags = ("--model", str(WHISPER), "--metrics", f"127.0.0.1:{free_port}")
    made = "jarvis_whisper_transcription_seconds_count"
    async with Server("jarvis_wyoming.whisper", *flags) as server:
        async with Wire(server.port) as wire:
            await wire.send("transcribe", {"language": "fr"})
            await wire.send("audio-start", FORMAT)
            await say(wire, recording("cmd_fr.wav") + silence(0.5), live=True)
            before = await figures(free_port)
            while not before[made]:
                before = await figures(free_port)
            reply = await wire.ask("audio-stop")

        after = await figures(free_port)
        assert reply.data["text"] == "Rappelle-moi de sortir le chien à 15h."
        assert before[made] == after[made] == 1
        assert after['jarvis_whisper_guesses_total{use="used"}'] == 1
        assert after['jarvis_whisper_utterances_total{end="text"}'] == 1
        assert after["jarvis_whisper_queue"] == 0


async def test_a_guess_is_dropped_when_speech_goes_on(free_port: int) -> None:
    """A pause in the middle costs a guess, not the rest of the sentence."""
    flags = ("--model", str(WHISPER), "--metrics", f"127.0.0.1:{free_port}")
    first, second = COMMANDS["en"][0], COMMANDS["en"][1]
    audio = spoken("en", first, after=0.6) + spoken("en", second)
    async with Server("jarvis_wyoming.whisper", *flags) as server:
        reply = await transcribe(server.port, audio, live=True, language="en")

        assert reply.data["text"]
        found = await figures(free_port)
        assert found['jarvis_whisper_guesses_total{use="dropped"}'] == 1
        assert found['jarvis_whisper_guesses_total{use="used"}'] == 1


async def test_several_utterances_on_one_connection(whisper: Server) -> None:
    """A connection serves as long as the client wants."""
    async with Wire(whisper.port) as wire:
        for language in ("en", "fr"):
            for text in COMMANDS[language][:3]:
                await wire.send("transcribe", {"language": language})
                await wire.send("audio-start", FORMAT)
                await say(wire, spoken(language, text))
                reply = await wire.ask("audio-stop")
                assert reply.data["text"] == text


async def test_a_new_wish_replaces_what_was_begun(free_port: int) -> None:
    """Given an utterance that never ended, another one is heard alone."""
    flags = ("--model", str(WHISPER), "--metrics", f"127.0.0.1:{free_port}")
    async with Server("jarvis_wyoming.whisper", *flags) as server:
        async with Wire(server.port) as wire:
            for text in ("Close the blinds.", "Good night."):
                await wire.send("transcribe", {"language": "en"})
                await wire.send("audio-start", FORMAT)
                await say(wire, spoken("en", text))
            reply = await wire.ask("audio-stop")

        assert reply.data["text"] == "Good night."
        found = await figures(free_port)
        assert found['jarvis_whisper_utterances_total{end="cancelled"}'] >= 1
        assert found['jarvis_whisper_utterances_total{end="text"}'] == 1


@pytest.mark.parametrize(
    ("wish", "code"),
    [({"name": "nope"}, "no-model"), ({"language": "xx"}, "unsupported-language")],
)
async def test_who_is_refused_is_told_once(
    whisper: Server, wish: dict[str, str], code: str
) -> None:
    """What they send all the same is not heard, until they ask for something else."""
    async with Wire(whisper.port) as wire:
        refused = await wire.ask("transcribe", wish)
        await wire.send("audio-start", FORMAT)
        await say(wire, spoken("en", "Good night."))
        await wire.send("audio-stop")
        await say(wire, spoken("en", "Good night."))
        await wire.send("transcribe", {"language": "en"})
        await wire.send("audio-start", FORMAT)
        await say(wire, spoken("en", "Close the blinds."))
        reply = await wire.ask("audio-stop")

    assert (refused.kind, refused.data["code"]) == ("error", code)
    assert reply.kind == "transcript"
    assert reply.data["text"] == "Close the blinds."


async def test_audio_may_come_without_a_beginning(whisper: Server) -> None:
    """A chunk says itself how it is written; a wish for text is taken for granted."""
    async with Wire(whisper.port) as wire:
        await say(wire, spoken("en", "Good night."))
        reply = await wire.ask("audio-stop")

    assert reply.data["text"] == "Good night."


async def test_other_formats_are_read(whisper: Server) -> None:
    """Two channels at 48 kHz, and a chunk that ends inside a sample."""
    samples = recording("cmd_en.wav")
    wide = b"".join(samples[at : at + 2] * 6 for at in range(0, len(samples), 2))
    shape = {"rate": 3 * RATE, "width": 2, "channels": 2}
    async with Wire(whisper.port) as wire:
        await wire.send("audio-start", shape)
        for start in range(0, len(wide), 10_001):
            await wire.send("audio-chunk", shape, wide[start : start + 10_001])
        reply = await wire.ask("audio-stop")

    assert reply.data["text"] == "Remind me to take out the trash at 8 pm."


async def test_eight_clients_at_a_time(whisper: Server) -> None:
    """Everybody gets their own text, and describe is answered meanwhile."""
    pairs = [
        (language, COMMANDS[language][at]) for at in range(4) for language in COMMANDS
    ]
    texts = asyncio.gather(
        *(transcribe(whisper.port, spoken(*pair), language=pair[0]) for pair in pairs)
    )
    answered = 0
    while not texts.done():
        async with Wire(whisper.port) as wire:
            assert (await wire.ask("describe")).kind == "info"
            answered += 1

    assert [reply.data["text"] for reply in await texts] == [text for _, text in pairs]
    assert answered > 3


async def test_names_bias_and_are_not_kept(whisper: Server) -> None:
    """Whatever a client gives as names, however much, the sentence is heard."""
    names = [f"lamp {number} " * 40 for number in range(1000)]
    wishes: dict[str, Any] = {
        "language": "en",
        "transcript_names": ["Kitchen light", *names],
        "transcript_terms": ["blinds", 5, None],
        "vad_sensitivity": "unheard of",
        "context": {"prompt": "Which room?", "partials": 7},
    }

    reply = await transcribe(whisper.port, spoken("en", "Close the blinds."), **wishes)
    assert reply.data["text"] == "Close the blinds."

    reply = await transcribe(whisper.port, spoken("en", "I am cold."), language="en")
    assert reply.data["text"] == "I am cold."


async def test_who_asks_hears_a_guess_before_the_end(whisper: Server) -> None:
    """Given a silence while the audio goes on, the text so far comes as a guess."""
    audio = spoken("en", "Good night.", after=1.0)
    async with Wire(whisper.port) as wire:
        await wire.send("transcribe", {"language": "en", "context": {"guesses": True}})
        await wire.send("audio-start", FORMAT)
        await say(wire, audio, live=True)
        guess = await wire.receive()
        reply = await wire.ask("audio-stop")

    assert guess.kind == "transcript-chunk"
    end = guess.data.pop("end")
    assert guess.data == {"text": "Good night.", "guess": True}
    assert end == pytest.approx(len(audio) / 2 / RATE - 1.0, abs=0.25)
    assert reply.kind == "transcript"
    assert reply.data["text"] == "Good night."


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Start the vacuum cleaner"), ("fr", "De quoi avons-nous parlé hier")],
)
async def test_what_was_made_up_is_no_guess(
    whisper: Server, language: str, text: str
) -> None:
    """Given words that the model takes for a sentence, nothing is told of it."""
    wish = {"language": language, "context": {"guesses": True}}
    async with Wire(whisper.port) as wire:
        await wire.send("transcribe", wish)
        await wire.send("audio-start", FORMAT)
        await say(wire, spoken(language, text, after=1.0), live=True)
        reply = await wire.ask("audio-stop")

    assert reply.kind == "transcript"
    assert reply.data["text"]
    assert not reply.data["text"].startswith(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Turn on the living room"), ("fr", "Rappelle-moi de sortir le")],
)
async def test_a_beginning_is_a_guess(
    whisper: Server, language: str, text: str
) -> None:
    """What was said so far is told as it was: whether it is all, a client knows."""
    wish = {"language": language, "context": {"guesses": True}}
    async with Wire(whisper.port) as wire:
        await wire.send("transcribe", wish)
        await wire.send("audio-start", FORMAT)
        await say(wire, spoken(language, text, after=1.0), live=True)
        guess = await wire.receive()
        reply = await wire.ask("audio-stop")

    assert guess.data["guess"]
    assert guess.data["text"] == reply.data["text"] == f"{text}."


async def test_a_guess_is_taken_back_when_speech_goes_on(whisper: Server) -> None:
    """Given speech behind a silence, who was told what seemed all is told so."""
    first, second = spoken("en", "Good night."), spoken("en", "I am cold.", after=1.0)
    async with Wire(whisper.port) as wire:
        await wire.send("transcribe", {"language": "en", "context": {"guesses": True}})
        await wire.send("audio-start", FORMAT)
        await say(wire, first + second, live=True)
        told = [await wire.receive() for _ in range(2)]
        await wire.send("audio-stop")

    assert [one.kind for one in told] == ["transcript-chunk"] * 2
    assert [one.data["text"] for one in told] == ["Good night.", ""]
    assert told[0].data["end"] < told[1].data["end"]


@pytest.mark.parametrize(
    "text", ["Good night.", "Remind me to take out the trash at 8 pm."]
)
async def test_the_text_grows_for_who_asks(whisper: Server, text: str) -> None:
    """Chunks come between a start and a stop, and add up if no look was wrong.

    The small model takes the beginning of a long sentence for another one.
    """
    async with Wire(whisper.port) as wire:
        await wire.send("transcribe", {"language": "en", "context": {"partials": True}})
        await wire.send("audio-start", FORMAT)
        await say(wire, spoken("en", text), live=True)
        await wire.send("audio-stop")
        events = [await wire.receive()]
        while events[-1].kind != "transcript-stop":
            events.append(await wire.receive())

    kinds = [event.kind for event in events]
    assert kinds[0] == "transcript-start"
    assert kinds[-2:] == ["transcript", "transcript-stop"]
    assert set(kinds[1:-2]) <= {"transcript-chunk"}
    assert events[-2].data["text"] == text
    if text == "Good night.":
        grown = "".join(event.data["text"] for event in events[1:-2])
        assert grown == text
