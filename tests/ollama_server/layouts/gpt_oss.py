"""gpt-oss: messages in channels, functions declared as TypeScript."""

from typing import Any, override

from .base import (
    Call,
    Layout,
    Message,
    Reader,
    Said,
    Talk,
    Tool,
    calls_of,
    text_of,
    thought_of,
)
from .go import compact, merged
from .harmony import HarmonyReader, identifier

_IDENTITY = (
    "You are ChatGPT, a large language model trained by OpenAI.\n"
    "Knowledge cutoff: 2024-06\nCurrent date: "
)
_CHANNELS = (
    "# Valid channels: analysis, commentary, final. "
    "Channel must be included for every message."
)
_CALLS = "\nCalls to these tools must go to the commentary channel: 'functions'."
_TYPES = {
    "string": "string",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "array": "any[]",
    "object": "Record<string, any>",
    "null": "null",
}
_START = "<|start|>assistant"
_FINAL = "<|channel|>final<|message|>"
_ANALYSIS = "<|channel|>analysis<|message|>"
_COMMENTARY = "<|channel|>commentary<|message|>"


class GptOss(Layout):
    """gpt-oss, which always thinks, more or less."""

    name = "gpt-oss"
    user_mark = "<|start|>user"

    @override
    def render(self, talk: Talk) -> str:
        system, talk = merged(talk)
        parts = [_system(talk), _developer(talk, system)]
        parts += [_message(talk, at) for at in range(len(talk.messages))]
        if not _is_open(talk):
            parts.append(_START)
        return "".join(parts)

    @override
    def write(self, talk: Talk, said: Said) -> tuple[str, ...]:
        pieces: list[str] = []
        opened = _is_open(talk)
        if said.thinking:
            head = "" if opened else _ANALYSIS
            pieces += [head, *said.thinking, f"<|end|>{_START}"]
            opened = False
        if said.content:
            # Words in front of a call are commentary.
            channel = _COMMENTARY if said.calls else _FINAL
            pieces += ["" if opened else channel, *said.content]
            if said.calls:
                pieces.append(f"<|end|>{_START}")
        for at, call in enumerate(said.calls):
            pieces += [_START if at else "", _written(call, identifier(call.name))]
        return tuple(piece for piece in pieces if piece)

    @override
    def reader(self, talk: Talk) -> Reader:
        names = [str(tool["function"]["name"]) for tool in talk.tools]
        prompt = self.render(talk.of(talk.messages[-1:]))
        opened = prompt[prompt.rindex(_START) :] if _is_open(talk) else _START
        cut = opened.find("<|message|>")
        return HarmonyReader(opened if cut < 0 else f"{opened[:cut]}<|message|>", names)


def _system(talk: Talk) -> str:
    level = {None: "medium", True: "medium", False: "", "max": "high"}
    reasoning = level.get(talk.think, talk.think)
    parts = [_IDENTITY + talk.today]
    if reasoning:
        parts.append(f"Reasoning: {reasoning}")
    parts.append(_CHANNELS + (_CALLS if talk.tools else ""))
    return f"<|start|>system<|message|>{'\n\n'.join(parts)}<|end|>"


def _developer(talk: Talk, system: str) -> str:
    if not system and not talk.tools:
        return ""
    body = ""
    if talk.tools:
        functions = "".join(_declared(tool) for tool in talk.tools)
        body = (
            "# Tools\n\n## functions\n\nnamespace functions {\n\n"
            f"{functions}}} // namespace functions"
        )
    if system:
        body += f"\n\n# Instructions\n\n{system}"
    return f"<|start|>developer<|message|>{body}<|end|>"


def _declared(tool: Tool) -> str:
    function = tool["function"]
    properties = (function.get("parameters") or {}).get("properties") or {}
    description = function.get("description")
    head = f"// {description}\n" if description else ""
    name = identifier(str(function["name"]))
    lines = "".join(_property(key, properties[key]) for key in sorted(properties))
    taken = f"_: {{\n{lines}}}" if lines else ""
    return f"{head}type {name} = ({taken}) => any;\n\n"


def _property(name: str, schema: dict[str, Any]) -> str:
    description = schema.get("description")
    comment = f"  // {description}\n" if description else ""
    return f"{comment}  {name}: {_type(schema)},\n"


def _type(schema: dict[str, Any]) -> str:
    if branches := schema.get("anyOf"):
        return " | ".join(_type(branch) for branch in branches)
    given = schema.get("type") or ()
    names = [given] if isinstance(given, str) else list(given)
    return " | ".join(_TYPES.get(name, "any") for name in names) or "any"


def _message(talk: Talk, at: int) -> str:
    message = talk.messages[at]
    text = text_of(message)
    match message["role"]:
        case "assistant":
            return _assistant(talk, at)
        case "tool":
            name = message.get("tool_name") or ""
            head = f"<|start|>functions.{name} to=assistant"
            return f"{head}<|message|>{text}<|end|>"
    return f"<|start|>{message['role']}<|message|>{text}<|end|>"


def _assistant(talk: Talk, at: int) -> str:
    message = talk.messages[at]
    parts = []
    if (thought := thought_of(message)) and at > talk.last_user:
        parts.append(f"{_START}{_ANALYSIS}{thought}<|end|>")
    if text := text_of(message):
        parts.append(f"{_START}{_FINAL}{text}<|end|>")
    parts += [f"{_START}{_written(call, call.name)}" for call in calls_of(message)]
    whole = "".join(parts)
    last = at == len(talk.messages) - 1
    return whole.removesuffix("<|end|>") if last and _is_open(talk) else whole


def _is_open(talk: Talk) -> bool:
    """Whether the model goes on within its last message."""
    message: Message = talk.prefill or {}
    begun = bool(text_of(message) or thought_of(message))
    return begun and not message.get("tool_calls")


def _written(call: Call, name: str) -> str:
    """Write a call; a model writes the name as declared, history as it was."""
    head = f"<|channel|>commentary to=functions.{name} <|constrain|>json<|message|>"
    return f"{head}{compact(call.arguments)}<|call|>"
