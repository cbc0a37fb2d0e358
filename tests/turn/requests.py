"""What a model is given, request by request, and how it may change."""

from itertools import pairwise
import json
from typing import Any

from tests.house import Jarvis

type Body = dict[str, Any]
type Message = dict[str, Any]


def turns(jarvis: Jarvis) -> list[Body]:
    """Return the requests of turns, without those that only prepare for them."""
    return [
        body
        for body in jarvis.ollama.chats
        if "_debug_render_only" not in body
        and (body.get("options") or {}).get("num_predict") is None
    ]


def system(body: Body) -> str:
    """Return the system text of a request."""
    first = body["messages"][0]
    assert first["role"] == "system"
    return str(first["content"])


def newest(jarvis: Jarvis) -> str:
    """Return the newest user message that the model was given."""
    messages = turns(jarvis)[-1]["messages"]
    return str([one for one in messages if one["role"] == "user"][-1]["content"])


def blocks(jarvis: Jarvis) -> list[list[str]]:
    """Return the lines of each block before the newest words, without its frame."""
    *told, _words = newest(jarvis).split("</context>\n")
    lines = [one.splitlines() for one in told]
    assert all(opening == "<context>" for opening, *_ in lines)
    return [rest for _, *rest in lines]


def block(jarvis: Jarvis) -> list[str]:
    """Return the lines of all blocks before the newest words."""
    return [line for lines in blocks(jarvis) for line in lines]


def situation(jarvis: Jarvis) -> list[str]:
    """Return those of them that are neither about things nor the same for all."""
    same = ("language: ", "time: ")
    return [
        line for line in block(jarvis) if not line.lstrip().startswith(("- ", *same))
    ]


def is_prefix(before: Body, after: Body) -> bool:
    """Tell whether a request begins with all of another, byte for byte."""
    first, second = before["messages"], after["messages"]
    return json.dumps(first) == json.dumps(second[: len(first)])


def assert_only_grew(bodies: list[Body]) -> None:
    """Assert that each request is the one before and what was said since."""
    for before, after in pairwise(bodies):
        for key in ("tools", "options", "think", "model", "keep_alive"):
            assert json.dumps(after.get(key)) == json.dumps(before.get(key)), key
        assert is_prefix(before, after)
        assert len(after["messages"]) > len(before["messages"])
