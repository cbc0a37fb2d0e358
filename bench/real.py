"""A report on a real Ollama: Jarvis beside Home Assistant core's own agent.

For owners to share: which model on what, how long it reads prompts, how soon the first
word comes, and how many everyday commands are done right in a small furnished house.
The house is one of this benchmark's own, in a Home Assistant that ends with it.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from statistics import median

import httpx

from homeassistant.core import HomeAssistant
from tests.house import async_furnish

from .measures.commands import COMMANDS, Command, async_reset, is_done, situation
from .stage.core import BARE, home_assistant
from .stage.figures import Target, Value, options, show
from .stage.recorder import Recorder, recording
from .stage.sides import Side, core, jarvis, settled

NUM_CTX = 8192
"""The context that both integrations ask for if nobody changes it."""
CHAT = ("Good evening!", "Tell me something about the sea.", "And about its fish?")
_PATIENCE = httpx.Timeout(600, connect=5)


@dataclass(slots=True)
class Run:
    """What came of one agent."""

    figures: dict[str, float] = field(default_factory=dict)
    done: list[bool] = field(default_factory=list)
    """Whether each command was done right."""


def main() -> None:
    """Measure and report."""
    parser = options("real", __doc__)
    parser.add_argument("--ollama", required=True, metavar="URL")
    parser.add_argument("--model", help="otherwise one in memory, or the newest")
    parser.add_argument("--commands", type=int, help="only so many in each language")
    chosen = parser.parse_args()
    figures = asyncio.run(report(chosen.ollama, chosen.model, chosen.commands))
    show(figures, _target, chosen.json)


async def report(url: str, model: str | None, most: int | None) -> dict[str, Value]:
    """Return all figures of a server."""
    async with httpx.AsyncClient(base_url=url, timeout=_PATIENCE) as http:
        model = model or await _chosen(http)
        async with recording(url) as recorder, home_assistant(BARE) as hass:
            await async_furnish(hass)
            stage = _Stage(hass, http, recorder, model, _commands(most))
            others = await stage.run("core")
            mine = await stage.run("model only")
            hardware = await _hardware(http, model)
            local = await stage.run("jarvis")
    _print_commands(most, {"Jarvis": local, "model only": mine, "core": others})
    loaded = max(chat.load_seconds for chat in recorder.chats)
    figures: dict[str, Value] = {**hardware, "load_s": loaded}
    for name, value in mine.figures.items():
        figures[name] = value
        figures[f"core.{name}"] = others.figures[name]
    for language in ("en", "fr"):
        for name, run in (
            (f"right.{language}", local),
            (f"right_model_only.{language}", mine),
            (f"core.right.{language}", others),
        ):
            figures[name] = sum(
                done
                for command, done in zip(_commands(most), run.done, strict=True)
                if command.language == language
            )
        figures[f"commands.{language}"] = sum(
            command.language == language for command in _commands(most)
        )
    return figures


@dataclass(slots=True)
class _Stage:
    """A house, and the server that both agents ask in turn."""

    hass: HomeAssistant
    http: httpx.AsyncClient
    recorder: Recorder
    model: str
    commands: Sequence[Command]

    async def run(self, whose: str) -> Run:
        """Measure one agent, from a model that is not in memory on."""
        run = Run()
        began = len(self.recorder.chats)
        if whose != "jarvis":
            unload = {"model": self.model, "keep_alive": 0}
            await self.http.post("/api/chat", json=unload)
        async with self._side(whose) as side:
            await settled(side)
            await self.recorder.idle()
            if whose != "jarvis":
                run.figures = await self._talk(side, began)
            await self._command(side, run)
        return run

    def _side(self, whose: str) -> AbstractAsyncContextManager[Side]:
        """Set up an agent; Jarvis as people get it, or all left to the model."""
        url = self.recorder.url
        if whose == "core":
            return core(self.hass, url, self.model, num_ctx=NUM_CTX)
        local = whose == "jarvis"
        return jarvis(self.hass, url, self.model, prefer_local=local, num_ctx=NUM_CTX)

    async def _talk(self, side: Side, began: int) -> dict[str, float]:
        """Return what prompts cost: with nothing read, a beginning, a conversation."""
        first, other, again = CHAT
        chats = self.recorder.chats
        await side.say(first)
        await self.recorder.idle()
        # Whoever prepares has the prompt read before anybody speaks: cold is that.
        cold = max(chats[began:], key=lambda chat: chat.prompt_seconds)
        heard = await side.say(other)
        await self.recorder.idle()
        warm = chats[-1]
        await side.say(again, conversation_id=heard.conversation_id)
        await self.recorder.idle()
        return {
            "prompt_tokens": cold.prompt_tokens,
            "prompt_s.cold": cold.prompt_seconds,
            "prompt_s.warm": warm.prompt_seconds,
            "prompt_s.second_turn": chats[-1].prompt_seconds,
            "first_word_s.warm": heard.first_word,
        }

    async def _command(self, side: Side, run: Run) -> None:
        """Give every command to an agent, each in a house as it was."""
        words, whole = [], []
        for command in self.commands:
            await async_reset(self.hass)
            before = situation(self.hass)
            heard = await side.say(command.text, language=command.language)
            await self.hass.async_block_till_done()
            await self.recorder.idle()
            run.done.append(is_done(command, before, situation(self.hass)))
            words.append(heard.first_word)
            whole.append(heard.seconds)
        run.figures["first_word_s.commands"] = median(words)
        run.figures["turn_s.commands"] = median(whole)


def _commands(most: int | None) -> Sequence[Command]:
    """Return the commands, all or the first of each language."""
    return [
        command
        for language in ("en", "fr")
        for command in [one for one in COMMANDS if one.language == language][:most]
    ]


async def _chosen(http: httpx.AsyncClient) -> str:
    """Return a model that is in memory, otherwise the newest that uses tools."""
    loaded = (await http.get("/api/ps")).json()["models"]
    installed = (await http.get("/api/tags")).json()["models"]
    for model in (*loaded, *installed):
        shown = await http.post("/api/show", json={"model": model["name"]})
        if "tools" in shown.json().get("capabilities", ()):
            return str(model["name"])
    raise SystemExit("No model there can use tools: name one with --model.")


async def _hardware(http: httpx.AsyncClient, model: str) -> dict[str, Value]:
    """Return what the server tells of itself and of the model in its memory."""
    shown = (await http.post("/api/show", json={"model": model})).json()
    details = shown.get("details", {})
    told: dict[str, Value] = {
        "model": model,
        "family": details.get("family"),
        "parameters": details.get("parameter_size"),
        "quantization": details.get("quantization_level"),
        "version": (await http.get("/api/version")).json()["version"],
    }
    for loaded in (await http.get("/api/ps")).json()["models"]:
        if loaded["name"] == model:
            told["memory_gb"] = round(loaded["size"] / 1e9, 1)
            share = loaded.get("size_vram", 0) / (loaded["size"] or 1)
            told["in_graphics"] = round(share, 2)
            told["context"] = loaded.get("context_length")
    return told


def _print_commands(most: int | None, runs: dict[str, Run]) -> None:
    """Print who did which command right."""
    print("done right by:", ", ".join(runs))
    for number, command in enumerate(_commands(most)):
        marks = " ".join("✓" if run.done[number] else "✗" for run in runs.values())
        print(f"{marks}  {command.text}")
    print()


def _target(name: str) -> Target | None:
    """Return what a figure has to be: at least as good as core's agent."""
    return Target(least_core=True) if name.startswith("right.") else None


if __name__ == "__main__":
    main()
