"""How one utterance flows: pieces that grow, without a gap between them."""

import asyncio
from collections.abc import Callable
import time
from typing import TypeVar

import pytest
from wyoming.audio import AudioChunk
from wyoming.event import Event

from jarvis_wyoming.piper.cache import Cache
from jarvis_wyoming.piper.config import PiperSettings
from jarvis_wyoming.piper.engine import Engine, Stop
from jarvis_wyoming.piper.shelf import Shelf
from jarvis_wyoming.piper.utterance import Figures, Speaking, Utterance, Wish
from jarvis_wyoming.piper.voices import Catalogue
from jarvis_wyoming.piper.workers import Workers
from jarvis_wyoming.server.errors import ServerError
from jarvis_wyoming.server.metrics import Metrics

from .helpers import FR, LONG

T = TypeVar("T")

CLAUSES = (
    "Quand la porte du garage est ouverte, la lampe de l'entrée s'allume, et celle du "
    "salon la suit, puis le chauffage passe en mode absence, les volets descendent, "
    "la musique baisse, l'alarme se prépare, et le portail se ferme doucement, sauf "
    "si quelqu'un est encore dans le jardin, auquel cas tout attend une minute."
)


class _Clock:
    """Time that passes only while a voice works."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class _SlowWorkers(Workers):
    """Speaks at once, and lets the clock pass as a slow machine would need."""

    def __init__(self, clock: _Clock, factor: float, engine: Engine) -> None:
        super().__init__(1)
        self._clock = clock
        self._factor = factor
        self._engine = engine

    async def run(self, work: Callable[[Stop], T], due: float) -> T:
        audio = await super().run(work, due)
        assert isinstance(audio, bytes)
        self._clock.now += self._factor * len(audio) / 2 / self._engine.rate
        # What it learned is how busy the machine of the tests is.
        self._engine.pace = self._factor
        return audio


class _Listener:
    """Stands where a client is, and notes when how much sound came."""

    number = 1

    def __init__(self, clock: _Clock) -> None:
        self._clock = clock
        self.kinds = list[str]()
        self.pieces = list[tuple[float, float]]()

    async def send(self, event: Event) -> None:
        self.kinds.append(event.type)
        if not AudioChunk.is_type(event.type):
            return
        seconds = AudioChunk.from_event(event).seconds
        if self.pieces and self.pieces[-1][0] == self._clock.now:
            seconds += self.pieces.pop()[1]
        self.pieces.append((self._clock.now, seconds))

    @property
    def gap(self) -> float:
        """Seconds of silence that somebody hears who plays from the first sound on."""
        ends, silence = self.pieces[0][0], 0.0
        for at, seconds in self.pieces:
            silence += max(0.0, at - ends)
            ends = max(ends, at) + seconds
        return silence


def _speaking(engine: Engine, workers: Workers) -> Speaking:
    """What an utterance needs, with one voice that remembers nothing."""
    cache = Cache(0)
    return Speaking(
        catalogue=Catalogue([engine.voice], [engine.voice.name]),
        shelf=Shelf(lambda _: engine, 1 << 30),
        workers=workers,
        cache=cache,
        figures=Figures(Metrics("test"), workers, cache),
    )


def _utterance(
    listener: _Listener, clock: Callable[[], float], **changes: float
) -> Utterance:
    """An utterance that the listener hears."""
    settings = PiperSettings(voice=(str(FR),), **changes)  # type: ignore[arg-type]
    return Utterance(Wish(), listener, settings, clock)  # type: ignore[arg-type]


async def _heard(text: str, factor: float, engine: Engine) -> _Listener:
    """What is heard of a text on a machine of some slowness."""
    clock = _Clock()
    listener = _Listener(clock)
    workers = _SlowWorkers(clock, factor, engine)
    engine.pace = factor
    speaking = _speaking(engine, workers)
    utterance = _utterance(listener, clock)
    utterance.feed(text)
    utterance.end()
    await utterance.speak(speaking)
    await workers.close()
    return listener


@pytest.mark.parametrize("text", [LONG, CLAUSES, "Oui. " + CLAUSES])
@pytest.mark.parametrize("factor", [0.05, 0.2, 0.4])
async def test_there_is_no_gap(text: str, factor: float, french: Engine) -> None:
    """Given a machine that is faster than speech, every piece comes in time."""
    heard = await _heard(text, factor, french)
    assert heard.gap == 0
    assert len(heard.pieces) >= 2


async def test_the_first_piece_is_short_and_the_next_ones_grow(french: Engine) -> None:
    """Given one long sentence, the first sound is there soon."""
    heard = await _heard(CLAUSES, 0.3, french)
    lengths = [seconds for _, seconds in heard.pieces]
    assert lengths[0] == min(lengths)
    assert max(lengths) > 2 * lengths[0]


async def test_a_slow_machine_begins_with_a_few_words(french: Engine) -> None:
    """Given a machine as fast as speech, nobody waits for a whole clause."""
    heard = await _heard(
        "La porte du garage est restée ouverte toute la nuit.", 1.0, french
    )
    assert len(heard.pieces) > 1
    assert heard.pieces[0][0] < 2.0


async def test_a_slow_machine_has_short_gaps_only(french: Engine) -> None:
    """Given a machine as fast as speech, the silences are those it cannot avoid."""
    heard = await _heard(LONG, 1.0, french)
    total = sum(seconds for _, seconds in heard.pieces)
    assert heard.gap < 0.05 * total


async def test_text_that_waits_for_its_language_is_not_lost(french: Engine) -> None:
    """Given letters that come one by one, all are spoken in one stream."""
    clock = _Clock()
    listener = _Listener(clock)
    workers = Workers(1)
    speaking = _speaking(french, workers)
    utterance = _utterance(listener, clock)
    speech = asyncio.create_task(utterance.speak(speaking))
    for letter in "Bonjour Nicolas, il est midi.":
        utterance.feed(letter)
        await asyncio.sleep(0)
    utterance.end()
    await speech
    await workers.close()
    assert listener.kinds[0] == "audio-start"
    assert listener.kinds[-1] == "audio-stop"
    assert {*listener.kinds[1:-1]} == {"audio-chunk"}
    assert sum(seconds for _, seconds in listener.pieces) > 1.5


async def test_a_stream_that_never_goes_on_is_given_up(french: Engine) -> None:
    """Given a client that opened a stream and sends no more, it is told so."""
    listener, workers = _Listener(_Clock()), Workers(1)
    utterance = _utterance(listener, time.monotonic, idle_seconds=0.01)
    utterance.feed("Bonjour à tous. ")
    with pytest.raises(ServerError, match="No text came"):
        await utterance.speak(_speaking(french, workers))
    await workers.close()
    assert listener.kinds[0] == "audio-start"
    assert listener.kinds[-1] == "audio-stop"
