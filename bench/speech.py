"""Jarvis' speech servers beside rhasspy's, with the same models and the same client.

The client speaks as Home Assistant does, audio comes at the speed of a microphone with
0.7 s of silence behind it, and words of an answer come twelve a second. A ratio is
Jarvis' median by rhasspy's, of the same clips in the same run, one after the other. The
last part of a name, where it is a number, is how slow the engine is: 0 as it is, 0.5
and 1 slowed on both sides alike to that part of the audio's length
(`rivals/launch.py`).

- `after_stop`: from the end of the audio to the text. `after_stop_floor` is the ratio
  of an engine that is given all of the speech and nothing else at its last sample: no
  Whisper gets below it without cutting a command in the middle. Jarvis stays above by
  the silence that it waits for to know that somebody is done (`--listen-ms`), and by
  the silence around the speech that its model is given.
- `after_speech`: from the last spoken sample. Jarvis ends by itself (`--early-end`),
  rhasspy waits for Home Assistant.
- `first_audio`: from the last word of the first clause.
- `clients8`, `describe_busy`, `rss`: hearing and speaking; the worse of both counts.
- `wrong`: texts that are not what was said.
- `cut_short`: the share of sentences with a pause of 0.5 to 0.8 s between two of their
  words that were answered before they were over; beside it, the share of those pauses
  that Home Assistant itself does not wait for. Half of the sentences are the 48 that
  the small model knows, with their beginnings (`cut_short.commands`). Of the others it
  makes something in words that it knows, sometimes with confidence: the server holds
  back most of that, not all (`cut_short.others`). `cut_short.if_heard_right` is what
  the rules do with the words that were really said; `ended_early` is the share of whole
  commands that are not held back.
"""

import argparse
import asyncio
from pathlib import Path
import sys

from .measures.speech.clips import Speaker
from .measures.speech.crowd import crowded, memory
from .measures.speech.hearing import cut_short, heard
from .measures.speech.servers import Maker, sides
from .measures.speech.speaking import spoken
from .rivals.bring import bring
from .stage.figures import Target, Value, options, show

FACTORS = ("0", "0.5", "1")
TARGETS = {
    "stt.after_stop_ratio": Target(most=0.2),
    "stt.after_speech_ratio": Target(most=0.6),
    "tts.first_audio_ratio": Target(most=0.5),
    "clients8_p95_ratio": Target(most=0.5),
    "describe_busy_p95_ms": Target(most=50),
    "rss_ratio": Target(most=1.15),
}
"""By how a figure's name begins."""


def main() -> None:
    """Measure and show it."""
    parser = options("speech", __doc__)
    parser.add_argument("--quick", action="store_true", help="few clips, only to try")
    parser.add_argument("--factors", nargs="*", choices=FACTORS, default=FACTORS)
    chosen = parser.parse_args()
    rival = bring()
    figures = asyncio.run(_measured(rival, chosen))
    show(figures, target_of, chosen.json, beside=Maker.RHASSPY)


def target_of(name: str) -> Target | None:
    """Return what a figure has to be."""
    if name == "cut_short":
        return Target(most=0.02)
    fitting = (target for key, target in TARGETS.items() if name.startswith(key))
    return next(fitting, None)


async def _measured(rival: Path, chosen: argparse.Namespace) -> dict[str, Value]:
    """Take all measurements, with one speed of the engine after the other."""
    figures: dict[str, Value] = {}
    for factor in chosen.factors:
        print(f"With a factor of {factor}…", file=sys.stderr)
        is_fast = float(factor) == 0
        runs = 2 if chosen.quick else 12 if is_fast else 6
        rounds = 3 if is_fast and not chosen.quick else 1
        async with sides(rival, float(factor)) as both:
            speaker = Speaker(both[Maker.JARVIS].tts)
            await heard(both, speaker, factor, 1)  # the first is slower than all others
            figures |= await heard(both, speaker, factor, runs)
            figures |= await spoken(both, factor, rounds)
            figures |= await crowded(both, speaker, factor, rounds)
            if is_fast:
                figures |= memory(both)
                some = 4 if chosen.quick else None
                figures |= await cut_short(both[Maker.JARVIS], speaker, some)
    return _headlines(figures) | figures


def _headlines(figures: dict[str, Value]) -> dict[str, Value]:
    """Name what has no factor in its name as it is with the engine as it is."""
    names = ("tts.first_audio_ratio", "clients8_p95_ratio", "describe_busy_p95_ms")
    return {name: figures[f"{name}.0"] for name in names if f"{name}.0" in figures}


if __name__ == "__main__":
    main()
