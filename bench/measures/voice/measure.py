"""Turn after turn at both stacks, and what they come to."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
import math
import os
from statistics import median
import sys

from imageio_ffmpeg import get_ffmpeg_exe

from bench.measures.first_word import COMPUTERS
from bench.measures.speech.clips import Speaker
from bench.measures.speech.servers import Maker, Side as Speech
from bench.stage.core import BARE, home_assistant
from bench.stage.figures import Value
from tests.devices import async_build_home
from tests.devices.home import KINDS

from .floor import EVICTED, WARM, Floor
from .said import LANGUAGES, SAID, Case, Sentence, house
from .stacks import Variant, ears_and_mouth, stacks
from .talk import STAGES, Turn, add_satellite

STOCK = "stock"
RIVAL = {
    case: Variant.STOCK_ON if case is Case.COMMAND_TAKEN else Variant.STOCK_OFF
    for case in Case
}
"""The quicker of the stock variants: what the strict sentences decline goes on as with
the other, only later by the time in which they decline it (`stock_on_adds`)."""
_FIRST_SOUND = STAGES[-1]
_P95 = 0.95
_AREA = "hall"
"""Where somebody speaks; nothing there but a door."""


@dataclass(frozen=True, slots=True)
class Turns:
    """How many turns are measured of each case."""

    warm: int
    evicted: int


@dataclass(slots=True)
class Taken:
    """The turns of one side in one case, with their languages."""

    turns: list[tuple[str, Turn]] = field(default_factory=list)

    def times(self, stage: str, language: str | None = None) -> list[float]:
        """Return when a stage was reached, in one language or in all."""
        return [turn.at[stage] for its, turn in self.turns if language in (None, its)]

    @property
    def first_sound(self) -> float:
        """When half of the answers sounded."""
        return median(self.times(_FIRST_SOUND))


async def voice(
    speech: Mapping[Maker, Speech], turns: Turns, machines: Collection[str]
) -> dict[str, Value]:
    """Measure all cases at some machines."""
    figures: dict[str, Value] = {}
    loads = [os.getloadavg()[0]]
    ffmpeg = {"ffmpeg": {"ffmpeg_bin": get_ffmpeg_exe()}}
    speaker = Speaker(speech[Maker.JARVIS].tts)
    async with home_assistant(("ffmpeg", *BARE, *KINDS), ffmpeg) as hass:
        home = await async_build_home(hass, house())
        satellite = await add_satellite(hass, home, _AREA)
        async with ears_and_mouth(hass, speech):
            for name in machines:
                async with stacks(hass, speech, name, COMPUTERS[name]) as both:
                    floor = Floor(hass, home, satellite, speaker, both, loads)
                    figures |= await _machine(floor, name, turns)
                    figures |= await _declining(floor)
        await home.async_remove()
    figures["load"] = median(loads)
    figures["load_most"] = max(loads)
    return figures


async def _machine(floor: Floor, name: str, turns: Turns) -> dict[str, Value]:
    """Measure one machine, warm and evicted: as Jarvis is set up, and ending early."""
    # The first turns of each side are slower than all others.
    for case in (Case.CHAT, Case.COMMAND_DECLINED):
        for variant in (Variant.JARVIS, RIVAL[case]):
            await floor.turn(variant, SAID[case][LANGUAGES[0]][0], WARM)
    counts = {WARM: turns.warm, EVICTED: turns.evicted}
    patient = {
        (heat, case): await _alone(floor, case, heat, count)
        for heat, count in counts.items()
        for case in Case
    }
    await floor.stacks.end_early()
    figures: dict[str, Value] = {}
    for heat, count in counts.items():
        for case in Case:
            own, stock = await _side_by_side(floor, case, heat, count)
            waited = patient[heat, case]
            key = f"{name}.{heat}.{case}"
            figures |= _compared(f"voice.{key}", own, stock)
            figures |= _compared(f"voice_patient.{key}", waited, stock)
            noticed = median(waited.times(STAGES[0]))
            figures[f"voice_floor.{key}"] = noticed / stock.first_sound
            figures |= _stages(f"voice_s.{key}", own)
            figures |= _stages(f"{STOCK}.voice_s.{key}", stock)
            figures |= _stages(f"voice_patient_s.{key}", waited)
    return figures


async def _alone(floor: Floor, case: Case, heat: str, count: int) -> Taken:
    """Say what is said in a case to Jarvis alone."""
    taken = Taken()
    for sentence in sentences(case, count):
        turn = await floor.turn(Variant.JARVIS, sentence, heat)
        taken.turns.append((sentence.language, turn))
    return taken


async def _side_by_side(
    floor: Floor, case: Case, heat: str, count: int
) -> tuple[Taken, Taken]:
    """Say the same to both, turn by turn, who is first by turns."""
    taken = {Variant.JARVIS: Taken(), RIVAL[case]: Taken()}
    for number, sentence in enumerate(sentences(case, count)):
        for variant in list(taken)[:: 1 if number % 2 else -1]:
            turn = await floor.turn(variant, sentence, heat)
            if variant is not Variant.JARVIS:
                assert turn.locally == (variant is Variant.STOCK_ON), turn
            taken[variant].turns.append((sentence.language, turn))
    return taken[Variant.JARVIS], taken[RIVAL[case]]


async def _declining(floor: Floor) -> dict[str, Value]:
    """Return how long the strict sentences take for what they leave to the agent."""
    declined = [case for case, rival in RIVAL.items() if rival is Variant.STOCK_OFF]
    said = [one for case in declined for one in sentences(case, 2 * len(LANGUAGES))]
    return {
        "voice_s.stock_on_adds": median([await floor.declining(one) for one in said])
    }


def sentences(case: Case, count: int) -> Iterator[Sentence]:
    """Go through a case's sentences, one language after the other."""
    each = [cycle(SAID[case][language]) for language in LANGUAGES]
    return (next(said) for said in islice(cycle(each), count))


def _compared(name: str, own: Taken, stock: Taken) -> dict[str, Value]:
    """Return a ratio, and tell it at once."""
    ratio = own.first_sound / stock.first_sound
    load = os.getloadavg()[0]
    print(f"{name}: {ratio:.2f} (load {load:.1f})", file=sys.stderr)
    return {name: ratio}


def _stages(name: str, taken: Taken) -> dict[str, Value]:
    """Return when each stage was reached, in the middle and late."""
    figures: dict[str, Value] = {}
    for stage in STAGES:
        times = taken.times(stage)
        figures[f"{name}.{stage}.p50"] = median(times)
        figures[f"{name}.{stage}.p95"] = late(times)
    for language in LANGUAGES:
        if times := taken.times(_FIRST_SOUND, language):
            figures[f"{name}.{_FIRST_SOUND}.{language}"] = median(times)
    return figures


def late(times: Sequence[float]) -> float:
    """Return what 95 of a hundred do not exceed; of a few, the slowest."""
    return sorted(times)[math.ceil(_P95 * len(times)) - 1]
