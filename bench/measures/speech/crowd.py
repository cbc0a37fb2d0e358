"""Eight clients at a time: how long they wait, and whether the server still answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
import time

import numpy as np

from bench.stage.figures import Value

from .client import speak, transcribe
from .clips import NAMES, SENTENCES, Clip, Speaker
from .hearing import of_both, spread
from .servers import Maker, Server, Side, describe
from .speaking import ANSWERS

CLIENTS = 8
_ASKED_EVERY = 0.05
_P95 = 95


async def crowded(
    sides: Mapping[Maker, Side], speaker: Speaker, factor: str, runs: int
) -> dict[str, Value]:
    """Let eight clients hear and speak at once; the worse of both counts."""
    clips = [await speaker.clip(*one) for one in spread(SENTENCES, CLIENTS)]
    stt = await _both(sides, lambda side: (side.stt, _hearers(side, clips)), runs)
    tts = await _both(sides, lambda side: (side.tts, _speakers(side)), runs)
    figures: dict[str, Value] = {}
    ratios, busiest = [], []
    for kind, (waits, asked) in (("stt", stt), ("tts", tts)):
        ratio = waits[Maker.JARVIS] / waits[Maker.RHASSPY]
        figures[f"{kind}.clients8_p95_ratio.{factor}"] = ratio
        figures |= of_both(f"{kind}.clients8_p95_ms.{factor}", waits, 1000)
        figures |= of_both(f"{kind}.describe_busy_p95_ms.{factor}", asked, 1000)
        ratios.append(ratio)
        busiest.append(asked[Maker.JARVIS] * 1000)
    figures[f"clients8_p95_ratio.{factor}"] = max(ratios)
    figures[f"describe_busy_p95_ms.{factor}"] = max(busiest)
    return figures


def memory(sides: Mapping[Maker, Side]) -> dict[str, Value]:
    """Return what the servers hold after their work; the worse ratio counts."""
    figures: dict[str, Value] = {}
    ratios = []
    for kind, server_of in _KINDS.items():
        held = {maker: server_of(side).megabytes for maker, side in sides.items()}
        ratios.append(held[Maker.JARVIS] / held[Maker.RHASSPY])
        figures[f"{kind}.rss_ratio"] = ratios[-1]
        figures |= of_both(f"{kind}.rss_mb", held, 1)
    return {"rss_ratio": max(ratios), **figures}


_KINDS: dict[str, Callable[[Side], Server]] = {
    "stt": lambda side: side.stt,
    "tts": lambda side: side.tts,
}


def _hearers(side: Side, clips: Sequence[Clip]) -> Callable[[], list[Awaitable[float]]]:
    async def wait(clip: Clip) -> float:
        return (await transcribe(side.stt, clip, NAMES[clip.language])).after_stop

    return lambda: [wait(clip) for clip in clips]


def _speakers(side: Side) -> Callable[[], list[Awaitable[float]]]:
    async def wait(language: str, clause: str, rest: str) -> float:
        return (await speak(side.tts, clause, rest, language)).first_audio

    return lambda: [wait(*ANSWERS[at % len(ANSWERS)]) for at in range(CLIENTS)]


async def _both(
    sides: Mapping[Maker, Side],
    of_side: Callable[[Side], tuple[Server, Callable[[], list[Awaitable[float]]]]],
    runs: int,
) -> tuple[dict[Maker, float], dict[Maker, float]]:
    """Return the p95 of the clients' waiting and of describe, by maker."""
    waits: dict[Maker, list[float]] = {maker: [] for maker in Maker}
    asked: dict[Maker, list[float]] = {maker: [] for maker in Maker}
    for _ in range(runs):
        for maker, side in sides.items():
            server, clients = of_side(side)
            working = asyncio.gather(*clients())
            while not working.done():
                begun = time.perf_counter()
                await describe(server)
                asked[maker].append(time.perf_counter() - begun)
                await asyncio.sleep(_ASKED_EVERY)
            waits[maker] += await working
    return _p95(waits), _p95(asked)


def _p95(times: Mapping[Maker, Sequence[float]]) -> dict[Maker, float]:
    return {maker: float(np.percentile(times[maker], _P95)) for maker in times}
