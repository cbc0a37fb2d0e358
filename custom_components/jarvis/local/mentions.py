"""Which entities the words of an utterance are about."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
import math

from .text.words import LANGUAGES, folded, words

_NAME, _KIND, _AREA, _OWN_AREA = 3.0, 2.0, 2.0, 1.0
_FLOOR_OF_BEST = 0.55
"""What scores below this part of the best is left out."""
_STEM = 4
"""Letters of a word that must agree where its end differs."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An exposed entity, as words can mean it."""

    entity_id: str
    names: Sequence[str]
    kind: str
    """Domain, and device class after a dot where there is one."""
    areas: Sequence[str] = ()
    """Names and aliases of its area and floor."""
    area_id: str | None = None


def mentioned(
    text: str, candidates: Sequence[Candidate], limit: int, own_area: str | None = None
) -> list[str]:
    """Return the entities that a text is about, the likeliest first.

    A word of a name counts by its rarity in the house, a kind ("lights") and an area
    ("in the kitchen") count as such; the speaker's own area breaks ties.
    """
    said = set(folded(text).split())
    phrase = f" {folded(text)} "
    if not said:
        return []
    rarity = _rarity(candidates)
    kinds = _kinds(said, phrase)
    scores: dict[str, float] = {}
    for candidate in candidates:
        score = _name_score(said, candidate.names, rarity)
        domain = candidate.kind.partition(".")[0]
        kind = candidate.kind in kinds or domain in kinds
        area = _names_area(phrase, candidate.areas)
        score += _KIND * kind + _AREA * area
        if score and own_area and candidate.area_id == own_area:
            score += _OWN_AREA
        if score:
            scores[candidate.entity_id] = score
    if not scores:
        return []
    least = max(scores.values()) * _FLOOR_OF_BEST
    ranked = sorted(scores, key=lambda entity_id: (-scores[entity_id], entity_id))
    return [entity_id for entity_id in ranked[:limit] if scores[entity_id] >= least]


def _rarity(candidates: Sequence[Candidate]) -> Mapping[str, float]:
    """Return the weight of each word in the names: rare words tell more."""
    counts = Counter(
        word
        for candidate in candidates
        for word in {word for name in candidate.names for word in folded(name).split()}
    )
    return {
        word: math.log(1 + len(candidates) / count) for word, count in counts.items()
    }


def _name_score(
    said: set[str], names: Iterable[str], rarity: Mapping[str, float]
) -> float:
    """Return how much of the best-fitting name was said, up to `_NAME`."""
    best = 0.0
    for name in names:
        parts = [word for word in set(folded(name).split()) if not _is_filler(word)]
        total = sum(rarity.get(word, 1.0) for word in parts)
        heard = sum(rarity.get(word, 1.0) for word in parts if _heard(word, said))
        if total:
            best = max(best, _NAME * heard / total)
    return best


def _kinds(said: set[str], phrase: str) -> set[str]:
    """Return the kinds of device that were said, in any language."""
    return {
        kind
        for language in LANGUAGES
        for kind, meant in words(language).kinds.items()
        if any(f" {word} " in phrase or _heard(word, said) for word in meant)
    }


def _names_area(phrase: str, areas: Iterable[str]) -> bool:
    """Tell whether one of the names of an area or floor was said."""
    return any(
        (name := folded(area)) and (f" {name} " in phrase or f" {name}s " in phrase)
        for area in areas
    )


def _heard(word: str, said: set[str]) -> bool:
    """Tell whether a word was said, in singular or plural or another ending."""
    if word in said:
        return True
    if len(word) <= _STEM:
        return f"{word}s" in said
    return any(
        other[:-2] == word[:-2] or other == word + "s" or word == other + "s"
        for other in said
        if len(other) > _STEM and other[:_STEM] == word[:_STEM]
        if abs(len(other) - len(word)) <= 1
    )


def _is_filler(word: str) -> bool:
    """Tell whether a word of a name says nothing about the thing."""
    return word in {"le", "la", "les", "l", "de", "du", "des", "d", "the", "of", "a"}
