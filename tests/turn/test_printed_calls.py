"""Calls and thoughts printed as text are found, and nothing else is taken for them."""

from collections.abc import Iterable

import pytest

from custom_components.jarvis.turn.call_syntax import PrintedCall
from custom_components.jarvis.turn.printed_calls import (
    MALFORMED,
    CallCatcher,
    Found,
    PrintedThought,
)

TOOLS = ["intent__HassTurnOn", "HassTurnOn", "GetLiveContext"]
SALON = PrintedCall("HassTurnOn", {"name": "salon"})
CUISINE = PrintedCall("HassTurnOn", {"name": "cuisine"})
JSON = '{"name": "HassTurnOn", "arguments": {"name": "salon"}}'
OTHER = '{"name": "HassTurnOn", "arguments": {"name": "cuisine"}}'
HM = PrintedThought("hm")

CALLS: dict[str, list[Found]] = {
    # Between tags
    f"<tool_call>\n{JSON}\n</tool_call>": [SALON],
    f"<tool_call>{JSON}</tool_call>\n<tool_call>{OTHER}</tool_call>": [
        SALON,
        "\n",
        CUISINE,
    ],
    f"<tool_calls>[{JSON}, {OTHER}]</tool_calls>": [SALON, CUISINE],
    f"<function_call>{JSON}</function_call>": [SALON],
    "<tool_call><function=HassTurnOn><parameter=name>\nsalon\n</parameter></function>"
    "</tool_call>": [SALON],
    "<function=HassTurnOn><parameter=name>salon</parameter></function>": [SALON],
    '<|tool_call>call:HassTurnOn{name:<|"|>salon<|"|>}<tool_call|>': [SALON],
    # Mistral and Llama
    f"[TOOL_CALLS] [{JSON}]": [SALON],
    '[TOOL_CALLS]HassTurnOn[ARGS]{"name": "salon"}': [SALON],
    '[TOOL_CALLS]HassTurnOn[CALL_ID]1a[ARGS]{"name": "salon"}'
    '[TOOL_CALLS]HassTurnOn[ARGS]{"name": "cuisine"}': [SALON, CUISINE],
    f"<|python_tag|>{JSON}": [SALON],
    # gpt-oss
    "<|channel|>commentary to=functions.HassTurnOn <|constrain|>json<|message|>"
    '{"name": "salon"}<|call|>': [SALON],
    "<|start|>assistant to=functions.HassTurnOn<|channel|>commentary json<|message|>"
    '{"name": "salon"}<|call|>': [SALON],
    "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary "
    'to=functions.HassTurnOn <|constrain|>json<|message|>{"name": "salon"}<|call|>': [
        HM,
        SALON,
    ],
    # Bare
    JSON: [SALON],
    f"[{JSON}, {OTHER}]": [SALON, CUISINE],
    f"```json\n{JSON}\n```": [SALON],
    'HassTurnOn(name="salon")': [SALON],
    'intent__HassTurnOn(name="salon", domain=["light"])': [
        PrintedCall("intent__HassTurnOn", {"name": "salon", "domain": ["light"]})
    ],
    '```tool_code\nHassTurnOn(name="salon")\nHassTurnOn(name="cuisine")\n```': [
        SALON,
        CUISINE,
    ],
    '```tool_code\nprint(default_api.HassTurnOn(name="salon"))\n```': [
        PrintedCall("default_api.HassTurnOn", {"name": "salon"})
    ],
    "GetLiveContext()": [PrintedCall("GetLiveContext", {})],
    # Arguments in other shapes
    '{"function": {"name": "HassTurnOn", "arguments": "{\\"name\\": \\"salon\\"}"}}': [
        SALON
    ],
    '{"tool": "HassTurnOn", "parameters": {"name": "salon"}}': [SALON],
    f'{{"tool_calls": [{JSON}]}}': [SALON],
    '{"name": "GetLiveContext"}': [PrintedCall("GetLiveContext", {})],
    '{"name": "GetLiveContext", "arguments": null}': [
        PrintedCall("GetLiveContext", {})
    ],
    # Among words, which are kept
    f"Oui.\n<tool_call>{JSON}</tool_call>\nVoilà.": ["Oui.\n", SALON, "\nVoilà."],
    f"Oui.\n{JSON}\nVoilà.": ["Oui.\n", SALON, "\nVoilà."],
    f"Bien sûr ! {JSON} Voilà.": ["Bien sûr ! ", SALON, " Voilà."],
    'Je fais HassTurnOn(name="salon") ici': ["Je fais ", SALON, " ici"],
    f"Bien ```json\n{JSON}\n``` fait": ["Bien ", SALON, " fait"],
    # Names that no tool has: the guard tells the model
    '<tool_call>{"name": "inconnu", "arguments": {"a": 1}}</tool_call>': [
        PrintedCall("inconnu", {"a": 1})
    ],
    '{"name": "inconnu", "arguments": {}}': [PrintedCall("inconnu", {})],
    # Not closed, but readable
    f"<tool_call>{JSON}": [SALON],
    '<tool_call>{"name": "HassTurnOn", "arguments": {"name": "salon': [SALON],
    "<function=HassTurnOn><parameter=name>salon": [SALON],
    f"```json\n{JSON}": [SALON],
    # Not to be read
    "<tool_call>hum</tool_call>": [PrintedCall(MALFORMED, {"text": "hum"})],
    "HassTurnOn(": [PrintedCall(MALFORMED, {"text": "HassTurnOn("})],
    'HassTurnOn("salon")': [PrintedCall(MALFORMED, {"text": 'HassTurnOn("salon")'})],
    "<|channel|>commentary to=functions.HassTurnOn<|message|>hum<|call|>": [
        PrintedCall(MALFORMED, {"text": "hum"})
    ],
}
THOUGHTS: dict[str, list[Found]] = {
    "<think>hm</think>Bonjour": [HM, "Bonjour"],
    "<think>hm": [HM],
    f"<think>{JSON}</think>Bonjour": [PrintedThought(JSON), "Bonjour"],
    "</think>Bonjour": ["Bonjour"],
    "Hm, oui</think>Bonjour": ["Hm, oui\nBonjour"],
    "Hm.\n</think>\nBonjour": ["Hm.\n\nBonjour"],
    f"Hm</think>[{JSON}]": ["Hm\n", SALON],
    "<|channel>hm<channel|>Bonjour": [HM, "Bonjour"],
    "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final"
    "<|message|>Bonjour": [HM, "Bonjour"],
    "<|channel|>analysis<|message|>hm": [HM],
    "<|channel|>final<|message|>Bonjour": ["Bonjour"],
    "<|channel|>commentary<|message|>Je regarde.": ["Je regarde."],
    "<|start|>functions.X to=assistant<|channel|>commentary<|message|>hm<|end|>Bon": [
        HM,
        "Bon",
    ],
}
NO_CALLS = (
    "a < b et c > d",
    "[sic] dit-il",
    "Il [sic] dit\n[sic] encore",
    "« Bonjour », dit-elle.",
    "Voici {x} et [y](z).",
    "{x} est une variable",
    "[1, 2, 3]",
    "HassTurnOn est un outil, GetLiveContext aussi",
    "5 <6",
    "Il dit `oui`.",
    "<",
    "<tool_call",
    "[TOOL",
    "``",
    "Jamais fermé {",
)
WRAPPED: dict[str, list[Found]] = {
    # Code is read without its fence; JSON that only wraps the answer is unwrapped,
    # any other is nothing to be spoken.
    "```python\nprint(1)\n```": ["print(1)\n"],
    '{"response": "Bonjour"}': ["Bonjour"],
    '{"a": 1, "b": 2}': [],
    '```\n{"a": 1}\n```': [],
    '{"name": "Bob", "age": 3}': ["Bob"],
    '{"never": "closed", "a': [],
}
ALL: dict[str, list[Found]] = (
    CALLS | THOUGHTS | WRAPPED | {text: [text] for text in NO_CALLS}
)


