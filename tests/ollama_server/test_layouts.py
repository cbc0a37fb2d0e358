"""The prompts of real models, to the letter, and what they write, read back."""

from collections.abc import Iterator
import json
import os
from pathlib import Path
from typing import Any

from annotatedyaml import parse_yaml
import httpx
import pytest

from .client import MODEL, chat, serving
from .layouts import LAYOUTS, PLAIN, Call, Said, Talk, UnreadableError
from .models import CATALOGUE

CASES = Path(__file__).with_name("layouts") / "cases"
TODAY = "2026-11-22"
LARGER_SET = "JARVIS_LAYOUT_CASES"
REAL = sorted(LAYOUTS.keys() - {PLAIN})
SPOKEN = Said(content=("Un", " instant", "."))
CALLED = Said(
    calls=(
        Call("set_lamp", {"lamp": "reading, upstairs", "bright": 20}),
        Call("read_sensor", {"kind": "warmth"}),
    )
)


def _read(name: str) -> dict[str, Any]:
    data = parse_yaml((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


TOOLS = _read("talks")["tools"]
QUESTION = Talk(({"role": "user", "content": "Is it warm?"},), TOOLS, False)


def _is_built_in(name: str) -> bool:
    return name == "python" or name.startswith("browser.")


def own_cases() -> Iterator[Any]:
    """Give the committed cases: layout, conversation, prompt."""
    talks = _read("talks")
    for path in sorted(CASES.glob("*.yaml")):
        name = path.name.removesuffix(".yaml")
        if name == "talks":
            continue
        data = _read(name)
        for case, expected in data["cases"].items():
            for part, text in (data.get("parts") or {}).items():
                expected = expected.replace(f"«{part}»", text)  # noqa: PLW2901
            given = talks["talks"][case]
            tools = talks["tools"] if given["tools"] else ()
            talk = Talk(given["messages"], tools, given["think"], TODAY)
            yield pytest.param(name, talk, expected, id=f"{name}-{case}")


def larger_set() -> Iterator[Any]:
    """Give the cases of a larger set, where there is one."""
    folder = Path(__file__).parents[3] / "shared" / "data" / "layouts"
    path = Path(os.environ.get(LARGER_SET) or folder / "cases.jsonl")
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        case = json.loads(line)
        tools = case["tools"] or ()
        # What gpt-oss was trained with is declared otherwise, and in no home.
        trained = any(_is_built_in(tool["function"]["name"]) for tool in tools)
        if case["layout"] not in LAYOUTS or (case["layout"] == "gpt-oss" and trained):
            continue
        talk = Talk(case["messages"], tools, case["think"], case.get("date", ""))
        label = f"{case['layout']}-{case['name']}"
        yield pytest.param(case["layout"], talk, case["rendered"], id=label)


@pytest.mark.parametrize(("name", "talk", "expected"), [*own_cases(), *larger_set()])
def test_prompt(name: str, talk: Talk, expected: str) -> None:
    """A conversation is laid out to the letter."""
    assert LAYOUTS[name].render(talk) == expected


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("said", [SPOKEN, CALLED], ids=["spoken", "called"])
def test_answers_are_read_back(name: str, size: int, said: Said) -> None:
    """Whatever its pieces are, an answer is read as it was meant."""
    layout = LAYOUTS[name]
    raw = "".join(layout.write(QUESTION, said))
    read = _whole(_in_pieces(name, QUESTION, raw, size))
    assert read == _whole(said)


@pytest.mark.parametrize(
    "name", ["qwen3.5", "qwen3", "gemma4", "gemma4-large", "gpt-oss"]
)
@pytest.mark.parametrize("size", [1, 5, 1000])
@pytest.mark.parametrize("said", [SPOKEN, CALLED], ids=["spoken", "called"])
def test_thoughts_are_read_back(name: str, size: int, said: Said) -> None:
    """Thoughts are told apart from what is spoken and called."""
    talk = Talk(QUESTION.messages, QUESTION.tools, True)
    thought = Said(thinking=("They ask", " about", " warmth."))
    raw = "".join(LAYOUTS[name].write(talk, thought + said))
    assert _whole(_in_pieces(name, talk, raw, size)) == _whole(thought + said)


@pytest.mark.parametrize(
    ("name", "raw", "content"),
    [
        ("llama3.3", '{"name": "unknown", "parameters": {}}', None),
        ("llama3.3", "{warm}", None),
        ("qwen3", "<tool_call>\nset_lamp\n</tool_call>", None),
        ("qwen3.5", "<function=set_lamp>\n</function>", None),
        ("mistral", "[TOOL_CALLS] set_lamp", None),
        ("gemma4", "call:set_lamp{}", None),
        ("qwen3.5", "<tool_call>\n<function=set_lamp>", ""),
        ("gemma4", "<|tool_call>set_lamp<tool_call|>", ""),
        ("gpt-oss", "It is warm.", ""),
    ],
)
def test_what_is_no_call(name: str, raw: str, content: str | None) -> None:
    """What cannot be read is spoken as it is, or lost, as with the real parsers."""
    read = _in_pieces(name, QUESTION, raw, 4)
    assert read.calls == ()
    assert "".join(read.content) == (raw if content is None else content)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("qwen3.5", "<tool_call>\n<function=set_lamp>\n</tool_call>"),
        (
            "gpt-oss",
            "<|channel|>commentary to=functions.set_lamp<|message|>{lamp<|call|>",
        ),
    ],
)
def test_what_breaks_the_answer(name: str, raw: str) -> None:
    """Some parsers give up altogether."""
    with pytest.raises(UnreadableError, match="pars"):
        _in_pieces(name, QUESTION, raw, 7)


