"""How models are shown a conversation, each family in its own layout."""

from .base import (
    Call,
    Layout,
    Message,
    Reader,
    Said,
    Talk,
    Think,
    Tool,
    UnreadableError,
)
from .gemma4 import Gemma4, Gemma4Large, Gemma4Small
from .gpt_oss import GptOss
from .llama3 import Llama32, Llama33
from .mistral import Mistral
from .plain import Plain
from .qwen3 import Qwen3
from .qwen35 import Qwen35

PLAIN = Plain.name
LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Plain(),
        Llama33(),
        Llama32(),
        Qwen35(),
        Qwen3(),
        Gemma4(),
        Gemma4Small(),
        Gemma4Large(),
        GptOss(),
        Mistral(),
    )
}

__all__ = [
    "LAYOUTS",
    "PLAIN",
    "Call",
    "Layout",
    "Message",
    "Reader",
    "Said",
    "Talk",
    "Think",
    "Tool",
    "UnreadableError",
]
