"""Whatever fails at an endpoint: the person hears why, the next turn works."""

from collections.abc import Sequence
from dataclasses import dataclass
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
)

from custom_components.jarvis.ollama.endpoint import Timeouts
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .conftest import MODEL
from .house import Jarvis
from .idle import async_idle
from .ollama_server import Kind, ScriptedOllama, load_script
from .ollama_server.client import hung_up
from .ollama_server.faults import IN_STREAM
from .source import JARVIS, read_json

TEXTS = {
    language: read_json(JARVIS / "translations" / f"{language}.json")
    for language in ("en", "fr")
}
ASK = {"en": "Tell me a story about pirates", "fr": "Raconte-moi une histoire de chat"}
STORY = {
    "en": "Once upon a time there was a pirate who did not like the sea at all.",
    "fr": "Il était une fois un chat qui ne voulait pas sortir de la maison.",
}
LIGHT = "light.salon"
TURN_ON = [
    {
        "round": 0,
        "call": [{"name": "HassTurnOn", "arguments": {"name": "Lumière du salon"}}],
    },
    {"round": "1+", "say": "C'est allumé."},
]


@dataclass(frozen=True)
class Expected:
    """What becomes of a turn that meets a fault."""

    error: str | None
    """What the person is told; None where there is an answer all the same."""
    elsewhere: bool = True
    """Whether another endpoint may do better: not when the request is at fault."""


