"""The prompt that a model would read: its text, its length, what fits of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from .layouts import LAYOUTS, PLAIN, Layout, Message, Talk, Think, Tool
from .tokens import count_tokens


@dataclass(frozen=True)
class Prompt:
    """A rendered prompt, with the messages that fitted."""

    messages: list[Message]
    text: str
    tokens: int
    talk: Talk
    layout: Layout
    too_long: bool = False
    images: int = 0

    @property
    def mark(self) -> int:
        """Where the user's newest message begins in the text."""
        return self.text.rfind(self.layout.user_mark)


def fit(
    messages: Sequence[Message],
    tools: Sequence[Tool],
    num_ctx: int,
    layout: Layout = LAYOUTS[PLAIN],
    think: Think = None,
) -> Prompt:
    """Drop the oldest messages until the prompt fits, as Ollama does silently.

    System messages and the last message always stay.
    """
    kept = [{"role": "", **message} for message in messages]
    today = datetime.now(UTC).date().isoformat()

    def talk() -> Talk:
        return Talk(_with_images(kept), tools, think, today)

    text = layout.render(talk())
    too_long = count_tokens(text) > num_ctx
    while count_tokens(text) > num_ctx:
        oldest = next(
            (at for at, each in enumerate(kept[:-1]) if each["role"] != "system"),
            None,
        )
        if oldest is None:
            break
        del kept[oldest]
        text = layout.render(talk())
    tokens = min(count_tokens(text), num_ctx)
    images = sum(len(message.get("images") or ()) for message in kept)
    return Prompt(kept, text, tokens, talk(), layout, too_long, images)


def _with_images(messages: Sequence[Message]) -> list[Message]:
    """Say in the text where the images are, numbered through the prompt."""
    marked: list[Message] = []
    number = 0
    for message in messages:
        images = len(message.get("images") or ())
        marks = "".join(f"[img-{number + at}]" for at in range(images))
        number += images
        text = f"{marks}{message.get('content') or ''}"
        marked.append({**message, "content": text} if marks else message)
    return marked
