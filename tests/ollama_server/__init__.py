"""A scripted Ollama: a small real server that speaks Ollama's HTTP API."""

from .asked import Asked, Turn
from .faults import Fault, Faults, Kind
from .models import CATALOGUE, Model, Models
from .prompt import render
from .script import DEFAULT_SCRIPT, Call, Reply, Script, ScriptError, load_script
from .server import ScriptedOllama

__all__ = [
    "CATALOGUE",
    "DEFAULT_SCRIPT",
    "Asked",
    "Call",
    "Fault",
    "Faults",
    "Kind",
    "Model",
    "Models",
    "Reply",
    "Script",
    "ScriptError",
    "ScriptedOllama",
    "Turn",
    "load_script",
    "render",
]