EXPECTED = {
    Kind.DOWN: Expected("unreachable"),
    Kind.UNAUTHORIZED: Expected("unauthorized"),
    Kind.MISSING_MODEL: Expected("model_missing"),
    Kind.NO_TOOLS: Expected("no_tools", elsewhere=False),
    Kind.NO_THINKING: Expected("no_thinking", elsewhere=False),
    Kind.BUSY: Expected("busy"),
    Kind.RUNNER_DIED: Expected("server_error"),
    Kind.HTML: Expected("garbled"),
    Kind.REDIRECT: Expected("not_ollama"),
    Kind.NOT_OLLAMA: Expected("not_ollama"),
    Kind.OTHER_JSON: Expected("garbled"),
    Kind.OLD_VERSION: Expected(None, elsewhere=False),
    Kind.TRUNCATED: Expected(None, elsewhere=False),
    Kind.ERROR_LINE: Expected("server_error"),
    Kind.BROKEN_LINE: Expected("garbled"),
    Kind.CUT: Expected("interrupted"),
    Kind.STALL: Expected("stalled"),
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", Kind)
async def test_fault(jarvis_model_only: Jarvis, kind: Kind, language: str) -> None:
    """One sentence in the person's language names the cause; then all is well."""
    jarvis = impatient(jarvis_model_only)
    jarvis.ollama.script = load_script([{"say": STORY[language]}])
    expected = EXPECTED[kind].error
    jarvis.ollama.faults.set(kind)

    reply = await jarvis.say(ASK[language], language)

    assert reply.error == expected
    if expected is None:
        assert reply.speech == STORY[language]
    else:
        assert reply.speech == sentence(expected, language, jarvis.ollama)
        assert "".join(reply.deltas) == reply.speech

    jarvis.ollama.faults.clear()
    same = reply.result.conversation_id
    again = await jarvis.say(ASK[language], language, conversation_id=same)

    assert again.error is None
    assert again.speech == "".join(again.deltas) == STORY[language]
    # No model shall learn from it to apologise.
    assert expected is None or reply.speech not in sent(jarvis.ollama)


@pytest.mark.parametrize("kind", Kind)
async def test_another_endpoint_answers(
    jarvis_model_only: Jarvis, spare: ScriptedOllama, kind: Kind
) -> None:
    """Before the first word a failure of the first endpoint is not even heard of."""
    jarvis = jarvis_model_only
    await settle_beside(jarvis, spare)
    jarvis.ollama.script = load_script([{"say": "The first answers."}])
    spare.script = load_script([{"say": "The second answers."}])
    expected = EXPECTED[kind]
    jarvis.ollama.faults.set(kind)

    reply = await jarvis.say(ASK["en"])

    if expected.elsewhere:
        assert (reply.error, reply.speech) == (None, "The second answers.")
    elif expected.error:
        assert reply.speech == sentence(expected.error, "en", jarvis.ollama)
        assert not spare.chats
    else:
        assert reply.speech == "The first answers."
        assert not spare.chats
    assert "".join(reply.deltas) == reply.speech


async def test_both_endpoints_fail(
    jarvis_model_only: Jarvis, spare: ScriptedOllama
) -> None:
    """The failure to tell is that of the endpoint that the owner prefers."""
    jarvis = jarvis_model_only
    await settle_beside(jarvis, spare)
    jarvis.ollama.faults.set(Kind.DOWN)
    spare.faults.set(Kind.BUSY)

    reply = await jarvis.say(ASK["en"])

    assert reply.speech == sentence("unreachable", "en", jarvis.ollama)
    assert "".join(reply.deltas) == reply.speech


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", sorted(IN_STREAM))
async def test_after_the_first_words(
    jarvis_model_only: Jarvis, kind: Kind, language: str
) -> None:
    """What was said stays said; why there is no more comes behind it."""
    jarvis = impatient(jarvis_model_only)
    jarvis.ollama.script = load_script([{"say": STORY[language]}])
    jarvis.ollama.faults.set(kind, after=8)

    reply = await jarvis.say(ASK[language], language)

    error = EXPECTED[kind].error
    assert error
    assert reply.speech == sentence(error, language, jarvis.ollama)
    said = "".join(reply.deltas).removesuffix(reply.speech)
    assert said.strip()
    assert STORY[language].startswith(said.strip())
    assert reply.speech not in said

    jarvis.ollama.faults.clear()
    again = await jarvis.say(ASK[language], language)
    assert again.speech == STORY[language]


async def test_no_word_twice(jarvis_model_only: Jarvis, spare: ScriptedOllama) -> None:
    """Where another endpoint takes up a broken reply it does not begin anew."""
    jarvis = jarvis_model_only
    await settle_beside(jarvis, spare)
    for ollama in (jarvis.ollama, spare):
        ollama.script = load_script([{"say": STORY["en"]}])
    jarvis.ollama.faults.set(Kind.CUT, after=8)

    reply = await jarvis.say(ASK["en"])

    why = sentence("interrupted", "en", jarvis.ollama)
    heard = "".join(reply.deltas)
    assert STORY["en"].startswith(heard.removesuffix(why).strip())
    assert heard.endswith(why) or heard == STORY["en"]


async def test_stalled_connection_is_given_up(jarvis_model_only: Jarvis) -> None:
    """An endpoint that fell silent works no longer for nobody."""
    jarvis = impatient(jarvis_model_only)
    jarvis.ollama.script = load_script([{"say": STORY["en"]}])
    jarvis.ollama.faults.set(Kind.STALL, after=3)

    await jarvis.say(ASK["en"])

    assert await hung_up(jarvis.ollama.requests[-1])


@pytest.mark.parametrize("kind", sorted(IN_STREAM))
async def test_breaks_after_a_call(jarvis_model_only: Jarvis, kind: Kind) -> None:
    """The light goes on once, and the person hears of it or of what failed."""
    jarvis = impatient(jarvis_model_only)
    jarvis.ollama.script = load_script(TURN_ON)
    jarvis.ollama.faults.set(kind, after=1, times=1)
    calls = async_capture_events(jarvis.hass, EVENT_CALL_SERVICE)

    reply = await jarvis.say("Allume la lumière du salon", "fr")

    assert switched_on(calls) == 1
    assert jarvis.states()[LIGHT] == "on"
    if reply.error:
        assert reply.error == EXPECTED[kind].error
    else:
        assert reply.speech == "C'est allumé."


@pytest.mark.parametrize("kind", [kind for kind in Kind if EXPECTED[kind].elsewhere])
async def test_breaks_while_a_tool_runs(
    jarvis_model_only: Jarvis, spare: ScriptedOllama, kind: Kind
) -> None:
    """Another endpoint reads the tool's result; the tool does not run again."""
    jarvis = jarvis_model_only
    await settle_beside(jarvis, spare)
    jarvis.ollama.script = load_script(TURN_ON)
    spare.script = load_script(TURN_ON)
    calls = break_when_the_light_goes_on(jarvis, kind)

    reply = await jarvis.say("Allume la lumière du salon", "fr")

    assert (reply.error, reply.speech) == (None, "C'est allumé.")
    assert switched_on(calls) == 1
    (chat,) = spare.chats
    assert [message["role"] for message in chat["messages"]][-2:] == [
        "assistant",
        "tool",
    ]


async def test_breaks_while_the_last_tool_runs(jarvis_model_only: Jarvis) -> None:
    """What was done is done: the next turn knows, and does not do it again."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(TURN_ON)
    calls = break_when_the_light_goes_on(jarvis, Kind.CUT)

    reply = await jarvis.say("Allume la lumière du salon", "fr")
    assert reply.speech == sentence("interrupted", "fr", jarvis.ollama)

    jarvis.ollama.faults.clear()
    jarvis.ollama.script = load_script([{"say": "Elle est allumée."}])
    same = reply.result.conversation_id
    again = await jarvis.say("Est-elle allumée ?", "fr", conversation_id=same)

    assert again.speech == "Elle est allumée."
    assert switched_on(calls) == 1
    roles = [message["role"] for message in jarvis.ollama.chats[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "user"]


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_context_is_truncated(jarvis_model_only: Jarvis, language: str) -> None:
    """The owner is told what Ollama does not say; the person is answered."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": STORY[language]}])
    await jarvis.say(ASK[language], language)
    assert not truncations(jarvis.hass)

    jarvis.ollama.faults.set(Kind.TRUNCATED)
    reply = await jarvis.say(ASK[language], language)

    assert reply.speech == STORY[language]
    (issue,) = truncations(jarvis.hass)
    assert issue.translation_key
    assert issue.translation_placeholders
    for text in TEXTS[language]["issues"][issue.translation_key].values():
        told = text.format(**issue.translation_placeholders)
        assert MODEL in told
        assert "{" not in told


