"""A scripted Ollama: a small real server that speaks Ollama's HTTP API."""

from .asked import Asked, Turn
from .cost import Cost, Machine
from .faults import Fault, Faults, Kind
from .kv_cache import Kind as CacheKind
from .layouts import LAYOUTS, Call
from .models import CATALOGUE, Model, Models
from .script import DEFAULT_SCRIPT, Reply, Script, ScriptError, load_script
from .server import ScriptedOllama

__all__ = [
    "CATALOGUE",
    "DEFAULT_SCRIPT",
    "LAYOUTS",
    "Asked",
    "CacheKind",
    "Call",
    "Cost",
    "Fault",
    "Faults",
    "Kind",
    "Machine",
    "Model",
    "Models",
    "Reply",
    "Script",
    "ScriptError",
    "ScriptedOllama",
    "Turn",
    "load_script",
]
