"""What the person is asked before something is done, and what their answer does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .turn import Turn


@dataclass(frozen=True, slots=True)
class Question:
    """A question that is answered with yes or no."""

    text: str
    answered: Callable[[Turn, bool], Awaitable[str]]
    """Does it, or leaves it, for who answers; returns what to say then."""
    is_kept: bool = True
    """Whether the memory keeps what is said around it."""
