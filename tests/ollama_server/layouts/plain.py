"""No model's layout: one line a message, tools as JSON in front."""

import json
from typing import override

from .base import Layout, Reader, Said, Talk


class Plain(Layout):
    """The layout of models of which nothing is known."""

    name = "plain"
    user_mark = "<|user|>"

    @override
    def render(self, talk: Talk) -> str:
        lines = [_dumps(tool) for tool in talk.tools]
        for message in talk.messages:
            lines.append(f"<|{message['role']}|>{message.get('content') or ''}")
            lines.extend(_dumps(call) for call in message.get("tool_calls") or ())
        return "\n".join(lines)

    @override
    def write(self, talk: Talk, said: Said) -> tuple[str, ...]:
        calls = (
            _dumps({"function": {"name": call.name, "arguments": call.arguments}})
            for call in said.calls
        )
        return (*said.content, *(f"\n{call}" for call in calls))

    @override
    def reader(self, talk: Talk) -> Reader:
        return _AsItComes()


class _AsItComes(Reader):
    """Takes everything for content."""

    @override
    def read(self, text: str, *, end: bool = False) -> Said:
        return Said(content=(text,) if text else ())


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
