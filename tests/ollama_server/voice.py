"""What a model says: as its layout writes it, and as Ollama tells it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from .layouts import Call, Said
from .prompt import Prompt
from .script import Reply

type Spoken = dict[str, Any]


class Voice:
    """One reply to one prompt."""

    def __init__(
        self, prompt: Prompt, reply: Reply, *, thinks: bool, native: bool
    ) -> None:
        self._prompt = prompt
        self._reply = reply
        self._thinking = reply.think if thinks else ()
        self._native = native or reply.native
        self.raw = self._written()

    def messages(self) -> Iterator[Spoken]:
        """Tell the reply, message by message."""
        return self._read() if self._native else self._scripted()

    def _written(self) -> tuple[str, ...]:
        """Write the reply as the model would."""
        reply = self._reply
        if self._native and reply.raw:
            # Raw is all that is printed, but for thoughts and words that stand beside.
            said = Said(self._thinking, reply.say, reply.calls)
            beside = self._thinking or reply.say or reply.calls
            return (*(self._layout_writes(said) if beside else ()), *reply.raw)
        return self._layout_writes(Said(self._thinking, reply.content, reply.calls))

    def _layout_writes(self, said: Said) -> tuple[str, ...]:
        return self._prompt.layout.write(self._prompt.talk, said)

    def _read(self) -> Iterator[Spoken]:
        """Read back what was written, as Ollama's parsers do."""
        reader = self._prompt.layout.reader(self._prompt.talk)
        number = 0
        for said in (
            *(reader.read(piece) for piece in self.raw),
            reader.read("", end=True),
        ):
            message: Spoken = {"role": "assistant", "content": "".join(said.content)}
            if said.thinking:
                message["thinking"] = "".join(said.thinking)
            if said.calls:
                calls = enumerate(said.calls, start=number)
                message["tool_calls"] = [_call(call, at) for at, call in calls]
                number += len(said.calls)
            if said != Said():
                yield message

    def _scripted(self) -> Iterator[Spoken]:
        for chunk in self._thinking:
            yield {"role": "assistant", "content": "", "thinking": chunk}
        for chunk in self._reply.content:
            yield {"role": "assistant", "content": chunk}
        calls = [_call(call, number) for number, call in enumerate(self._reply.calls)]
        apart = self._reply.separately
        for group in [[call] for call in calls] if apart else [calls]:
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
