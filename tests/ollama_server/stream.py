"""A reply as Ollama sends it: the chunks of a stream, or one whole answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from .prompt import DECODE_NS_PER_TOKEN, LOAD_NS, PREFILL_NS_PER_TOKEN
from .script import Call, Reply

type Line = dict[str, Any]


@dataclass(frozen=True)
class Chat:
    """What a chat's answer says of itself."""

    model: str
    prompt_tokens: int = 0
    was_loaded: bool = True
    think: bool = False
    num_predict: int = -1

    def stream(self, reply: Reply) -> Iterator[Line]:
        """Make the chunks of a reply, the last of them final."""
        sent, cut = 0, False
        for message in _messages(reply, think=self.think):
            if cut := 0 < self.num_predict <= sent:
                break
            sent += 1
            yield self._head() | {"message": message, "done": False}
        yield self.final("length" if cut else "stop", sent)

    def whole(self, reply: Reply) -> Line:
        """Make the answer when nothing is streamed."""
        *parts, final = self.stream(reply)
        message: dict[str, Any] = {"role": "assistant", "content": ""}
        for part in parts:
            for key in ("content", "thinking"):
                if text := part["message"].get(key):
                    message[key] = message.get(key, "") + text
            if calls := part["message"].get("tool_calls"):
                message.setdefault("tool_calls", []).extend(calls)
        return final | {"message": message}

    def final(self, reason: str, tokens: int) -> Line:
        """Make the chunk that ends an answer."""
        load = 0 if self.was_loaded else LOAD_NS
        prefill = self.prompt_tokens * PREFILL_NS_PER_TOKEN
        decode = tokens * DECODE_NS_PER_TOKEN
        return self._head() | {
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": reason,
            "total_duration": load + prefill + decode,
            "load_duration": load,
            "prompt_eval_count": self.prompt_tokens,
            "prompt_eval_duration": prefill,
            "eval_count": tokens,
            "eval_duration": decode,
        }

    def only(self, reason: str) -> Line:
        """Make the answer when a model was only loaded or unloaded."""
        return self._head() | {
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": reason,
        }

    def _head(self) -> Line:
        return {"model": self.model, "created_at": now()}


def now() -> str:
    """Tell the time as Ollama writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def pull_lines(digest: str, size: int) -> Iterator[Line]:
    """Make the lines of a download that goes well."""
    yield {"status": "pulling manifest"}
    layer = {
        "status": f"pulling {digest[:12]}",
        "digest": f"sha256:{digest}",
        "total": size,
    }
    yield layer
    for quarter in range(1, 5):
        yield layer | {"completed": size * quarter // 4}
    yield {"status": "verifying sha256 digest"}
    yield {"status": "writing manifest"}
    yield {"status": "success"}


def _messages(reply: Reply, *, think: bool) -> Iterator[dict[str, Any]]:
    if think:
        for chunk in reply.think:
            yield {"role": "assistant", "content": "", "thinking": chunk}
    for chunk in reply.content:
        yield {"role": "assistant", "content": chunk}
    calls = [_call(call, number) for number, call in enumerate(reply.calls)]
    for group in [[call] for call in calls] if reply.separately else [calls]:
        if group:
            yield {"role": "assistant", "content": "", "tool_calls": group}


def _call(call: Call, number: int) -> dict[str, Any]:
    return {
        "id": f"call_{uuid4().hex[:8]}",
        "function": {
            "index": number,
            "name": call.name,
            "arguments": call.arguments,
        },
    }
