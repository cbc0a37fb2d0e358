"""The replays are sound, and the scripted server plays each with the real client."""

from collections import Counter
from typing import Any

import ollama
import pytest

from tests.ollama_server import ScriptedOllama

from .cases import Replay, load_replays
from .clean import assert_clean

REPLAYS = load_replays()
MOST_ROUNDS = 6
DONE = (
    '{"data": {"response_type": "action_done", "data": {"success": [{"name": "x",'
    ' "type": "entity", "id": "light.x"}], "failed": []}}, "error": false}'
)
REFUSED = '{"data": {"error": "No entity has this name."}, "error": true}'
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": name,
            "parameters": {
                "type": "object",
                "properties": {"name": {"type": "string"}},
            },
        },
    }
    for name in (
        "climate__HassClimateSetTemperature",
        "homeassistant__GetLiveContext",
        "intent__HassSetPosition",
        "intent__HassTurnOff",
        "intent__HassTurnOn",
        "light__HassLightSet",
        "llm__GetDateTime",
    )
]


async def played(url: str, replay: Replay, result: str) -> str:
    """Talk as a loop without any wits would; give the model's last words."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": replay.text}]
    content = ""
    async with ollama.AsyncClient(url) as client:
        for _ in range(MOST_ROUNDS):
            content = ""
            calls: list[ollama.Message.ToolCall] = []
            async for part in await client.chat(
                "gemma4:12b", messages=messages, tools=TOOLS, stream=True
            ):
                content += part.message.content or ""
                calls.extend(part.message.tool_calls or ())
            printed = any(rule.get("raw") for rule in replay.rules)
            if not calls and not (printed and len(messages) == 1):
                break
            messages.append({"role": "assistant", "content": content})
            messages.extend(
                {"role": "tool", "content": result} for _ in range(len(calls) or 1)
            )
    return content


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize("replay", REPLAYS, ids=lambda replay: replay.id)
async def test_the_server_plays_it(replay: Replay) -> None:
    """Whatever the tools say, the script has an answer for it."""
    server = ScriptedOllama(replay.script())
    await server.start()
    try:
        for result in (DONE, REFUSED):
            server.script = replay.script()
            assert await played(server.url, replay, result) is not None
    finally:
        await server.stop()
    assert all(asked.status == 200 for asked in server.requests)


def test_there_are_enough_of_every_kind() -> None:
    """Both languages are there, no name is there twice."""
    kinds = Counter(replay.kind for replay in REPLAYS)
    languages = Counter(replay.language for replay in REPLAYS)
    names = Counter(replay.id for replay in REPLAYS)
    assert len(kinds) >= 10
    assert min(kinds.values()) >= 3
    assert set(languages) == {"en", "fr"}
    assert min(languages.values()) > len(REPLAYS) * 0.4
    assert max(names.values()) == 1


@pytest.mark.parametrize(
    ("language", "speech"),
    [
        ("fr", ""),
        ("fr", "  \n"),
        ("fr", "C'est **fait**"),
        ("fr", "Voici :\n- un"),
        ("en", "1. One"),
        ("en", "# One"),
        ("en", "a | b"),
        ("en", "See example.com"),
        ("en", "See https://x"),
        ("en", '{"name": 1}'),
        ("en", "<think> so </think>"),
        ("en", "Call HassTurnOn"),
        ("en", "intent__HassTurnOn"),
        ("en", "light.salon is on"),
        ("en", "Fine 👍"),
        ("en", "Done ✅"),
        ("en", "Good → better"),
        ("fr", "Désolé, there was nothing"),
        ("en", "Sorry, c'est raté"),
        ("en", "The light est allumée dans le salon"),
    ],
)
def test_unclean_speech_is_found(language: str, speech: str) -> None:
    """The check is strict."""
    with pytest.raises(AssertionError):
        assert_clean(speech, language)


@pytest.mark.parametrize(
    ("language", "speech"),
    [
        ("fr", "C'est fait : la lumière du salon est allumée, il fait 19,5 °C."),
        ("fr", "Trois pièces : salon, cuisine, chambre ; rien d'autre !"),
        ("en", "The living room light is on – 33 % – and it's 7:30 p.m."),
        ("en", "I turned on Lumière du salon."),
        ("en", "My name is Jarvis (the voice of your home)."),
    ],
)
def test_clean_speech_passes(language: str, speech: str) -> None:
    """The check lets normal sentences through."""
    assert_clean(speech, language)
