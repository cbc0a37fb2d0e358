"""How soon the text is there, and whether a speaker is cut short who pauses."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import itertools
import json
import random
from statistics import median
import subprocess

from bench.stage.figures import Value

from . import patience
from .client import Transcribed, transcribe
from .clips import AFTER, FOREIGN, NAMES, SENTENCES, Clip, Speaker
from .servers import PROJECT, Maker, Server, Side

_PAUSES = (0.5, 0.8)
_AT_ONCE = 6
"""Clips that are heard at the same time where no time is measured."""

type Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Paused:
    """A sentence in which the speaker stops to think."""

    language: str
    before: str
    behind: str
    pause: float


async def heard(
    sides: Mapping[Maker, Side], speaker: Speaker, factor: str, runs: int
) -> dict[str, Value]:
    """Say commands to both, clip by clip, and return how long the texts took."""
    stops: dict[Maker, list[float]] = {maker: [] for maker in Maker}
    speech: dict[Maker, list[float]] = {maker: [] for maker in Maker}
    wrong = dict.fromkeys(Maker, 0)
    least: list[float] = []
    for language, text in spread(SENTENCES, runs):
        clip = await speaker.clip(language, text)
        least.append(max(0.0, float(factor) * clip.speech - AFTER))
        for maker, side in sides.items():
            done = await _hear(side.stt, clip)
            stops[maker].append(done.after_stop)
            wrong[maker] += done.text != text
            if side.early is not side.stt:
                done = await _hear(side.early, clip)
                wrong[maker] += done.text != text
            speech[maker].append(done.after_speech)
    figures: dict[str, Value] = {}
    for name, times in (("after_stop", stops), ("after_speech", speech)):
        middle = {maker: median(times[maker]) for maker in Maker}
        ratio = middle[Maker.JARVIS] / middle[Maker.RHASSPY]
        figures[f"stt.{name}_ratio.{factor}"] = ratio
        figures |= of_both(f"stt.{name}_p50_ms.{factor}", middle, 1000)
    floor = median(least) / median(stops[Maker.RHASSPY])
    figures[f"stt.after_stop_floor.{factor}"] = floor
    return figures | of_both(f"stt.wrong.{factor}", wrong, 1)


async def cut_short(
    side: Side, speaker: Speaker, count: int | None
) -> dict[str, Value]:
    """Pause within sentences and return the share that was taken for whole ones.

    Beside it stands the share of whole commands that ended before their audio did.
    """
    whole, known, foreign = SENTENCES, list(paused(SENTENCES)), list(paused(FOREIGN))
    if count is not None:
        whole = spread(whole, count)
        known, foreign = spread(known, count), spread(foreign, count)
    cut = {
        name: await _cuts(side.early, speaker, cases)
        for name, cases in (("commands", known), ("others", foreign))
    }
    both = [*known, *foreign]
    figures: dict[str, Value] = {"cut_short": _share(cut["commands"] + cut["others"])}
    figures |= {f"cut_short.{name}": _share(cuts) for name, cuts in cut.items()}
    figures["ended_early"] = _share(await _ends(side.early, speaker, whole))
    figures["cut_short.if_heard_right"] = _share(await asyncio.to_thread(_judged, both))
    figures["rhasspy.cut_short"] = _share([one.pause > AFTER for one in both])
    return figures


def spread[T](all_of_them: Sequence[T], count: int) -> list[T]:
    """Return so many, from the first to the last."""
    step = len(all_of_them) / count
    return [all_of_them[int((at + 0.5) * step)] for at in range(count)]


def of_both(name: str, values: Mapping[Maker, float], scale: float) -> dict[str, Value]:
    """Return Jarvis' figure, and rhasspy's beside it."""
    return {
        name: values[Maker.JARVIS] * scale,
        f"{Maker.RHASSPY}.{name}": values[Maker.RHASSPY] * scale,
    }


async def _hear(server: Server, clip: Clip) -> Transcribed:
    return await transcribe(server, clip, NAMES[clip.language])


def paused(sentences: Sequence[Sentence]) -> Iterator[Paused]:
    """Pause at each boundary of words."""
    chance = random.Random(2026)
    for language, text in sentences:
        words = text.split()
        # What a mark of French stands alone for is no word.
        for at in (at for at in range(1, len(words)) if words[at][0].isalnum()):
            before, behind = " ".join(words[:at]), " ".join(words[at:])
            yield Paused(language, before, behind, chance.uniform(*_PAUSES))


async def _cuts(server: Server, speaker: Speaker, cases: list[Paused]) -> list[bool]:
    """Return which of them were cut short."""
    clips = [
        await speaker.clip(one.language, one.before, one.behind, pause=one.pause)
        for one in cases
    ]
    return [one.after_speech < 0 for one in await _hear_all(server, clips)]


async def _ends(
    server: Server, speaker: Speaker, sentences: Sequence[Sentence]
) -> list[bool]:
    """Return which of them were over before their audio was."""
    clips = [await speaker.clip(*sentence) for sentence in sentences]
    return [one.after_stop < 0 for one in await _hear_all(server, clips)]


async def _hear_all(server: Server, clips: Sequence[Clip]) -> list[Transcribed]:
    done: list[Transcribed] = []
    for some in itertools.batched(clips, _AT_ONCE, strict=False):
        done += await asyncio.gather(*(_hear(server, clip) for clip in some))
    return done


def _judged(cases: list[Paused]) -> list[bool]:
    """Return which would be, if the model had heard the words that were said."""
    asked = [
        {"language": one.language, "text": one.before, "names": NAMES[one.language]}
        for one in cases
    ]
    done = subprocess.run(
        [PROJECT / ".venv" / "bin" / "python", patience.__file__],
        input=json.dumps(asked).encode(),
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    waits: list[float] = json.loads(done.stdout)
    return [wait < one.pause for wait, one in zip(waits, cases, strict=True)]


def _share(cases: Sequence[bool]) -> float:
    return sum(cases) / max(1, len(cases))
