"""Mistral: system text and tools stand at the user's message when it is the last."""

from typing import override

from .bare import BareReader
from .base import Layout, Reader, Said, Talk, calls_of, text_of
from .go import compact, merged, tool_json


class Mistral(Layout):
    """Mistral's instruction format."""

    name = "mistral"
    user_mark = "[INST]"

    @override
    def render(self, talk: Talk) -> str:
        system, talk = merged(talk)
        messages = enumerate(talk.messages, start=1)
        return "".join(
            self._message(talk, at, system if at == len(talk.messages) else "")
            for at, _ in messages
        )

    def _message(self, talk: Talk, at: int, system: str) -> str:
        message = talk.messages[at - 1]
        text = text_of(message)
        match message["role"]:
            case "assistant":
                calls = calls_of(message)
                body = f" {text}" if text else _written(Said(calls=tuple(calls)))
                return f"{body}</s>"
            case "tool":
                return f'[TOOL_RESULTS] {{"content": {text}}}[/TOOL_RESULTS]'
        tools = ""
        if talk.tools and at == len(talk.messages):
            listed = ",".join(tool_json(tool) for tool in talk.tools)
            tools = f"[AVAILABLE_TOOLS] [{listed}][/AVAILABLE_TOOLS]"
        text = f"{system}\n\n{text}" if system else text
        return f"{tools}[INST] {text}[/INST]"

    @override
    def write(self, talk: Talk, said: Said) -> tuple[str, ...]:
        return (*said.content, *((_written(said),) if said.calls else ()))

    @override
    def reader(self, talk: Talk) -> Reader:
        return BareReader(talk, "[TOOL_CALLS]")


def _written(said: Said) -> str:
    calls = "".join(
        f'{{"name": "{call.name}", "arguments": {compact(call.arguments)}}}'
        for call in said.calls
    )
    return f"[TOOL_CALLS] [{calls}]"
