"""Llama 3: tools stand in the user's message when that is the last one."""

from typing import override

from .bare import BareReader
from .base import Layout, Message, Reader, Said, Talk, calls_of, text_of
from .go import compact, merged, tool_json

_CUTOFF = "Cutting Knowledge Date: December 2023\n\n"
_WITH_TOOLS = (
    "When you receive a tool call response, use the output to format an answer to the "
    "orginal user question.\n\n"
    "You are a helpful assistant with tool calling capabilities."
)
_FUNCTIONS = (
    "Given the following functions, please respond with a JSON for a function call "
    "with its proper arguments that best answers the given prompt.\n\n"
    'Respond in the format {"name": function name, "parameters": dictionary of '
    "argument name and its value}. Do not use variables.\n\n"
)


class Llama33(Layout):
    """Llama 3.3, which is laid out as 3.1."""

    name = "llama3.3"
    user_mark = "<|start_header_id|>user<|end_header_id|>"
    question = "Question: "

    @override
    def render(self, talk: Talk) -> str:
        system, talk = merged(talk)
        parts = [self.system(system, tools=bool(talk.tools))]
        parts += [self._message(talk, at) for at in range(len(talk.messages))]
        if talk.prefill is None:
            parts.append(_header("assistant"))
        return "".join(parts)

    def system(self, text: str, *, tools: bool) -> str:
        """Lay out the system's part."""
        if not text and not tools:
            return ""
        parts = [text] if text else []
        if tools:
            parts.append(_CUTOFF + _WITH_TOOLS)
        return _header("system") + "\n\n".join(parts) + "<|eot_id|>"

    def _message(self, talk: Talk, at: int) -> str:
        message = talk.messages[at]
        last = at == len(talk.messages) - 1
        text = text_of(message)
        match message["role"]:
            case "assistant":
                head = _header("assistant") + _body(message)
                return head if last else f"{head}<|eot_id|>"
            case "tool":
                return f"{_header('ipython')}{text}<|eot_id|>"
        if last and talk.tools:
            tools = "".join(f"{tool_json(tool)}\n" for tool in talk.tools)
            text = f"{_FUNCTIONS}{tools}\n{self.question}{text}"
        return f"{_header('user')}{text}<|eot_id|>"

    @override
    def write(self, talk: Talk, said: Said) -> tuple[str, ...]:
        calls = _written(said)
        return (*said.content, *((calls,) if calls else ()))

    @override
    def reader(self, talk: Talk) -> Reader:
        return BareReader(talk)


class Llama32(Llama33):
    """Llama 3.2: the knowledge cutoff stands first, tools or not."""

    name = "llama3.2"
    question = ""

    @override
    def system(self, text: str, *, tools: bool) -> str:
        body = _CUTOFF + text + (_WITH_TOOLS if tools else "")
        return f"{_header('system')}{body}<|eot_id|>"


def _header(role: str) -> str:
    return f"<|start_header_id|>{role}<|end_header_id|>\n\n"


def _body(message: Message) -> str:
    calls = calls_of(message)
    return _written(Said(calls=tuple(calls))) if calls else text_of(message)


def _written(said: Said) -> str:
    return "\n".join(
        f'{{"name": "{call.name}", "parameters": {compact(call.arguments)}}}'
        for call in said.calls
    )
