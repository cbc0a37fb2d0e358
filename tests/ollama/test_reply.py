"""A reply that breaks off again and again is still one reply."""

from collections.abc import Callable
from dataclasses import replace
import random

from ollama import ChatResponse, Message
import pytest

from custom_components.jarvis.ollama.continuation import GO_ON
from custom_components.jarvis.ollama.endpoint import ChatRequest
from custom_components.jarvis.ollama.reply import Reply
from tests.texts import TEXTS, breaks, missing, rest_of, twice, words

from .conftest import request, text as text_of

TEXT = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
CALL = Message.ToolCall(
    function=Message.ToolCall.Function(name="HassTurnOn", arguments={"name": "lamp"})
)

type Model = Callable[[str, str], str]
"""Gives its reply to a text that it would say and what was said of it."""

PREFILL: dict[str, Model] = {
    "trimmed": rest_of,
    "repeated": lambda text, said: text,
}
REST: dict[str, Model] = {
    "rest": lambda text, said: rest_of(text, said).lstrip(),
    "anew": lambda text, said: text,
    "in front": lambda text, said: f"Bien sûr : {text}",
    "overlap": lambda text, said: " ".join(said.split(" ")[-3:]) + rest_of(text, said),
}


def part(content: str = "", *, done: bool = False, call: bool = False) -> ChatResponse:
    """Return a piece of a stream."""
    message = Message(
        role="assistant", content=content, tool_calls=[CALL] if call else None
    )
    return ChatResponse(message=message, done=done)


class Listener:
    """Hears a reply through its breaks."""

    def __init__(self) -> None:
        """Begin to listen."""
        self.reply = Reply(request())
        self.parts: list[ChatResponse] = []

    @property
    def heard(self) -> str:
        """What was said so far."""
        return text_of(self.parts)

    def hear(self, content: str, *, size: int = 5, done: bool = False) -> None:
        """Hear a text in pieces."""
        for start in range(0, len(content), size):
            self.parts += self.reply.passed(part(content[start : start + size]))
        if done:
            self.parts += self.reply.passed(part(done=True))

    def asked(self, *, prefill: bool) -> ChatRequest:
        """Return what the next endpoint is asked."""
        return self.reply.request(prefill=prefill)


@TEXT
def test_unbroken(text: str) -> None:
    """A reply that does not break passes as it is."""
    listener = Listener()

    assert listener.asked(prefill=True) == listener.asked(prefill=False) == request()
    listener.hear(text, done=True)

    assert listener.heard == text


@TEXT
@pytest.mark.parametrize("model", PREFILL.values(), ids=PREFILL)
def test_prefill_at_every_place(text: str, model: Model) -> None:
    """With prefill each reply is word for word whole."""
    for cut in breaks(text):
        listener = Listener()
        listener.hear(text[:cut])
        before = listener.heard

        asked = listener.asked(prefill=True)

        said = asked.messages[-1].content or ""
        if not before.strip():
            assert asked == request()
            listener.hear(text, done=True)
        else:
            assert asked.messages[-1].role == "assistant"
            assert text.startswith(said)
            listener.hear(model(text, said), done=True)
        assert listener.heard.split() == text.split(), text[:cut]


@TEXT
@pytest.mark.parametrize("model", REST.values(), ids=REST)
def test_the_rest_at_every_place(text: str, model: Model) -> None:
    """Without it no sentence is missing and no run of four words comes twice."""
    for cut in breaks(text):
        listener = Listener()
        listener.hear(text[:cut])
        before = listener.heard

        asked = listener.asked(prefill=False)

        if not before.strip():
            assert asked == request()
            listener.hear(text, done=True)
        else:
            *_, said, order = asked.messages
            assert (said.role, order.content) == ("assistant", GO_ON)
            assert said.content == before.rstrip()
            listener.hear(model(text, said.content or ""), done=True)
        assert not missing(text, listener.heard), text[:cut]
        assert not twice(text, listener.heard), text[:cut]


@TEXT
@pytest.mark.parametrize("seed", range(30))
def test_it_breaks_several_times(text: str, seed: int) -> None:
    """Each endpoint goes on where the last one ended, whatever it can do."""
    dice = random.Random(seed)  # noqa: S311
    listener = Listener()
    new, only_prefill = text, True
    for left in range(dice.randrange(2, 5), -1, -1):
        listener.hear(new if not left else new[: dice.randrange(len(new) + 1)])
        prefill = dice.random() < 0.5
        asked = listener.asked(prefill=prefill)
        if asked == request():
            new = text
            continue
        only_prefill = only_prefill and prefill
        said = asked.messages[-1 if prefill else -2].content or ""
        model = dice.choice(["rest", "anew", "in front", "overlap"])
        if model == "in front" and len(said.split()) < 4:
            model = "anew"
        new = rest_of(text, said) if prefill else REST[model](text, said)
    listener.hear(new, done=True)

    assert not missing(text, listener.heard)
    assert not twice(text, listener.heard)
    if only_prefill:
        assert listener.heard.split() == text.split()


def test_whitespace_is_nothing_said() -> None:
    """Blank lines in front are no reply that could be gone on with."""
    listener = Listener()
    listener.hear("\n\n ")

    assert listener.asked(prefill=True) == request()
    assert listener.asked(prefill=False) == request()
    listener.hear("Bonjour.", done=True)
    assert words(listener.heard) == ["bonjour"]


def test_words_come_before_their_call() -> None:
    """What is held back is said before a tool runs, also of a reply taken up."""
    listener = Listener()
    listener.hear("Let me see whether it ")
    listener.asked(prefill=False)
    assert not listener.reply.called

    listener.parts += listener.reply.passed(part("is on."))
    listener.parts += listener.reply.passed(part(call=True))

    *_, last = listener.parts
    assert listener.heard == "Let me see whether it is on."
    assert last.message.tool_calls == [CALL]
    assert last.message.content == "on."
    assert listener.reply.called


def test_a_reply_ends_after_its_calls() -> None:
    """What was called is not asked for again: the reply ends as if it were whole."""
    listener = Listener()
    listener.parts += listener.reply.passed(part(call=True))
    listener.hear("And the")

    end = listener.reply.ended()

    assert end.done
    assert end.message.content == "the"
    assert not end.message.tool_calls


def test_all_else_is_as_it_was() -> None:
    """Model, tools, context and shape of the request do not change on the way."""
    asked = replace(request(), tools=[{"type": "function"}], num_predict=7)
    reply = Reply(asked)
    list(reply.passed(part("Bonjour à tous ")))

    for prefill in (True, False):
        again = reply.request(prefill=prefill)
        assert replace(again, messages=asked.messages) == asked