async def test_only_a_conversation_grows(jarvis_model_only: Jarvis) -> None:
    """A new conversation is shorter than the last, and nothing was left out of it."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": STORY["en"] * 20}])
    first = await jarvis.say(ASK["en"])
    await jarvis.say(ASK["en"], conversation_id=first.result.conversation_id)

    await jarvis.say("Hello")

    assert not truncations(jarvis.hass)


def truncations(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return what is shown to the owner of a context that is too small."""
    issues = ir.async_get(hass).issues.values()
    return [issue for issue in issues if issue.translation_key == "context_truncated"]


def impatient(jarvis: Jarvis) -> Jarvis:
    """Let Jarvis wait only tenths of seconds for its endpoints."""
    for endpoint in jarvis.entry.runtime_data.endpoints:
        endpoint._timeouts = Timeouts(first=0.5, between=0.5)
    return jarvis


async def settle_beside(jarvis: Jarvis, spare: ScriptedOllama) -> None:
    """Give Jarvis a second endpoint."""
    endpoints = [*jarvis.entry.data["endpoints"], {"url": spare.url}]
    jarvis.hass.config_entries.async_update_entry(
        jarvis.entry, data={"endpoints": endpoints}
    )
    await async_idle(jarvis.entry, jarvis.hass)
    spare.requests.clear()
    impatient(jarvis)


def sentence(error: str, language: str, ollama: ScriptedOllama) -> str:
    """Return what is to be heard of a failure."""
    text: str = TEXTS[language]["exceptions"][error]["message"]
    return text.format(endpoint=f"127.0.0.1:{ollama.port}", model=MODEL)


def sent(ollama: ScriptedOllama) -> str:
    """Return all that the newest chat told the model."""
    return json.dumps(ollama.chats[-1], ensure_ascii=False)


def switched_on(calls: Sequence[Event[Any]]) -> int:
    """Count how often the light was switched on."""
    return sum(
        (event.data["domain"], event.data["service"]) == ("light", "turn_on")
        for event in calls
    )


def break_when_the_light_goes_on(jarvis: Jarvis, kind: Kind) -> list[Event]:
    """Let the endpoint fail from the moment on in which the tool acts."""
    calls: list[Event] = []

    @callback
    def fail(event: Event) -> None:
        if not switched_on(calls) and switched_on([event]):
            jarvis.ollama.faults.set(kind)
        calls.append(event)

    jarvis.hass.bus.async_listen(EVENT_CALL_SERVICE, fail)
    return calls
