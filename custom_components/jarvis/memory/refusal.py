"""What is not kept, whoever asks for it: what is off-limits, and secrets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .learning.secrets import has_secret
from .repository import OffLimits, Repository
from .terms import terms


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not kept."""

    off_limits: str = ""
    """What somebody declared, where it is that and no secret."""


async def refusal(
    repository: Repository, text: str, owner: str | None
) -> Refusal | None:
    """Return why a text of an owner is not kept; None where it may be."""
    if has_secret(text):
        return Refusal()
    # Everybody minds what the household declared.
    declared = await repository.off_limits({owner, None})
    about = next(concerning(text, declared), None)
    return Refusal(about.text) if about else None


def concerning(text: str, declared: Iterable[OffLimits]) -> Iterator[OffLimits]:
    """Yield what was declared that a text is about: it has all of its words."""
    said = set(terms(text))
    for one in declared:
        wanted = set(terms(one.text))
        if wanted and wanted <= said:
            yield one
