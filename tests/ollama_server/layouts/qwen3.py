"""Qwen 3: tools in the system turn, calls as JSON between tags."""

from typing import override

from .bare import objects
from .base import Call, Layout, Reader, Said, Talk, calls_of, text_of, thought_of
from .go import compact, function_json, merged
from .tags import TagReader

THINK = ("<think>", "</think>")
TOOL_CALL = ("<tool_call>", "</tool_call>")
_TOOLS = (
    "\n# Tools\n\n"
    "You may call one or more functions to assist with the user query.\n\n"
    "You are provided with function signatures within <tools></tools> XML tags:\n"
    "<tools>"
)
_HOW = (
    "\n</tools>\n\n"
    "For each function call, return a json object with function name and arguments "
    "within <tool_call></tool_call> XML tags:\n"
    '<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n'
    "</tool_call>"
)


class Qwen3(Layout):
    """Qwen 3, whose thinking is switched in the user's message."""

    name = "qwen3"
    user_mark = "<|im_start|>user"

    @override
    def render(self, talk: Talk) -> str:
        system, talk = merged(talk)
        parts = []
        if system or talk.tools:
            tools = "".join(
                f'\n{{"type": "function", "function": {function_json(tool)}}}'
                for tool in talk.tools
            )
            body = system
            if tools:
                body += ("\n" if system else "") + _TOOLS + tools + _HOW
            parts.append(f"<|im_start|>system\n\n{body}<|im_end|>\n")
        parts += [self._message(talk, at) for at in range(len(talk.messages))]
        if talk.prefill is None:
            closed = "<think>\n\n</think>\n\n" if talk.think is False else ""
            parts.append(f"<|im_start|>assistant\n{closed}")
        return "".join(parts)

    def _message(self, talk: Talk, at: int) -> str:
        message = talk.messages[at]
        text = text_of(message)
        match message["role"]:
            case "assistant":
                return self._assistant(talk, at)
            case "tool":
                wrapped = f"<tool_response>\n{text}\n</tool_response>"
                return f"<|im_start|>user\n{wrapped}<|im_end|>\n"
        if at == talk.last_user and talk.think is not None:
            text += " /think" if talk.think else " /no_think"
        return f"<|im_start|>user\n{text}<|im_end|>\n"

    def _assistant(self, talk: Talk, at: int) -> str:
        message = talk.messages[at]
        thought = thought_of(message)
        body = "<|im_start|>assistant\n"
        if thought and talk.think is not None and at > talk.last_user:
            body += f"<think>{thought}</think>\n"
        if text := text_of(message):
            body += text
        elif calls := calls_of(message):
            body += _written(calls)
        return body if at == len(talk.messages) - 1 else f"{body}<|im_end|>\n"

    @override
    def write(self, talk: Talk, said: Said) -> tuple[str, ...]:
        pieces = list(said.content)
        if said.thinking or talk.think:
            pieces = ["<think>\n", *said.thinking, "\n</think>\n\n", *pieces]
        return (*pieces, *((_written(said.calls),) if said.calls else ()))

    @override
    def reader(self, talk: Talk) -> Reader:
        return _Qwen3Reader(talk)


class _Qwen3Reader(TagReader):
    """Reads calls that are JSON between tags, several of them if need be."""

    think = THINK
    call = TOOL_CALL

    def __init__(self, talk: Talk) -> None:
        super().__init__(thinks=False)
        self._offered = bool(talk.tools)

    @override
    def opened(self, text: str) -> str | None:
        return text.lstrip() or None

    @override
    def parse(self, text: str) -> Said:
        calls = tuple(
            Call(str(data["name"]), data.get("arguments") or {})
            for data, _ in objects(text)
            if "name" in data
        )
        if calls and self._offered:
            return Said(calls=calls)
        return Said(content=(f"{self.call[0]}{text}{self.call[1]}",))


def _written(calls: tuple[Call, ...] | list[Call]) -> str:
    lines = "".join(
        f'{{"name": "{call.name}", "arguments": {compact(call.arguments)}}}\n'
        for call in calls
    )
    return f"<tool_call>\n{lines}</tool_call>"
