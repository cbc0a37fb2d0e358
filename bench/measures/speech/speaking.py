"""How soon an answer sounds, while its words still come."""

from collections.abc import Mapping
from statistics import median

from bench.stage.figures import Value

from .client import speak
from .hearing import of_both
from .servers import Maker, Side

ANSWERS = (
    (
        "en",
        "The living room is at twenty one degrees,",
        "and the front door is locked. I will remind you to take out the trash.",
    ),
    (
        "fr",
        "Il fait vingt et un degrés dans le salon,",
        "et la porte d'entrée est fermée. Je vous rappellerai de sortir le chien.",
    ),
)
"""The first clause and the rest."""


async def spoken(
    sides: Mapping[Maker, Side], factor: str, runs: int
) -> dict[str, Value]:
    """Have answers spoken by both, one after the other."""
    waits: dict[Maker, list[float]] = {maker: [] for maker in Maker}
    audio: dict[Maker, float] = {}
    for _ in range(runs):
        for language, clause, rest in ANSWERS:
            for maker, side in sides.items():
                done = await speak(side.tts, clause, rest, language)
                waits[maker].append(done.first_audio)
                audio[maker] = done.audio
    middle = {maker: median(waits[maker]) for maker in Maker}
    ratio = middle[Maker.JARVIS] / middle[Maker.RHASSPY]
    return {
        f"tts.first_audio_ratio.{factor}": ratio,
        **of_both(f"tts.first_audio_p50_ms.{factor}", middle, 1000),
        **of_both(f"tts.audio_s.{factor}", audio, 1),
    }
