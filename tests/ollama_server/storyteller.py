"""A model that tells one story, and takes it up again where its telling broke off."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, override

from .asked import Turn
from .layouts import Call
from .script import Reply, Script, token_chunks

TOLD = "<turn|>"
"""What ends a reply in the layout of models that close a broken one."""


class Manner(StrEnum):
    """How a model goes on that is asked for the rest."""

    REST = "rest"
    ANEW = "anew"
    IN_FRONT = "in front"
    """Anew, with some words in front."""
    OVERLAP = "overlap"
    """With the last words once more."""


@dataclass
class Storyteller(Script):
    """Says an opening and calls a tool, if there is one; then tells the story."""

    story: str = ""
    opening: str = ""
    call: dict[str, Any] | None = None
    manner: Manner = Manner.REST
    delay: float = 0.0

    @override
    def reply(self, turn: Turn) -> Reply | None:
        """Begin, or go on where the prompt says that it broke off."""
        acts = self.call is not None and "tool_response" not in turn.prompt
        text = self.opening if acts else self.story
        calls: tuple[Call, ...] = ()
        if acts and self.call:
            name = turn.offered(self.call["name"])
            calls = (Call(name, self.call["arguments"]),)
        return Reply(
            say=token_chunks(self._next(text, turn)), calls=calls, delay=self.delay
        )

    def _next(self, text: str, turn: Turn) -> str:
        """Return what is left to say."""
        for cut in range(len(text), 0, -1):
            if turn.prompt.endswith(text[:cut].rstrip()):
                return text[len(text[:cut].rstrip()) :]
        if not turn.said.startswith("Your reply was cut off."):
            return text
        for cut in range(len(text), 0, -1):
            if f"{text[:cut].rstrip()}{TOLD}" in turn.prompt:
                return self._again(text, text[:cut])
        return text

    def _again(self, text: str, said: str) -> str:
        """Go on, in the model's own manner."""
        match self.manner:
            case Manner.REST:
                return text[len(said) :].lstrip()
            case Manner.ANEW:
                return text
            case Manner.IN_FRONT:
                return f"Of course: {text}"
        return " ".join(said.split()[-3:]) + " " + text[len(said) :].lstrip()
