"""Qwen 3.5: tools in the system turn, calls as nested tags."""

import re
from typing import Any, override

from .base import (
    Call,
    Layout,
    Message,
    Reader,
    Said,
    Talk,
    Tool,
    UnreadableError,
    calls_of,
    text_of,
    thought_of,
)
from .go import argument, spaced_tool_json
from .qwen3 import THINK, TOOL_CALL
from .tags import TagReader
from .values import typed

_OPEN = "<think>\n"
_TOOLS = "# Tools\n\nYou have access to the following functions:\n\n<tools>"
_HOW = """
</tools>

If you choose to call a function ONLY reply in the following format with NO suffix:

<tool_call>
<function=example_function_name>
<parameter=example_parameter_1>
value_1
</parameter>
<parameter=example_parameter_2>
This is the value for the second parameter
that can span
multiple lines
</parameter>
</function>
</tool_call>

<IMPORTANT>
Reminder:
- Function calls MUST follow the specified format: an inner <function=...></function> \
block must be nested within <tool_call></tool_call> XML tags
- Required parameters MUST be specified
- You may provide optional reasoning for your function call in natural language BEFORE \
the function call, but NOT after
- If there is no function call available, answer the question like normal with your \
current knowledge and do not tell the user about function calls
</IMPORTANT>"""
_FUNCTION = re.compile(r"\s*<function=([^>]+)>(.*)</function>\s*", re.DOTALL)
_PARAMETER = re.compile(r"<parameter=([^>]+)>\n?(.*?)\n?</parameter>\s*", re.DOTALL)


class Qwen35(Layout):
    """Qwen 3.5, which thinks unless its thinking is closed for it."""

    name = "qwen3.5"
    user_mark = "<|im_start|>user"

    @override
    def render(self, talk: Talk) -> str:
        parts = [_system(talk)]
        parts += [_message(talk, at) for at in range(len(talk.messages))]
        if talk.prefill is None:
            opened = "<think>\n\n</think>\n\n" if talk.think is False else _OPEN
            parts.append(f"<|im_start|>assistant\n{opened}")
        return "".join(parts)

    @override
    def write(self, talk: Talk, said: Said) -> tuple[str, ...]:
        thoughts = (*said.thinking, "\n</think>\n\n") if _thinks(talk) else ()
        content = said.content
        if content and said.calls:
            content = (*content, "\n\n")
        return (*thoughts, *content, *_written(said.calls))

    @override
    def reader(self, talk: Talk) -> Reader:
        return _Qwen35Reader(talk)


class _Qwen35Reader(TagReader):
    """Reads calls whose arguments stand between tags of their own."""

    think = THINK
    call = TOOL_CALL

    def __init__(self, talk: Talk) -> None:
        super().__init__(thinks=_thinks(talk))
        self._tools = talk.tools

    @override
    def opened(self, text: str) -> str | None:
        """Some write the opening tag although the prompt has it already."""
        stripped = text.lstrip()
        if self.think[0].startswith(stripped):
            return None
        if stripped.startswith(self.think[0]):
            return stripped.removeprefix(self.think[0]).lstrip() or None
        return text

    @override
    def parse(self, text: str) -> Said:
        found = _FUNCTION.fullmatch(text)
        if found is None or _PARAMETER.sub("", found[2]).strip():
            msg = "failed to parse model-generated tool call: XML syntax error"
            raise UnreadableError(msg)
        properties = _properties(self._tools, found[1])
        arguments = {
            name: typed(value, properties.get(name) or {})
            for name, value in _PARAMETER.findall(found[2])
        }
        return Said(calls=(Call(found[1], arguments),))

    @override
    def unclosed(self, text: str) -> Said:
        """Lose a call without its end, as Ollama does."""
        return Said()


def _thinks(talk: Talk) -> bool:
    prefilled = talk.prefill is not None
    return talk.think is not False and not prefilled


def _system(talk: Talk) -> str:
    first = talk.messages[0] if talk.messages else {"role": ""}
    text = text_of(first).strip() if first["role"] == "system" else ""
    if talk.tools:
        tools = "".join(f"\n{spaced_tool_json(tool)}" for tool in talk.tools)
        text = _TOOLS + tools + _HOW + (f"\n\n{text}" if text else "")
    elif first["role"] != "system":
        return ""
    return f"<|im_start|>system\n{text}<|im_end|>\n"


def _message(talk: Talk, at: int) -> str:
    message = talk.messages[at]
    text = text_of(message).strip()
    match message["role"]:
        case "system" if at == 0:
            return ""
        case "assistant":
            end = "" if at == len(talk.messages) - 1 else "<|im_end|>\n"
            return f"<|im_start|>assistant\n{_assistant(talk, at)}{end}"
        case "tool":
            return _result(talk, at)
    return f"<|im_start|>{message['role']}\n{text}<|im_end|>\n"


def _assistant(talk: Talk, at: int) -> str:
    message = talk.messages[at]
    thinks = talk.think is not False
    thought, text = _split(message, thinks=thinks)
    body = f"<think>\n{thought}\n</think>\n\n" if thinks and _is_new(talk, at) else ""
    calls = _written(tuple(calls_of(message)))
    gap = "\n\n" if calls and text.strip() else ""
    return body + text + gap + "".join(calls)


def _result(talk: Talk, at: int) -> str:
    first = at == 0 or talk.messages[at - 1]["role"] != "tool"
    last = at == len(talk.messages) - 1 or talk.messages[at + 1]["role"] != "tool"
    body = f"\n<tool_response>\n{text_of(talk.messages[at])}\n</tool_response>"
    head = "<|im_start|>user" if first else ""
    return head + body + ("<|im_end|>\n" if last else "")


def _is_new(talk: Talk, at: int) -> bool:
    """Whether a message came after the user's last words."""
    # Without any user the last message counts as the question.
    last = talk.last_user if talk.last_user >= 0 else len(talk.messages) - 1
    return at > last


def _split(message: Message, *, thinks: bool) -> tuple[str, str]:
    """Tell thought and text apart, also where both came as text."""
    text = text_of(message).strip()
    if thinks and thought_of(message):
        return thought_of(message).strip(), text
    before, closed, after = text.partition(THINK[1])
    if not closed:
        return "", text
    return before.rpartition(THINK[0])[2].strip(), after.lstrip("\n")


def _written(calls: tuple[Call, ...]) -> tuple[str, ...]:
    """Write calls, each a piece."""
    return tuple(
        ("\n" if at else "") + f"<tool_call>\n<function={call.name}>\n"
        f"{_parameters(call.arguments)}</function>\n</tool_call>"
        for at, call in enumerate(calls)
    )


def _parameters(arguments: dict[str, Any]) -> str:
    return "".join(
        f"<parameter={name}>\n{argument(value)}\n</parameter>\n"
        for name, value in arguments.items()
    )


def _properties(tools: tuple[Tool, ...] | Any, name: str) -> dict[str, Any]:
    for tool in tools:
        if tool["function"]["name"] == name:
            parameters = tool["function"].get("parameters") or {}
            return parameters.get("properties") or {}
    return {}