def test_calls_need_tools_where_they_are_bare() -> None:
    """Bare JSON is text when no tools were offered."""
    talk = Talk(QUESTION.messages)
    raw = '{"name": "set_lamp", "parameters": {"lamp": "loft"}}'
    assert "".join(_in_pieces("llama3.3", talk, raw, 5).content) == raw


def test_catalogue_names_layouts() -> None:
    """The models that people have are laid out as theirs."""
    layouts = {model.name: model.layout for model in CATALOGUE}
    assert layouts["llama3.3:70b"] == "llama3.3"
    assert layouts["qwen3.5:4b"] == "qwen3.5"
    assert layouts["gemma4:12b"] == "gemma4"
    assert layouts["gpt-oss:20b"] == "gpt-oss"
    assert layouts["tinyllama:latest"] == PLAIN


@pytest.mark.parametrize("stream", [True, False])
async def test_render_only(socket_enabled: None, stream: bool) -> None:
    """A prompt can be had without an answer to it."""
    body = {
        "model": MODEL,
        "messages": [{"role": "user", "content": "Look.", "images": ["aGk="]}],
        "think": False,
        "stream": stream,
        "_debug_render_only": True,
    }
    async with (
        serving() as (server, client),
        httpx.AsyncClient(base_url=server.url) as http,
    ):
        answer = (await http.post("/api/chat", json=body)).json()
        loaded = (await client.ps()).models
    expected = "<bos><|turn>user\n[img-0]Look.<turn|>\n<|turn>model\n"
    debug = {"rendered_template": expected, "image_count": 1}
    assert answer["_debug_info"] == debug
    assert answer["done"] is False
    assert loaded[0].model == MODEL
    assert server.costs == []


async def test_count_is_of_the_rendered_prompt(socket_enabled: None) -> None:
    """What is counted is what the model reads, tools and marks included."""
    async with serving(layout="qwen3.5") as (server, client):
        bare = (await chat(client))[-1]
        with_tools = (await chat(client, tools=TOOLS))[-1]
    assert bare.prompt_eval_count == server.costs[0].prompt_tokens
    assert server.costs[0].text.startswith("<|im_start|>user\nBonjour<|im_end|>")
    assert (with_tools.prompt_eval_count or 0) > 200
    assert server.costs[1].layout == "qwen3.5"


def _in_pieces(name: str, talk: Talk, raw: str, size: int) -> Said:
    reader = LAYOUTS[name].reader(talk)
    said = Said()
    for at in range(0, len(raw), size):
        said += reader.read(raw[at : at + size])
    return said + reader.read("", end=True)


def _whole(said: Said) -> Said:
    """Join the pieces, so that two answers can be compared."""
    thinking, content = "".join(said.thinking), "".join(said.content)
    return Said((thinking,), (content,), said.calls)
