"""Jarvis' whole stack beside Home Assistant's stock one, from speech to first sound.

Somebody speaks to a satellite, in French and English, and waits. Both sides have the
same Home Assistant and house, the same small models to hear and to speak with, and the
same scripted Ollama, which takes the time of llama3.3:70b on a machine at home (`70b`:
250 tokens a second are read and 12 said) or of gemma4:12b (`12b`: 2,500 and 60). Audio
comes at the speed of a microphone until Home Assistant notices that the person is done
(0.7 s, its default), and the answer is fetched as for a satellite of the Wyoming
protocol: WAV at 22,050 Hz, for which Home Assistant starts ffmpeg on both sides.

Stock are core's `ollama` and `wyoming` with rhasspy's servers. Of its two variants each
case has the quicker one: with "prefer handling commands locally" for `command_taken`,
without it for all others, which the strict sentences leave to the model anyway, after
`voice_s.stock_on_adds` seconds.

- `warm`: the model has read before what the prompt begins with. Stock tools stand in
  llama3.3's newest message and are gone after each tool call; here they never are.
- `evicted`: another client took the slot just before the person began to speak.
- `command_declined`, `command_taken`: commands that the strict sentences do not know,
  and that they know. Jarvis understands both by itself.
- `state_question`: the strict sentences know it, but leave it to an agent with tools.
- `chat`: the model answers with eighty words.

`voice.…` is Jarvis' median by stock's, with both switches on that let Jarvis end an
utterance by itself: jarvis-whisper's `--early-end` and "End as soon as a command is
complete" in Jarvis' options. Stock is as it is: it has no such thing. With both off, as
they are by default, it is `voice_patient.…`; `voice_floor.…` is that if Jarvis took no
time at all once Home Assistant has noticed the end, which it never gets below.
`voice_s.…` are seconds from the last spoken sample: when Home Assistant noticed the end
(`silence`), the words were there (`transcript`), and the first ones of the reply
(`reply`), which went to the voice (`to_speak`) and sounded (`first_sound`).
The p95 of a few turns is the slowest.
"""

import argparse
import asyncio
from pathlib import Path

from .measures.first_word import COMPUTERS
from .measures.speech.servers import sides
from .measures.voice.floor import WARM
from .measures.voice.measure import STOCK, Turns, voice
from .measures.voice.said import Case
from .rivals.bring import bring
from .stage.figures import Target, Value, options, show

TARGETS = {
    Case.COMMAND_DECLINED: Target(most=0.2),
    Case.COMMAND_TAKEN: Target(most=0.7),
    Case.STATE_QUESTION: Target(most=0.35),
    Case.CHAT: Target(most=0.65),
}
"""Of warm turns."""
EVICTED = Target(most=0.5)
_LIMIT = 30 * 60.0
"""Seconds after which something has gone wrong."""


def main() -> None:
    """Measure and show it."""
    parser = options("voice", __doc__)
    parser.add_argument("--quick", action="store_true", help="one turn each, to try")
    parser.add_argument(
        "--machines", nargs="+", choices=COMPUTERS, default=list(COMPUTERS)
    )
    chosen = parser.parse_args()
    rival = bring()
    figures = asyncio.run(_measured(rival, chosen))
    show(figures, target_of, chosen.json, beside=STOCK)


def target_of(name: str) -> Target | None:
    """Return what a figure has to be."""
    match name.split("."):
        case ["voice", _, heat, case]:
            return TARGETS[Case(case)] if heat == WARM else EVICTED
    return None


async def _measured(rival: Path, chosen: argparse.Namespace) -> dict[str, Value]:
    """Take all measurements."""
    turns = Turns(1, 1) if chosen.quick else Turns(warm=6, evicted=4)
    async with asyncio.timeout(_LIMIT), sides(rival, 0.0) as speech:
        return await voice(speech, turns, chosen.machines)


if __name__ == "__main__":
    main()
