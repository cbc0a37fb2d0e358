"""The prompt that a model would read: its text, its length, what fits of it."""

from dataclasses import dataclass
import json
from typing import Any

type Message = dict[str, Any]
type Tool = dict[str, Any]

CHARACTERS_PER_TOKEN = 4
PREFILL_NS_PER_TOKEN = 200_000
DECODE_NS_PER_TOKEN = 10_000_000
LOAD_NS = 1_500_000_000


@dataclass(frozen=True)
class Prompt:
    """A rendered prompt, with the messages that fitted."""

    messages: list[Message]
    text: str
    tokens: int
    too_long: bool = False


def render(messages: list[Message], tools: list[Tool]) -> str:
    """Lay out tools and messages as the text that the model reads."""
    lines = [json.dumps(tool, ensure_ascii=False, sort_keys=True) for tool in tools]
    for message in messages:
        lines.append(f"<|{message.get('role', '')}|>{message.get('content') or ''}")
        lines.extend(
            json.dumps(call, ensure_ascii=False, sort_keys=True)
            for call in message.get("tool_calls") or ()
        )
    return "\n".join(lines)


def count_tokens(text: str) -> int:
    """How many tokens a text has, roughly."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def fit(messages: list[Message], tools: list[Tool], num_ctx: int) -> Prompt:
    """Drop the oldest messages until the prompt fits, as Ollama does silently.

    System messages and the last message always stay.
    """
    kept = list(messages)
    text = render(kept, tools)
    too_long = count_tokens(text) > num_ctx
    while count_tokens(text) > num_ctx:
        oldest = next(
            (at for at, each in enumerate(kept[:-1]) if each.get("role") != "system"),
            None,
        )
        if oldest is None:
            break
        del kept[oldest]
        text = render(kept, tools)
    return Prompt(kept, text, min(count_tokens(text), num_ctx), too_long)
