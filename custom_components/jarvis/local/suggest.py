"""What was not understood of a command, and what it may have meant."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from homeassistant.helpers import intent

from .commands.command import Command, Unknown
from .commands.reading import read
from .commands.replies import phrases, which
from .house.found import Found
from .house.things import Thing, is_of
from .recent import Pending, Wants
from .request import Request, Understood, spoken
from .text.normal import normal, spelled

_ALIKE = 70
"""How much of a name must have been said for it to be proposed, in percent."""
_PROPOSED = 2
_LONGEST = 6
"""Words of what is not known; more is a sentence of which nothing was understood."""


def perhaps(request: Request) -> Understood | None:
    """Say what of a command is not known here, and propose what is.

    None where the words are no command at all. A proposal can be taken up in the next
    turn.
    """
    reading = read(request.text, request.house, request.speaker)
    if reading.never or (unknown := reading.unknown) is None:
        return None
    if len(unknown.phrase.split()) > _LONGEST:
        return None
    said = phrases(request.language)
    words = spelled(request.user_input.text, request.language).of(unknown.phrase)
    things = _proposed(request, unknown)
    if things:
        command = Command(unknown.do, Found(tuple(things), unclear=True))
        request.recent.pending = Pending(Wants.CHOICE, [command])
        question = which(command, request.house, request.language).rstrip(" ?")
        text = said["unknown_perhaps"].format(phrase=words, things=question)
        return spoken(request, text)
    understood = spoken(request, said["unknown"].format(phrase=words))
    if understood.response:
        understood.response.async_set_error(
            intent.IntentResponseErrorCode.NO_VALID_TARGETS, understood.speech
        )
    return understood


def _proposed(request: Request, unknown: Unknown) -> Sequence[Thing]:
    """Return the things whose names are most like the words."""
    names = {
        (thing.entity_id, name): normal(name, request.language)
        for thing in request.house.things
        if any(is_of(thing.kind, kind) for kind in unknown.kinds)
        for name in thing.names
    }
    alike = process.extract(
        unknown.phrase, names, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=None
    )
    ids = dict.fromkeys(entity_id for _name, _score, (entity_id, _) in alike)
    things = [request.house.thing(entity_id) for entity_id in ids]
    return [thing for thing in things if thing][:_PROPOSED]
