"""Which models are worth having, and how each is asked to think."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .endpoint import Endpoint, Think
from .errors import OllamaError, Reason
from .names import with_tag


@dataclass(frozen=True, slots=True)
class RecommendedModel:
    """A model that controls a home well, and the memory that it wants."""

    name: str
    gigabytes: int
    """Graphics (or unified) memory with a context of 8,192 tokens."""


# Best first within what a machine can hold. Accuracy of home control: the published
# runs of allenporter/home-assistant-datasets.
RECOMMENDED = (
    RecommendedModel("gemma4:12b", 12),
    RecommendedModel("gpt-oss:20b", 16),
    RecommendedModel("gemma4:26b", 24),
    RecommendedModel("qwen3.5:4b", 6),
    RecommendedModel("llama3.3:70b", 48),
)

_LEVELS_ONLY = ("gpt-oss",)
"""Families that know levels of thinking and cannot be told not to think."""

_MOST_ASKED = 10
"""Models whose capabilities are asked for when none is known to be good."""


async def choose_model(endpoint: Endpoint, installed: Sequence[str]) -> str:
    """Return the model to start with.

    The best recommended one that is there, else the newest that can use tools, else
    the best to get.
    """
    for recommended in RECOMMENDED:
        for model in installed:
            if same_model(model, recommended.name):
                return model
    for model in installed[:_MOST_ASKED]:
        try:
            if "tools" in await endpoint.capabilities(model):
                return model
        except OllamaError as err:
            # One bad model says nothing about the others, nor about the endpoint.
            if err.reason not in (Reason.MODEL_MISSING, Reason.SERVER_ERROR):
                raise
    return RECOMMENDED[0].name


def same_model(one: str, other: str) -> bool:
    """Tell whether two names mean one model: no tag means `latest`."""
    return with_tag(one) == with_tag(other)


def think_value(
    model: str, setting: str, capabilities: Collection[str] | None = None
) -> Think:
    """Return what to send as `think`; it is never left out.

    Left out, Ollama turns thinking on where the model can, and some models then call
    no tools. Families that only know levels get the lowest for "off"; a model that
    cannot think is not asked to, because it would refuse.
    """
    if capabilities is not None and "thinking" not in capabilities:
        return False
    family = model.rsplit("/", 1)[-1].split(":", maxsplit=1)[0]
    match setting:
        case "low" | "medium" | "high":
            return setting
    if family.startswith(_LEVELS_ONLY):
        return "low" if setting == "off" else "medium"
    return setting == "on"
