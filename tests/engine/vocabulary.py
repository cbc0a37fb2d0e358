"""A vocabulary for tiny models: byte pairs, learned from what a home is told."""

from collections import Counter
from functools import cache
from itertools import pairwise
import re

MERGES = 600
ENDS = ("<|begin_of_text|>", "<|end_of_text|>")
# What real vocabularies have as one token, as the prompts of real models are sent.
MARKS = (
    "<bos>",
    "<|turn>",
    "<turn|>",
    "<|channel>",
    "<channel|>",
    "<|tool>",
    "<tool|>",
    "<|tool_call>",
    "<tool_call|>",
    "<|tool_response>",
    "<tool_response|>",
    "<|think|>",
    '<|"|>',
    "<|im_start|>",
    "<|im_end|>",
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
    "<|start|>",
    "<|end|>",
    "<|message|>",
    "<|channel|>",
    "<|constrain|>",
    "<|call|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eot_id|>",
)
_PIECE = re.compile(r" ?[^\W\d_]+| ?\d+| ?[^\s\w]+|_+|\s+")
_READ = """
You are the voice of a home. Answer in one or two short sentences, in the language of
the person who speaks. Never read out lists, links or markup. Use the tools to read and
to change the state of devices. The kitchen, the living room, the bedroom, the bathroom,
the garage, the garden, the office. Turn on the light. Turn off all the lights. What is
the temperature in the bedroom? Set a timer for five minutes. Open the cover. Lock the
front door. Is the window closed? Add milk to the shopping list. What will the weather
be tomorrow? Tu es la voix d'une maison. Allume la lumière de la cuisine. Éteins la
lampe du salon. Baisse les volets de la chambre. Quelle est la température de la salle ?
Mets le chauffage à vingt et un degrés. Mets un minuteur de cinq minutes. Ferme la porte
du garage. Ajoute du lait à la liste de courses. Quel temps fera-t-il demain ?
{"type": "function", "function": {"name": "turn_on", "description": "Turns on a device",
"parameters": {"type": "object", "required": ["name"], "properties": {"name": {"type":
"string", "description": "The name of the device"}, "area": {"type": "string"}}}}}
light.kitchen state: on, switch.garden state: off, sensor.bedroom_temperature, climate,
cover, media_player, brightness, friendly_name, device_class, unit_of_measurement
"""


@cache
def letters() -> dict[int, str]:
    """Give each byte the letter that stands for it in a vocabulary of byte pairs."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    table = {byte: chr(byte) for byte in plain}
    return table | {byte: chr(256 + at) for at, byte in enumerate(others)}


@cache
def merges() -> tuple[tuple[str, str], ...]:
    """Learn which neighbours are one token."""
    words = Counter(
        tuple(letters()[byte] for byte in piece.encode())
        for piece in _PIECE.findall(_READ)
    )
    line = letters()[ord("\n")]
    # An empty line is one token in every real vocabulary.
    learned = [(line, line)]
    words = Counter({_merge(word, learned[0]): n for word, n in words.items()})
    for _ in range(MERGES):
        pairs: Counter[tuple[str, str]] = Counter()
        for word, times in words.items():
            for pair in pairwise(word):
                pairs[pair] += times
        if not pairs:
            break
        learned.append(max(pairs, key=lambda pair: (pairs[pair], pair)))
        merged: Counter[tuple[str, ...]] = Counter()
        for word, times in words.items():
            merged[_merge(word, learned[-1])] += times
        words = merged
    return tuple(learned)


def tokens() -> list[str]:
    """List all tokens, the marks last."""
    joined = (first + second for first, second in merges())
    return [*dict.fromkeys([*letters().values(), *joined]), *MARKS, *ENDS]


def _merge(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    out: list[str] = []
    for letter in word:
        if out and (out[-1], letter) == pair:
            out[-1] += letter
        else:
            out.append(letter)
    return tuple(out)