@pytest.mark.parametrize(("text", "found"), ALL.items(), ids=repr)
def test_found(text: str, found: list[Found]) -> None:
    """Speech, calls and thoughts are told apart, in their order."""
    assert _caught([text]) == found


@pytest.mark.parametrize("text", ALL, ids=repr)
def test_pieces_do_not_matter(text: str) -> None:
    """However the text is cut, the same is found."""
    whole = _caught([text])

    for size in range(1, len(text)):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert _caught(pieces) == whole, f"in pieces of {size}"
    for cut in range(len(text)):
        assert _caught([text[:cut], text[cut:]]) == whole, f"cut at {cut}"


def test_words_are_released_at_once() -> None:
    """Only what may become a call is held back."""
    catcher = CallCatcher(TOOLS)

    assert list(catcher.feed("Il fait bon")) == ["Il fait bon"]
    assert list(catcher.feed(" ici. <")) == [" ici. "]
    assert list(catcher.feed("tool_")) == []
    assert list(catcher.feed("box>")) == ["<tool_box>"]


def test_the_final_channel_streams() -> None:
    """What gpt-oss says to the person is released before it ends."""
    catcher = CallCatcher(TOOLS)

    found = [*catcher.feed("<|channel|>final<|message|>Il fait"), *catcher.feed(" bon")]

    assert found == ["Il fait", " bon"]


def test_an_object_that_never_ends_is_given_up() -> None:
    """JSON without end is not collected for ever."""
    catcher = CallCatcher(TOOLS)

    held = list(catcher.feed('{"a": "' + "b" * 5000))
    after = list(catcher.feed("Bonjour"))

    assert held == ["b" * 5000]
    assert after == ["Bonjour"]


def _caught(pieces: Iterable[str]) -> list[Found]:
    """Return what is found in pieces of text, with adjoining speech joined."""
    catcher = CallCatcher(TOOLS)
    joined: list[Found] = []
    for found in [
        *(found for piece in pieces for found in catcher.feed(piece)),
        *catcher.finish(),
    ]:
        last = joined[-1] if joined else None
        if isinstance(found, str) and isinstance(last, str):
            joined[-1] = last + found
        else:
            joined.append(found)
    return joined
