"""A real llama.cpp with tiny models of random weights, for whoever asks for it."""

from .llama import Engine, Kind, found

__all__ = ["Engine", "Kind", "found"]
