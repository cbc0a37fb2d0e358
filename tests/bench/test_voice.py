"""The benchmark of the whole stacks runs, and compares what it says it compares."""

import asyncio
import re
import struct

import pytest

from bench.measures.voice.floor import EVICTED, WARM
from bench.measures.voice.measure import RIVAL, STOCK, late, sentences
from bench.measures.voice.said import CHAT, LANGUAGES, Case, script
from bench.measures.voice.stacks import Haste, Variant
from bench.measures.voice.talk import STAGES, has_samples
from bench.rivals import bring
from bench.voice import EVICTED as OF_EVICTED, TARGETS, target_of
from tests.ollama_server import load_script
from wyoming_servers.tests.commands import COMMANDS

from .conftest import Bench


@pytest.mark.timeout(900)
@pytest.mark.skipif(bring.found() is None, reason="python -m bench.rivals.bring")
async def test_all_figures(bench: Bench) -> None:
    """Given both stacks, every figure of the machine that is wanted is there."""
    figures, table = await bench("voice", "--quick", "--machines", "12b")

    for heat in (WARM, EVICTED):
        for case in Case:
            key = f"12b.{heat}.{case}"
            assert figures[f"voice.{key}"] > 0
            assert figures[f"voice_patient.{key}"] > 0
            assert 0 < figures[f"voice_floor.{key}"] < 1
            for side in ("", f"{STOCK}."):
                reached = [
                    figures[f"{side}voice_s.{key}.{stage}.p50"] for stage in STAGES
                ]
                assert reached == sorted(reached)
                assert reached[0] > 0
    assert figures["voice_s.stock_on_adds"] < 1
    assert STOCK in table


def test_what_is_said_is_known() -> None:
    """The small Whisper knows every sentence, and both languages are said as often."""
    for case in Case:
        said = list(sentences(case, 4))
        assert [one.language for one in said] == [*LANGUAGES, *LANGUAGES]
        assert all(one.text in COMMANDS[one.language] for one in said)


def test_a_chat_is_eighty_words() -> None:
    """Its sentences have as many words each: the first is not chosen for itself."""
    for text in CHAT.values():
        found = re.findall(r"[^.]+\.", text)
        assert [len(one.split()) for one in found] == [16] * 5


def test_the_script_can_be_read() -> None:
    """What the model does is what a script may say."""
    assert load_script(script()).rules


def test_the_quicker_stock_is_the_rival() -> None:
    """What the strict sentences take is left to them."""
    taken = [case for case, variant in RIVAL.items() if variant is Variant.STOCK_ON]
    assert taken == [Case.COMMAND_TAKEN]


def test_sound_is_behind_the_header() -> None:
    """A header is no sound."""
    header = b"RIFF" + bytes(32) + b"data" + struct.pack("<I", 0xFFFFFFFF)
    assert not has_samples(b"RIFF")
    assert not has_samples(header)
    assert has_samples(header + b"\1")


async def test_haste_ends_what_is_waited_for() -> None:
    """What is not measured takes no time, and afterwards it does again."""
    haste = Haste()
    waiting = asyncio.create_task(haste.sleep(3600))
    await asyncio.sleep(0)

    haste.hurry()
    await waiting
    await haste.sleep(3600)

    haste.rest()
    waiting = asyncio.create_task(haste.sleep(3600))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    waiting.cancel()


def test_late() -> None:
    """Of a few it is the slowest."""
    assert late([3.0, 1.0, 2.0]) == 3.0
    assert late([float(one) for one in range(1, 101)]) == 95.0


def test_targets() -> None:
    """Ratios alone have one, and evicted ones all the same."""
    assert target_of("voice.70b.warm.chat") is TARGETS[Case.CHAT]
    assert target_of("voice.12b.evicted.chat") is OF_EVICTED
    assert target_of("voice_floor.12b.warm.chat") is None
    assert target_of("voice_s.12b.warm.chat.reply.p50") is None
