"""Gemma 4: turns of its own, tools and calls in a notation of its own."""

import re
from typing import override

from .base import Layout, Message, Reader, Said, Talk, calls_of, text_of, thought_of
from .gemma4_notation import declared, read_call, written, written_value
from .tags import TagReader

_THINKING = "<|channel>thought\n"
_THOUGHT = re.compile(r"<\|channel>.*?(?:<channel\|>|$)", re.DOTALL)


class Gemma4(Layout):
    """Gemma 4, which thinks only when it is told to."""

    name = "gemma4"
    user_mark = "<|turn>user"
    closed_thought = ""
    """What the larger ones need to be kept from thinking."""

    @override
    def render(self, talk: Talk) -> str:
        first = talk.messages[0]["role"] if talk.messages else ""
        system = first in {"system", "developer"}
        head = "<bos>"
        if system or talk.tools or talk.think:
            text = text_of(talk.messages[0]).strip() if system else ""
            tools = "".join(declared(tool) for tool in talk.tools)
            think = "<|think|>\n" if talk.think else ""
            head += f"<|turn>system\n{think}{text}{tools}<turn|>\n"
        turns = _Turns(talk.of(talk.messages[1:] if system else talk.messages))
        return head + turns.render() + self._opened(turns)

    def _opened(self, turns: _Turns) -> str:
        if turns.ends_with == "call":
            return ""
        if turns.ends_with == "result":
            return _THINKING if turns.talk.think else ""
        closed = "" if turns.talk.think else self.closed_thought
        return f"<|turn>model\n{closed}"

    @override
    def write(self, talk: Talk, said: Said) -> tuple[str, ...]:
        pieces = list(said.content)
        opened = self.render(talk).endswith(_THINKING)
        if said.thinking or opened:
            head = "" if opened else _THINKING
            pieces = [head, *said.thinking, "\n<channel|>", *pieces]
        pieces += [written(call) for call in said.calls]
        return tuple(piece for piece in pieces if piece)

    @override
    def reader(self, talk: Talk) -> Reader:
        opened = self.render(talk).endswith(_THINKING)
        return _Gemma4Reader(thinks=opened, keep_thoughts=bool(talk.think))


class Gemma4Small(Gemma4):
    """The small ones of Gemma 4."""

    name = "gemma4-small"


class Gemma4Large(Gemma4):
    """The large ones of Gemma 4."""

    name = "gemma4-large"
    closed_thought = "<|channel>thought\n<channel|>"


class _Turns:
    """The turns of a conversation, which tools' results do not interrupt."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.ends_with = ""

    def render(self) -> str:
        spoken = [
            at for at, each in enumerate(self.talk.messages) if each["role"] != "tool"
        ]
        roles = [self.talk.messages[at]["role"] for at in spoken]
        return "".join(
            self._turn(at, before, after)
            for at, before, after in zip(
                spoken, ["", *roles], [*roles[1:], ""], strict=False
            )
        )

    def _turn(self, at: int, before: str, after: str) -> str:
        message = self.talk.messages[at]
        role = message["role"]
        text = text_of(message).strip()
        head = f"<|turn>{'model' if role == 'assistant' else role}\n"
        self.ends_with = ""
        if role != "assistant":
            return f"{head}{text}<turn|>\n"
        parts = ["" if before == "assistant" else head]
        if (thought := thought_of(message)) and at > self.talk.last_user:
            parts.append(f"{_THINKING}{thought}\n<channel|>")
        calls = calls_of(message)
        parts += [written(call) for call in calls]
        results = self._results(at) if calls else []
        text = _THOUGHT.sub("", text_of(message)).strip() if text else text_of(message)
        parts += [*results, text]
        self.ends_with = "result" if results else "call" if calls else ""
        goes_on = after == "assistant" and (not calls or bool(results))
        if self.ends_with == "call":
            parts.append("<|tool_response>")
        elif not goes_on and not (results and not text.strip() and not after):
            parts.append("<turn|>\n")
        return "".join(parts)

    def _results(self, at: int) -> list[str]:
        names = {
            call.get("id"): call["function"]["name"]
            for call in self.talk.messages[at].get("tool_calls") or ()
            if call.get("id")
        }
        results: list[str] = []
        for message in self.talk.messages[at + 1 :]:
            if message["role"] != "tool":
                break
            results.append(_result(message, names))
        return results


class _Gemma4Reader(TagReader):
    """Reads calls in Gemma's notation; what cannot be read is dropped."""

    think = ("<|channel>", "<channel|>")
    call = ("<|tool_call>", "<tool_call|>")
    noise = ("<tool_call|>", "<|tool_response>")

    def __init__(self, *, thinks: bool, keep_thoughts: bool) -> None:
        super().__init__(thinks=thinks, keep_thoughts=keep_thoughts)
        if thinks:
            self._starts = False

    @override
    def opened(self, text: str) -> str | None:
        name = "thought\n"
        if name.startswith(text) and text != name:
            return None
        return text.removeprefix(name)

    @override
    def parse(self, text: str) -> Said:
        call = read_call(text)
        return Said(calls=() if call is None else (call,))


def _result(message: Message, names: dict[str, str]) -> str:
    given = message.get("tool_name") or "unknown"
    name = names.get(message.get("tool_call_id") or "", given)
    value = written_value(text_of(message))
    return f"<|tool_response>response:{name}{{value:{value}}}<tool_response|>"
