"""Questions that say only what is different from the one before."""

from collections.abc import Iterator
from dataclasses import replace

from ..recent import Recent
from ..request import Understood
from ..text.nouns import stem
from .asker import Asker
from .finding import measures_in
from .grammar import Asked, questions

_OF_THINGS = frozenset({"state", "value", "status", "where", "batteries", "average"})
_OF_TIMES = frozenset({"weather", "sky", "warmth", "events"})


def remember(asker: Asker, asked: Asked) -> None:
    """Keep a question that was answered, with the measure that it was about."""
    recent = asker.request.recent
    recent.last = None
    if asked.ask == "value" and "measure" not in asked.slots:
        said = measures_in(asked.phrase("target", "more"), asker.language)
        asked = replace(
            asked, slots={**asked.slots, "measure": said[0]} if said else {}
        )
    recent.asked = asked


def following(asker: Asker) -> Iterator[Asked]:
    """Return the ways to read "and outside?" behind another question."""
    recent = asker.request.recent
    known = questions(asker.language)
    # What was done since then is what "and the kitchen" is about.
    if (before := recent.asked) is None or recent.last is not None:
        return
    text = asker.request.text.strip(" ,?")
    for template in known.follow:
        if (slots := template.match(text)) is not None:
            rest = slots["rest"].strip(" ,?")
            yield from _instead(asker, before, recent, rest)


def which_ones(asker: Asker) -> Understood | None:
    """Name what was counted."""
    recent = asker.request.recent
    text = asker.request.text.strip(" ,?")
    templates = questions(asker.language).which_ones
    if recent.asked is None or recent.last is not None or recent.referent is None:
        return None
    if not any(template.match(text) is not None for template in templates):
        return None
    things = recent.referent.things
    asker.allow(things)
    return asker.told(f"{asker.listed(things)}.", things, found=recent.referent)


def _instead(asker: Asker, before: Asked, recent: Recent, rest: str) -> Iterator[Asked]:
    """Return a question with something else in its place."""
    when = questions(asker.language).lists["when"].get(rest)
    if when and before.ask in _OF_TIMES:
        yield replace(before, slots={**before.slots, "when": when})
    if before.ask not in _OF_THINGS:
        return
    nouns = asker.index.nouns
    words = [word for word in rest.split() if stem(word) not in nouns.same_kind]
    kept = {name: said for name, said in before.slots.items() if name != "more"}
    noun = recent.referent.noun if recent.referent else ()
    # «Et dans le salon ?» behind a window means the window there.
    for phrase in ([*noun, *words], words):
        yield replace(before, slots={**kept, "target": " ".join(phrase)})
