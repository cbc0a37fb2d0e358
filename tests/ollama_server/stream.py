"""A reply as Ollama sends it: the chunks of a stream, or one whole answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .cost import Run
from .layouts import UnreadableError
from .prompt import Prompt

type Line = dict[str, Any]


@dataclass(frozen=True)
class Chat:
    """What a chat's answer says of itself."""

    model: str
    num_predict: int = -1

    def stream(self, messages: Iterable[Line], run: Run) -> Iterator[Line]:
        """Make the chunks of a reply, the last of them final."""
        sent, cut = 0, False
        try:
            for message in messages:
                if cut := 0 < self.num_predict <= sent:
                    break
                sent += 1
                yield self._head() | {"message": message, "done": False}
        except UnreadableError as err:
            yield {"error": str(err)}
            return
        yield self.final("length" if cut else "stop", sent, run)

    def whole(self, lines: Iterable[Line]) -> Line:
        """Make the answer when nothing is streamed."""
        *parts, final = lines
        if "error" in final:
            return final
        message: dict[str, Any] = {"role": "assistant", "content": ""}
        for part in parts:
            for key in ("content", "thinking"):
                if text := part["message"].get(key):
                    message[key] = message.get(key, "") + text
            if calls := part["message"].get("tool_calls"):
                message.setdefault("tool_calls", []).extend(calls)
        return final | {"message": message}

    def final(self, reason: str, tokens: int, run: Run) -> Line:
        """Make the chunk that ends an answer."""
        decode = tokens * run.decode_ns
        return self._head() | {
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": reason,
            "total_duration": run.load_ns + run.prefill_ns + decode,
            "load_duration": run.load_ns,
            # Reused tokens count here, but their reading took no time.
            "prompt_eval_count": run.cost.prompt_tokens,
            "prompt_eval_duration": run.prefill_ns,
            "eval_count": tokens,
            "eval_duration": decode,
        }

    def rendered(self, prompt: Prompt) -> Line:
        """Make the answer when the prompt was only rendered."""
        info: dict[str, Any] = {"rendered_template": prompt.text}
        if prompt.images:
            info["image_count"] = prompt.images
        return self._head() | {
            "message": {"role": "", "content": ""},
            "done": False,
            "_debug_info": info,
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
