"""One utterance: text comes in, sound goes out while it still comes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
import time

from wyoming.audio import AudioChunk, AudioStart, AudioStop

from ..server.client import Client
from ..server.errors import ServerError
from ..server.logs import said
from ..server.metrics import Metrics
from ..speak import Cutter, language_of, say, told_language
from .cache import Cache
from .config import PiperSettings
from .engine import WIDTH, Engine, Manner
from .player import Player
from .shelf import Shelf
from .voices import Catalogue, Voice
from .workers import Workers

_DRY = 0.4
"""Seconds of sound left at which a clause is spoken without its sentence."""

_UNTOLD = 80
"""Letters after which a text that tells no language is in the first one."""

_CHUNK_SECONDS = 0.2
_NOTHING_SECONDS = 0.1
"""Silence that stands for a text without any sound: players refuse an empty file."""


@dataclass(frozen=True)
class Wish:
    """Whose voice a client asks for."""

    name: str | None = None
    speaker: str | None = None
    language: str | None = None


class Figures:
    """What is measured of speaking."""

    def __init__(self, metrics: Metrics, workers: Workers, cache: Cache) -> None:
        self.utterances = metrics.counter("utterances_total", "Utterances begun.")
        self.cached = metrics.counter("cached_pieces_total", "Pieces known already.")
        self.letters = metrics.counter("letters_total", "Letters that came.")
        self.first_sound = metrics.histogram(
            "first_sound_seconds", "From the first text to the first sound."
        )
        self.pace = metrics.histogram(
            "real_time_factor", "Seconds of waiting and work for a second of sound."
        )
        metrics.gauge("queue", "Pieces that wait.", lambda: workers.waiting)
        metrics.gauge("cache_bytes", "Sound that is kept.", lambda: cache.size)


@dataclass(frozen=True)
class Speaking:
    """What every utterance needs."""

    catalogue: Catalogue
    shelf: Shelf
    workers: Workers
    cache: Cache
    figures: Figures


class Utterance:
    """Takes text in chunks and sends one stream of audio."""

    def __init__(
        self,
        wish: Wish,
        client: Client,
        settings: PiperSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wish = wish
        self._client = client
        self._settings = settings
        self._clock = clock
        self._cutter = Cutter()
        self._player = Player(clock)
        self._more = asyncio.Event()
        self._ended = False
        self._error: ServerError | None = None
        self._letters = 0
        self._turnaround = 0.0
        self._asked_at: float | None = None
        self._started: Engine | None = None
        self._pause = b""

    def feed(self, text: str) -> None:
        """Add text; more than is allowed makes the utterance fail."""
        if self._asked_at is None:
            self._asked_at = self._clock()
        self._letters += len(text)
        if self._letters > (most := self._settings.max_text):
            reason = f"The text has more than {most} letters."
            self._error = ServerError("text-too-long", reason)
        else:
            self._cutter.feed(text)
        self._more.set()

    def end(self) -> None:
        """No more text comes."""
        self._ended = True
        self._cutter.end()
        self._more.set()

    async def speak(self, speaking: Speaking) -> None:
        """Send audio-start, audio, audio-stop, each once; also when it fails midway."""
        speaking.figures.utterances.add()
        try:
            engine = await speaking.shelf.engine(await self._voice(speaking))
            manner = self._manner(engine.voice)
            while (piece := await self._next(engine)) is not None:
                await self._say(piece, engine, manner, speaking)
            if self._started is None:
                await self._play(_silence(_NOTHING_SECONDS, engine), engine)
            await self._play(_silence(self._settings.tail_silence, engine), engine)
        except ServerError:
            await self._stop()
            raise
        speaking.figures.letters.add(self._letters)
        await self._stop()

    async def _voice(self, speaking: Speaking) -> Voice:
        """The voice that was asked for, or that the text's language asks for."""
        catalogue = speaking.catalogue
        if self._wish.name:
            return catalogue.named(self._wish.name)
        if self._wish.language:
            return catalogue.speaking(self._wish.language)
        languages = catalogue.languages
        while not self._ended and len(languages) > 1:
            text = self._cutter.peek()
            if len(text) >= _UNTOLD or told_language(text, languages):
                break
            await self._text()
        return catalogue.speaking(language_of(self._cutter.peek(), languages))

    def _manner(self, voice: Voice) -> Manner:
        """How the voice is to speak."""
        settings = self._settings
        wanted = self._wish.speaker or settings.speaker.get(voice.name)
        return Manner(
            speaker=_speaker(wanted, voice),
            speed=settings.speed_of(voice.name),
            pause=settings.pause_of(voice.name),
        )

    async def _next(self, engine: Engine) -> str | None:
        """The next piece, as long as patience allows; None at the end."""
        while True:
            self._check()
            ahead = self._player.ahead
            is_dry = not self._player.begun or ahead <= _DRY
            pace = max(engine.pace, self._turnaround)
            most, least = self._player.letters(pace), self._player.least(pace)
            if piece := self._cutter.take(most, eager=is_dry, least=least):
                return piece
            if self._cutter.done:
                return None
            await self._text(None if is_dry else ahead - _DRY)

    async def _text(self, patience: float | None = None) -> None:
        """Wait for more text, or until patience ends; without any, not for ever."""
        self._check()
        self._more.clear()
        longest = self._settings.idle_seconds
        try:
            async with asyncio.timeout(longest if patience is None else patience):
                await self._more.wait()
        except TimeoutError as err:
            if patience is None:
                reason = f"No text came for {longest:g} seconds."
                raise ServerError("idle-timeout", reason) from err

    async def _say(
        self, piece: str, engine: Engine, manner: Manner, speaking: Speaking
    ) -> None:
        """Speak a piece, from the cache or by a worker."""
        words = say(piece, engine.voice.language)
        if not words:
            return
        said("spoken", words, voice=engine.voice.name)
        name, cache = engine.voice.name, speaking.cache
        audio = cache.get(name, manner, words)
        if audio is None:
            begun = self._clock()
            work = partial(engine.speak, words, manner)
            audio = await speaking.workers.run(work, self._player.due)
            cache.put(name, manner, words, audio)
            if audio:
                self._turnaround = (self._clock() - begun) / _seconds(audio, engine)
                speaking.figures.pace.observe(self._turnaround)
        else:
            speaking.figures.cached.add()
        if audio and self._started is None and self._asked_at is not None:
            speaking.figures.first_sound.observe(self._clock() - self._asked_at)
        await self._play(self._pause + audio if audio else b"", engine)
        is_sentence = words.endswith((".", "!", "?"))
        self._pause = _silence(manner.pause, engine) if is_sentence else b""

    async def _play(self, audio: bytes, engine: Engine) -> None:
        """Send audio, after the one audio-start."""
        if not audio:
            return
        rate = engine.rate
        if self._started is None:
            self._started = engine
            await self._client.send(AudioStart(rate, WIDTH, 1).event())
        self._player.add(_seconds(audio, engine))
        step = round(rate * _CHUNK_SECONDS) * WIDTH
        for at in range(0, len(audio), step):
            chunk = AudioChunk(rate, WIDTH, 1, audio[at : at + step])
            await self._client.send(chunk.event())

    async def _stop(self) -> None:
        """Send the one audio-stop."""
        if self._started is not None:
            await self._client.send(AudioStop().event())

    def _check(self) -> None:
        """Raise what went wrong while text came."""
        if self._error is not None:
            raise self._error


def _speaker(wanted: str | None, voice: Voice) -> int | None:
    """The number of a speaker, who is asked for by name or number."""
    if not wanted or not voice.speakers:
        return None
    if wanted in voice.speakers:
        return voice.speakers.index(wanted)
    if wanted.isdecimal() and int(wanted) < len(voice.speakers):
        return int(wanted)
    raise ServerError("no-speaker", f"{voice.name} has no speaker {wanted}.")


def _silence(seconds: float, engine: Engine) -> bytes:
    return bytes(round(seconds * engine.rate) * WIDTH)


def _seconds(audio: bytes, engine: Engine) -> float:
    return len(audio) / (engine.rate * WIDTH)
