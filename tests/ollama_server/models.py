"""The models of the scripted Ollama: what can be pulled, is installed, is loaded."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from .durations import FOREVER
from .kv_cache import Kind
from .layouts import LAYOUTS, PLAIN, Layout

GIB = 2**30
GPT_OSS = "gptoss"
MODIFIED_AT = "2026-09-01T08:00:00.000000000Z"
# What Ollama's own answer says of a model that never expires.
NEVER = timedelta(days=365 * 250)


@dataclass(frozen=True, kw_only=True)
class Model:
    """One model as it lies on the disk."""

    name: str
    version: int = 1
    """Of its weights: another one has another digest."""
    capabilities: tuple[str, ...] = ("completion", "tools")
    family: str = "llama"
    parameter_size: str = "8.0B"
    quantization: str = "Q4_K_M"
    size: int = 5 * GIB
    context_length: int = 131_072
    embedding_length: int = 256
    template: str = "{{ .Prompt }}"
    parameters: str = "temperature                    1"
    layout: str = PLAIN
    cache: Kind = Kind.FULL
    native: bool = False
    """Whether its replies are written in its layout and read back from it."""

    def lays_out(self) -> Layout:
        """Give the layout of its prompts."""
        return LAYOUTS[self.layout]

    @property
    def digest(self) -> str:
        """The digest of its manifest."""
        named = self.name if self.version == 1 else f"{self.name} {self.version}"
        return sha256(named.encode()).hexdigest()

    def can(self, capability: str) -> bool:
        """Whether the model has a capability."""
        return capability in self.capabilities

    def details(self) -> dict[str, Any]:
        """Say of it what every list says."""
        return {
            "parent_model": "",
            "format": "gguf",
            "family": self.family,
            "families": [self.family],
            "parameter_size": self.parameter_size,
            "quantization_level": self.quantization,
        }

    def as_tag(self) -> dict[str, Any]:
        """Its entry in /api/tags."""
        return {
            "name": self.name,
            "model": self.name,
            "modified_at": MODIFIED_AT,
            "size": self.size,
            "digest": self.digest,
            "details": self.details(),
        }

    def as_shown(self) -> dict[str, Any]:
        """Give the answer of /api/show."""
        return {
            "license": "",
            "modelfile": f"FROM {self.name}",
            "parameters": self.parameters,
            "template": self.template,
            "details": self.details(),
            "model_info": {
                "general.architecture": self.family,
                f"{self.family}.context_length": self.context_length,
                f"{self.family}.embedding_length": self.embedding_length,
                **(
                    {f"{self.family}.ssm.conv_kernel": 4}
                    if self.cache is Kind.HYBRID
                    else {}
                ),
            },
            "capabilities": list(self.capabilities),
            "modified_at": MODIFIED_AT,
        }


_THINKS = ("completion", "tools", "thinking")
CATALOGUE: tuple[Model, ...] = (
    Model(
        name="gemma4:12b",
        capabilities=("completion", "vision", "tools", "thinking"),
        family="gemma4",
        parameter_size="12.2B",
        size=8 * GIB,
        layout="gemma4",
        cache=Kind.SWA,
    ),
    Model(
        name="gpt-oss:20b",
        capabilities=_THINKS,
        family=GPT_OSS,
        parameter_size="20.9B",
        quantization="MXFP4",
        size=14 * GIB,
        layout="gpt-oss",
        cache=Kind.SWA,
    ),
    Model(
        name="qwen3.5:4b",
        capabilities=_THINKS,
        family="qwen35",
        parameter_size="4.7B",
        size=3 * GIB,
        context_length=262_144,
        layout="qwen3.5",
        cache=Kind.HYBRID,
    ),
    Model(
        name="llama3.2:3b",
        parameter_size="3.2B",
        size=2 * GIB,
        layout="llama3.2",
    ),
    Model(
        name="llama3.3:70b",
        parameter_size="70.6B",
        size=43 * GIB,
        layout="llama3.3",
    ),
    Model(
        name="tinyllama:latest",
        capabilities=("completion",),
        parameter_size="1B",
        quantization="Q4_0",
        size=GIB // 2,
        context_length=2_048,
    ),
    Model(
        name="embeddinggemma:latest",
        capabilities=("embedding",),
        family="gemma3",
        parameter_size="307.58M",
        quantization="BF16",
        size=GIB // 2,
        context_length=2_048,
    ),
    Model(name="ministral-3:8b", family="mistral3", size=6 * GIB),
    Model(
        name="gemma4:26b",
        capabilities=_THINKS,
        family="gemma4",
        parameter_size="25.8B",
        size=17 * GIB,
        layout="gemma4-large",
        cache=Kind.SWA,
    ),
    Model(
        name="qwen3:30b-a3b-instruct",
        family="qwen3moe",
        parameter_size="30.5B",
        size=18 * GIB,
        layout="qwen3",
    ),
)
INSTALLED = (
    "gemma4:12b",
    "gpt-oss:20b",
    "qwen3.5:4b",
    "llama3.2:3b",
    "tinyllama:latest",
    "embeddinggemma:latest",
)


@dataclass(frozen=True)
class Loaded:
    """One model in memory."""

    model: Model
    context_length: int
    expires_at: datetime
    on_processor: bool = False

    @property
    def size(self) -> int:
        """What it takes of memory."""
        return self.model.size + self.context_length * 65_536

    @property
    def in_graphics(self) -> int:
        """What it takes of graphics memory."""
        return 0 if self.on_processor else self.size


def full_name(name: str) -> str:
    """Complete a name with its tag, as Ollama does."""
    return name if ":" in name else f"{name}:latest"


class Models:
    """All models of one server."""

    def __init__(self, installed: Iterable[str | Model] | None = None) -> None:
        self.pullable = {model.name: model for model in CATALOGUE}
        self.vram: int | None = None
        """What of a model is in graphics memory at most."""
        self.room: int | None = None
        """Graphics memory for all: who finds no room pushes others out."""
        self.most_loaded: int | None = None
        """How many models may be in memory, wherever."""
        self._installed: dict[str, Model] = {}
        self._loaded: dict[str, Loaded] = {}
        for model in INSTALLED if installed is None else installed:
            self.install(model)

    def install(self, model: str | Model) -> Model:
        """Put a model on the disk; a name nobody knows becomes a plain one."""
        if isinstance(model, str):
            name = full_name(model)
            model = self.pullable.get(name) or Model(name=name)
        else:
            model = replace(model, name=full_name(model.name))
        self._installed[model.name] = model
        return model

    def remove(self, name: str) -> None:
        """Take a model from the disk and out of memory."""
        self._installed.pop(full_name(name), None)
        self.unload(name)

    def find(self, name: str) -> Model | None:
        """Find the installed model of that name."""
        return self._installed.get(full_name(name))

    def installed(self) -> list[Model]:
        """All models on the disk."""
        return list(self._installed.values())

    def load(
        self,
        model: Model,
        context_length: int,
        keep_alive: float,
        *,
        on_processor: bool = False,
    ) -> bool:
        """Keep a model in memory from now on; tell whether it had to be read."""
        before = self._loaded_now().get(model.name)
        if keep_alive == 0:
            self.unload(model.name)
        else:
            lasts = NEVER if keep_alive == FOREVER else timedelta(seconds=keep_alive)
            self._loaded.pop(model.name, None)
            self._loaded[model.name] = Loaded(
                model, context_length, datetime.now(UTC) + lasts, on_processor
            )
            self._push_out()
        return before is None or before.context_length != context_length

    def unload(self, name: str) -> None:
        """Take a model out of memory."""
        self._loaded.pop(full_name(name), None)

    def as_tags(self) -> dict[str, Any]:
        """Give the answer of /api/tags."""
        return {"models": [model.as_tag() for model in self.installed()]}

    def as_ps(self) -> dict[str, Any]:
        """Give the answer of /api/ps."""
        return {
            "models": [self._as_loaded(entry) for entry in self._loaded_now().values()]
        }

    def _as_loaded(self, entry: Loaded) -> dict[str, Any]:
        graphics = entry.in_graphics
        return {
            "name": entry.model.name,
            "model": entry.model.name,
            "size": entry.size,
            "digest": entry.model.digest,
            "details": entry.model.details(),
            "expires_at": entry.expires_at.isoformat(),
            "size_vram": graphics if self.vram is None else min(graphics, self.vram),
            "context_length": entry.context_length,
        }

    def _push_out(self) -> None:
        """Unload who was used the longest ago, until the newest finds room."""
        while len(self._loaded) > 1:
            graphics = sum(one.in_graphics for one in self._loaded.values())
            if (self.room is None or graphics <= self.room) and (
                self.most_loaded is None or len(self._loaded) <= self.most_loaded
            ):
                return
            self._loaded.pop(next(iter(self._loaded)))

    def _loaded_now(self) -> dict[str, Loaded]:
        now = datetime.now(UTC)
        self._loaded = {
            name: entry
            for name, entry in self._loaded.items()
            if entry.expires_at > now
        }
        return self._loaded
